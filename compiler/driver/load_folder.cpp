#include "compiler/driver/load_folder.h"

#include <algorithm>

#include "compiler/language/spelling.h"
#include "runtime/data/folder_search.h"
#include "runtime/data/limit.h"

namespace sganc {
namespace {

/// The paths of pictures relative to their folder.
std::vector<std::string> names_of(const std::vector<FolderPicture>& pictures,
                                  const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& picture : pictures) names.push_back(picture.path.lexically_relative(folder).string());
  return names;
}

/// The names, or none if one of them cannot be a line of a text.
std::vector<std::string> names_for_lists(std::vector<std::string> names) {
  const auto has_break = [](const std::string& name) {
    return name.find_first_of("\n\r") != std::string::npos;
  };
  if (std::ranges::any_of(names, has_break)) names.clear();
  return names;
}

/// "white", "black", or the colour's numbers.
std::string background_text(const std::array<std::uint8_t, 3>& colour) {
  const auto& [red, green, blue] = colour;
  if (red == green && green == blue && (red == 255 || red == 0)) return red == 0 ? "black" : "white";
  return "the colour " + std::to_string(red) + ", " + std::to_string(green) + ", " + std::to_string(blue);
}

/// Removes the pictures with these paths relative to the folder.
void leave_out(std::vector<FolderPicture>& pictures, const std::vector<std::string>& names,
               const std::filesystem::path& folder, LeftOut& left_out) {
  if (names.empty()) return;
  std::erase_if(pictures, [&](const FolderPicture& picture) {
    const auto name = picture.path.lexically_relative(folder).string();
    if (std::ranges::find(names, name) == names.end()) return false;
    left_out.add(name);
    return true;
  });
}

/// Leaves out pictures beyond the limit, but none of the folder's own validation images.
void limit_pictures(std::vector<FolderPicture>& pictures, const Located<std::int64_t>& limit) {
  std::vector<FolderPicture> drawn, kept;
  std::vector<std::int32_t> labels;
  for (const auto& picture : pictures)
    if (!picture.validation) drawn.push_back(picture), labels.push_back(picture.label);
  for (const auto place : use_given_file([&] { return limited(labels, limit.value); }, limit.where))
    kept.push_back(drawn[static_cast<std::size_t>(place)]);
  std::ranges::copy_if(pictures, std::back_inserter(kept), &FolderPicture::validation);
  pictures = std::move(kept);
}

/// The pictures of the model's folder that are taken. `skipped` are left out.
ImageFolder listed(const Model& model, const std::vector<std::string>& skipped, const std::stop_token& stop) {
  const auto& given = model.data.source.files.at("folder");
  const auto table = label_table(model.data.source);
  auto folder = use_given_file([&] { return list_image_folder(given.value, table, stop); },
                               table ? model.data.source.files.at("labels").where : given.where);
  LeftOut left_out;
  for (auto* pictures : {&folder.train, &folder.test}) leave_out(*pictures, skipped, given.value, left_out);
  left_out.say("left out, since they could not be read when the run began", folder.notes);
  if (model.data.limit) limit_pictures(folder.train, *model.data.limit);
  return folder;
}

/// The labels of pictures, as images of no pixels.
Split without_pixels(const std::vector<FolderPicture>& pictures) {
  Split split{.count = static_cast<std::int64_t>(pictures.size()), .images = {}, .labels = {}};
  for (const auto& picture : pictures) split.labels.push_back(picture.label);
  return split;
}

}  // namespace

LoadedData load_folder(const Model& model, const std::filesystem::path& data_folder,
                       const std::vector<std::string>& skipped, int threads, LoadProgress& progress) {
  const Located<std::string>& given = model.data.source.files.at("folder");
  const DeclaredInput* image = model.image();
  if (!image)
    throw UserError{{given.where, "pictures of a folder need an image input, which says their shape",
                     "write image = [32, 32, 3] under [input]"}};
  if (const auto channels = image->shape.at(2); channels != 1 && channels != 3)
    throw UserError{
        {image->where, "pictures of a folder have 1 or 3 channels, not " + std::to_string(channels), ""}};
  FolderReading reading = folder_reading(model);
  reading.room.file_folder = data_folder;
  LoadedData loaded;
  const ImageFolder folder = listed(model, skipped, progress.stop.get_token());
  loaded.other_files = folder.other_files;
  loaded.notes = folder.notes;
  auto found = use_folder([&] { return load_image_folder(folder, reading, threads, progress); }, given.where);
  loaded.dataset = std::move(found.dataset);
  loaded.identity = identity_of(loaded.dataset);
  name_pictures(loaded.identity, names_of(found.train, given.value), names_of(found.test, given.value));
  loaded.identity.skipped = skipped;
  for (const auto& picture : found.skipped)
    loaded.identity.skipped.push_back(picture.path.lexically_relative(given.value).string());
  for (const auto& picture : found.train) loaded.pictures.push_back(picture.path.string());
  loaded.dataset.picture_names = names_for_lists(names_of(found.train, given.value));
  if (found.transparent > 0)
    loaded.notes.push_back("pictures with transparent parts, which lie on " +
                           background_text(reading.background) + ": " + std::to_string(found.transparent));
  if (found.dim > 0) loaded.notes.push_back(dim_text(found.dim));
  if (found.bytes_in_file > 0)
    loaded.notes.push_back("images that are kept in a file in " + data_folder.string() + ": " +
                           gigabytes(found.bytes_in_file));
  for (auto& line : unreadable_lines(found)) loaded.notes.push_back(std::move(line));
  return loaded;
}

LoadedData list_folder(const Model& model) {
  const auto& given = model.data.source.files.at("folder");
  const ImageFolder folder = listed(model, {}, {});
  LoadedData loaded;
  loaded.dataset = {folder.name,
                    {},
                    static_cast<int>(folder.classes.size()),
                    without_pixels(folder.train),
                    without_pixels(folder.test),
                    folder.classes};
  loaded.dataset.picture_names = names_for_lists(names_of(folder.train, given.value));
  for (std::size_t i = 0; i < folder.train.size(); ++i) {
    loaded.pictures.push_back(folder.train[i].path.string());
    if (folder.train[i].validation) loaded.dataset.validation.push_back(static_cast<std::int32_t>(i));
  }
  return loaded;
}

std::string dim_text(std::int64_t count) {
  return "pictures of 16 bits that use no more than 12 of them, and so are nearly black: " +
         std::to_string(count);
}

FolderReading folder_reading(const Model& model) {
  FolderReading reading{.shape = {},
                        .fit = model.data.source.fit == "stretch" ? Fit::stretch : Fit::crop,
                        .background = model.data.background,
                        .skip_unreadable = model.data.skip_unreadable};
  reading.room = image_room(model);
  std::ranges::copy(model.image()->shape, reading.shape.begin());
  return reading;
}

std::vector<std::string> unreadable_lines(const FolderImages& found) {
  constexpr std::size_t kMost = 20;
  std::vector<std::string> lines;
  const auto& reasons = found.unreadable;
  if (reasons.empty()) return lines;
  lines.push_back("pictures that cannot be read, left out: " + std::to_string(reasons.size()));
  for (std::size_t i = 0; i < std::min(reasons.size(), kMost); ++i) lines.push_back("  " + reasons[i]);
  if (reasons.size() > kMost) lines.push_back("  and " + std::to_string(reasons.size() - kMost) + " more");
  return lines;
}

}  // namespace sganc
