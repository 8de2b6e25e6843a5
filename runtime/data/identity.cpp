#include "runtime/data/identity.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "runtime/system/digest.h"
#include "runtime/system/files.h"

namespace sganc {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

static_assert(std::endian::native == std::endian::little, "labels are digested as they lie in memory");

constexpr std::size_t kMostNameBytes = 1 << 20;

template <class T>
std::string digest_of(const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const char*>(values.data());
  return Sha256().add({bytes, values.size() * sizeof(T)}).hex();
}

std::string digest_of(const Pixels& pixels) {
  constexpr std::size_t kBlock = 1 << 20;
  Sha256 digest;
  std::vector<std::uint8_t> block;
  for (std::size_t begin = 0; begin < pixels.size(); begin += kBlock) {
    block.resize(std::min(kBlock, pixels.size() - begin));
    pixels.read(begin, block);
    digest.add({reinterpret_cast<const char*>(block.data()), block.size()});
  }
  return digest.hex();
}

SplitIdentity identity_of(const Split& split) {
  return {split.count, digest_of(split.images), digest_of(split.labels)};
}

Json json_of(const SplitIdentity& split) {
  return {{"count", split.count}, {"images", split.images}, {"labels", split.labels}};
}

SplitIdentity split_of(const Json& json, const Json& pictures) {
  return {json.at("count"), json.at("images"), json.at("labels"), pictures};
}

/// "3 pictures were added: cat/1.png, cat/2.png, ..."
std::string change_of(const Names& names, const std::string& what) {
  constexpr std::size_t kShown = 3;
  std::string text =
      std::to_string(names.size()) + (names.size() == 1 ? " picture was " : " pictures were ") + what + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return text + (names.size() > kShown ? ", ..." : "");
}

Names sorted(Names names) {
  std::ranges::sort(names);
  return names;
}

Names without(const Names& names, const Names& others) {
  Names left;
  std::ranges::set_difference(names, others, std::back_inserter(left));
  return left;
}

/// Says which pictures were added and removed; "" if none were.
std::string change_of_pictures(const Names& was, const Names& is) {
  const auto before = sorted(was), now = sorted(is);
  const auto removed = without(before, now), added = without(now, before);
  std::string text;
  if (!added.empty()) text = change_of(added, "added");
  if (!removed.empty()) text += (text.empty() ? "" : "; ") + change_of(removed, "removed");
  return text;
}

std::string images_text(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " image" : " images");
}

std::size_t bytes_of(const Names& names) {
  std::size_t bytes = 0;
  for (const auto& name : names) bytes += name.size();
  return bytes;
}

/// Returns the names as they read back from a JSON file, which replaces bytes that are not UTF-8.
Names as_stored(const Names& names) {
  return Json::parse(Json(names).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

DataIdentity identity_of(const Dataset& dataset) {
  return {dataset.image_shape, identity_of(dataset.train), identity_of(dataset.test)};
}

void name_pictures(DataIdentity& identity, const Names& train, const Names& test) {
  if (bytes_of(train) + bytes_of(test) > kMostNameBytes) return;
  identity.train.pictures = as_stored(train);
  identity.test.pictures = as_stored(test);
}

std::string to_json(const DataIdentity& identity) {
  Json json = {{"image_shape", identity.image_shape},
               {"train", json_of(identity.train)},
               {"test", json_of(identity.test)}};
  if (!identity.train.pictures.empty() || !identity.test.pictures.empty())
    json["pictures"] = {{"train", identity.train.pictures}, {"test", identity.test.pictures}};
  if (!identity.skipped.empty()) json["skipped"] = identity.skipped;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

DataIdentity read_identity(const std::filesystem::path& path) {
  const auto text = read_file(path);
  try {
    const auto json = Json::parse(text);
    const auto pictures = json.value("pictures", Json{{"train", Json::array()}, {"test", Json::array()}});
    return {json.at("image_shape"), split_of(json.at("train"), pictures.at("train")),
            split_of(json.at("test"), pictures.at("test")), json.value("skipped", Names())};
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error(path.string() + ": does not say what the data of a run are");
  }
}

std::string difference(const SplitIdentity& was, const SplitIdentity& is) {
  if (was.same_images(is)) return {};
  if (!was.pictures.empty() && !is.pictures.empty())
    if (auto change = change_of_pictures(was.pictures, is.pictures); !change.empty()) return change;
  if (was.count != is.count)
    return "there were " + images_text(was.count) + ", now there are " + std::to_string(is.count);
  if (was.images == is.images) return "their labels have changed";
  return was.labels == is.labels ? "their pixels have changed" : "their pixels and labels have changed";
}

std::string difference(const DataIdentity& was, const DataIdentity& is) {
  if (was.image_shape != is.image_shape) return "the images have another shape";
  std::string text;
  if (const auto change = difference(was.train, is.train); !change.empty())
    text = "of the training images: " + change;
  if (const auto change = difference(was.test, is.test); !change.empty())
    text += (text.empty() ? "" : "; ") + std::string("of the test images: ") + change;
  return text;
}

}  // namespace sganc
