#include "runtime/data/other_file.h"

#include <algorithm>

namespace sganc {
namespace {

struct Known {
  std::string_view beginning;
  const char* what;  // it is, and the way to an array
};

constexpr Known kKnown[] = {
    {"\x89HDF", "an HDF5 file: np.save(\"x.npy\", h5py.File(file)[\"NAME\"][:])"},
    {"MATLAB 5.0", "a MATLAB file: np.save(\"x.npy\", scipy.io.loadmat(file)[\"NAME\"])"},
    {"PAR1", "a Parquet file: np.save(\"x.npy\", pd.read_parquet(file).to_numpy())"},
    {"\x80", "a pickle of Python: np.save(\"x.npy\", pickle.load(open(file, \"rb\")))"},
    {"\x89PNG", "a picture: name its folder"},
    {"\xFF\xD8", "a picture: name its folder"},
    {"Rar!", "an archive: unpack it"},
    {"7z\xBC\xAF", "an archive: unpack it"},
    {"BZh", "an archive: unpack it"},
    {"\xFD"
     "7zXZ",
     "an archive: unpack it"},
};

bool is_tar(std::string_view beginning) {
  constexpr std::size_t kPlace = 257;
  return beginning.size() > kPlace && beginning.substr(kPlace).starts_with("ustar");
}

bool is_table(std::string_view beginning) {
  const auto end = beginning.find('\n');
  const auto line = beginning.substr(0, end);
  return end != std::string_view::npos && line.find_first_of(",;\t") != std::string_view::npos &&
         std::ranges::none_of(line, [](unsigned char c) { return c < ' ' && c != '\t' && c != '\r'; });
}

}  // namespace

std::string no_array_text(std::string_view beginning) {
  const std::string text = "no array that can be read (.npy, .npz or IDX)";
  if (is_tar(beginning)) return text + ", but an archive: unpack it";
  for (const auto& [magic, what] : kKnown)
    if (beginning.starts_with(magic)) return text + ", but " + what;
  if (is_table(beginning))
    return text + ", but a table: np.save(\"x.npy\", pd.read_csv(file).to_numpy()) writes its numbers";
  return text + ": np.save(\"x.npy\", x) writes one";
}

}  // namespace sganc
