#pragma once

#include <string>

namespace sganc {

/// The words of a text in lines of at most `most` columns, if words are not longer. The first line begins
/// with `first` and the others with `next`; a space stands before each word, and a line break ends each line.
std::string wrapped(const std::string& text, const std::string& first, const std::string& next,
                    std::size_t most);

}  // namespace sganc
