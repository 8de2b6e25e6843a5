#include "runtime/deploy/image_blocks.h"

#include <stdexcept>

namespace sganc {

ReadImages for_each_block(ImageReader reader, std::int64_t batch, ProgressStyle style,
                          const std::string& done, const Messages& messages,
                          const std::function<void(const ImageBlock&)>& use) {
  ProgressLine progress(stderr, style);
  ReadImages read{.files = reader.files()};
  while (const auto block = reader.next(batch)) {
    if (!block->refused.empty() || !block->notes.empty()) progress.erase();
    for (const auto& note : block->notes) messages.say(note);
    for (const auto& problem : block->refused) messages.error(problem);
    read.refused += block->refused.size();
    read.images += block->names.size();
    if (block->names.empty()) continue;
    use(*block);
    progress.update([&] {
      return done + " " + std::to_string(read.images) + " images, file " +
             std::to_string(reader.files_done()) + " of " + std::to_string(reader.files());
    });
  }
  progress.erase();
  if (read.images == 0) throw std::runtime_error("no image could be read");
  return read;
}

std::string refused_text(const ReadImages& read) {
  return std::to_string(read.refused) + " of " + std::to_string(read.files) + " files could not be read";
}

}  // namespace sganc
