#include "runtime/data/npz.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <stdexcept>

#include "runtime/data/class_names.h"
#include "runtime/data/decompress.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".npy";

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

/// Whether a name can stand in a path and in a message.
bool is_plain(std::string_view name) {
  return !name.empty() &&
         std::ranges::none_of(name, [](unsigned char c) { return c == '/' || c < ' ' || c == 0x7f; });
}

class Archive {
 public:
  explicit Archive(const fs::path& path) : path_(path), zip_(nullptr, zip_discard) {
    int code = 0;
    zip_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (zip_) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail(path, "not a readable .npz file: " + reason);
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    const auto entries =
        static_cast<zip_uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(zip_.get(), 0), 0));
    for (zip_uint64_t i = 0; i < entries; ++i) {
      const char* name = zip_get_name(zip_.get(), i, ZIP_FL_ENC_RAW);
      if (!name) continue;
      std::string_view text = name;
      if (!text.ends_with(kEnding)) continue;
      text.remove_suffix(kEnding.size());
      if (is_plain(text)) names.emplace_back(text);
    }
    return names;
  }

  /// The content of an array. `archive` is this one, which the content keeps open.
  static Content content(const std::shared_ptr<const Archive>& archive, const std::string& name) {
    const std::string file = name + std::string(kEnding);
    const fs::path& path = archive->path_;
    const std::shared_ptr<zip_file_t> member(zip_fopen(archive->zip_.get(), file.c_str(), ZIP_FL_ENC_RAW),
                                             [](zip_file_t* opened) {
                                               if (opened) zip_fclose(opened);
                                             });
    if (!member)
      fail(path, "the array \"" + name + "\" cannot be read: " + zip_strerror(archive->zip_.get()));
    const auto next = [archive, member, name](std::span<std::uint8_t> to) {
      std::size_t filled = 0;
      while (filled < to.size()) {
        const auto count = zip_fread(member.get(), to.data() + filled, to.size() - filled);
        if (count < 0)
          fail(archive->path_, "the array \"" + name +
                                   "\" is damaged: " + zip_error_strerror(zip_file_get_error(member.get())));
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
      }
      return filled;
    };
    return {next, fs::file_size(path) * kMostCompression, false};
  }

 private:
  fs::path path_;
  std::unique_ptr<zip_t, void (*)(zip_t*)> zip_;
};

/// Names that people give to arrays, in small letters: those of Keras, of MedMNIST and others, of notebooks,
/// of scikit-learn. Of each part the first images and the first labels that are there are taken.
struct UsualNames {
  const char* key;
  std::initializer_list<std::string_view> names;
};
const UsualNames kUsual[] = {
    {"images", {"x_train", "train_x", "train_images", "images", "x", "data", "image", "imgs"}},
    {"labels", {"y_train", "train_y", "train_labels", "labels", "y", "target", "label", "targets"}},
    {"test_images", {"x_test", "test_x", "test_images"}},
    {"test_labels", {"y_test", "test_y", "test_labels"}},
    {"validation_images",
     {"x_val", "x_valid", "x_validation", "val_images", "valid_images", "validation_images"}},
    {"validation_labels",
     {"y_val", "y_valid", "y_validation", "val_labels", "valid_labels", "validation_labels"}},
};

}  // namespace

bool is_npz(const fs::path& path) {
  std::array<char, 4> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(), static_cast<std::size_t>(file.gcount()));
  return begin == std::string_view("PK\x03\x04") || begin == std::string_view("PK\x05\x06");
}

std::vector<std::string> npz_names(const fs::path& path) {
  return Archive(path).names();
}

Content open_npz(const fs::path& path, const std::string& name) {
  const auto archive = std::make_shared<const Archive>(path);
  const auto names = archive->names();
  const std::string plain = name.ends_with(kEnding) ? name.substr(0, name.size() - kEnding.size()) : name;
  if (std::ranges::find(names, plain) == names.end())
    fail(path,
         "there is no array \"" + plain + "\": it holds " + (names.empty() ? "none" : listed_names(names)));
  return Archive::content(archive, plain);
}

std::optional<ArchiveMember> archive_member(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored) || !path.has_filename()) return {};
  const fs::path archive = path.parent_path();
  if (!fs::is_regular_file(archive, ignored) || !is_npz(archive)) return {};
  return ArchiveMember{archive, path.filename().string()};
}

std::map<std::string, std::string> usual_arrays(const fs::path& path) {
  const auto names = npz_names(path);
  std::map<std::string, std::string> arrays;
  for (const auto& [key, usual] : kUsual)
    for (const auto& wanted : usual)
      if (const auto at = std::ranges::find(names, wanted, in_small_letters); at != names.end())
        arrays.emplace(key, *at);
  for (const std::string part : {"test", "validation"})
    if (!arrays.contains("labels") || !arrays.contains(part + "_images") ||
        !arrays.contains(part + "_labels"))
      arrays.erase(part + "_images"), arrays.erase(part + "_labels");
  if (arrays.contains("images")) return arrays;
  if (names.size() == 1) return {{"images", names[0]}};
  fail(path, names.empty()
                 ? std::string("holds no array; unpack it if it holds pictures, and name their folder")
                 : "holds the arrays " + listed_names(names) +
                       ", and none has a usual name: write images = \"" +
                       (path.filename() / names[0]).string() + "\", and labels in the same way");
}

}  // namespace sganc
