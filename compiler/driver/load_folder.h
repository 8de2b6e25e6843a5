#pragma once
// Reads the folder of pictures that a model declares.

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/driver/load_data.h"

namespace sganc {

/// Reads the pictures of the model's folder. Images that do not fit into memory go to a file in
/// `data_folder`. `skipped` are pictures that are left out because they could not be read before.
LoadedData load_folder(const Model& model, const std::filesystem::path& data_folder,
                       const std::vector<std::string>& skipped, int threads, LoadProgress& progress);

/// The same without pixels: the shape of the images is 0 x 0 x 0.
LoadedData list_folder(const Model& model);

/// Calls `read`, which reads the pictures of a folder. Throws UserError at `where`, with a way to go on, for
/// those that cannot be read.
template <class Read>
FolderImages use_folder(Read&& read, const Location& where = {}) {
  try {
    return read();
  } catch (const UnreadablePictures& error) {
    throw UserError{{where, error.summary,
                     "unreadable = \"skip\" under [data] leaves out what cannot be read", error.list}};
  } catch (const std::runtime_error& error) {
    throw UserError{{where, error.what(), ""}};
  }
}

/// Messages about the pictures that could not be read: how many, and the first of them with their reasons.
std::vector<std::string> unreadable_lines(const FolderImages& found);

/// How the pictures of a folder become images of the model, which must have an image input.
FolderReading folder_reading(const Model& model);

/// Says of pictures with 16 bits that only 12 are used, so that they are nearly black.
std::string dim_text(std::int64_t count);

}  // namespace sganc
