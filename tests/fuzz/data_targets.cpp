#include <nlohmann/json.hpp>

#include "runtime/data/array_files.h"
#include "runtime/data/cifar.h"
#include "runtime/data/idx.h"
#include "runtime/data/image_folder.h"
#include "runtime/report/run_metrics.h"
#include "runtime/train/checkpoint.h"
#include "tests/fuzz/target.h"
#include "tests/picture_files.h"

namespace sganc::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kNumbers = {
    {"\0\0\0\0", 4},         {"\x7f\xff\xff\xff", 4}, {"\xff\xff\xff\xff", 4},
    {"\x80\0\0\0", 4},       {"\0\0\0\x80", 4},       {"\xff\xff\xff\xff\xff\xff\xff\x7f", 8},
    {"\0\1\0\0\0\0\0\0", 8}, {"\0\0\0\1", 4},
};

const std::vector<std::string> kDecimals = {
    "18446744073709551616", "9223372036854775807", "-1", "0", "1e400", "NaN", "null", "[]", "{}", "\"\""};

std::string idx(const std::string& magic, const std::string& extents, std::size_t values) {
  return magic + extents + std::string(values, '\3');
}

std::string npy(const std::string& type, const std::string& shape, std::size_t bytes) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.append(117 - header.size(), ' ') += '\n';
  return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header +
         std::string(bytes, '\1');
}

Target pictures() {
  const auto gray = picture_of(5, 7, 1, [](auto x, auto y, auto) { return 30 * x + y; });
  const auto colour = picture_of(9, 4, 3, [](auto x, auto y, auto c) { return 9 * x + 20 * y + c; });
  std::vector<std::string> seeds;
  for (const auto& picture : {gray, colour})
    for (const auto& bytes : {png_bytes(picture), jpeg_bytes(picture), jpeg_bytes(picture, true)})
      seeds.push_back(bytes);
  return {"picture", "picture", seeds, kNumbers, [](const fs::path& file) { read_picture(file, 8, 8); }};
}

Target images() {
  const std::string idx_images = idx({"\0\0\x08\3", 4}, {"\0\0\0\2\0\0\0\3\0\0\0\4", 12}, 24);
  const std::vector<std::string> seeds = {idx_images, gzip(idx_images), npy("|u1", "(2, 3, 4)", 24),
                                          npy("|u1", "(2, 3, 4, 3)", 72), gzip(npy("|u1", "(1, 1, 1)", 1))};
  auto words = kNumbers;
  words.insert(words.end(), {"(2, 3, 4,", "99999999999999999999", "True", "|u1", "<f8", "'shape'"});
  return {"images", "images", seeds, words, [](const fs::path& file) { read_array_images(file); }};
}

Target labels() {
  const std::string idx_labels = idx({"\0\0\x08\1", 4}, {"\0\0\0\4", 4}, 4);
  const std::vector<std::string> seeds = {idx_labels, gzip(idx_labels), npy("<i8", "(4,)", 32),
                                          npy(">i4", "(4,)", 16), npy("|u1", "(4,)", 4)};
  return {"labels", "labels", seeds, kNumbers, [](const fs::path& file) { read_array_labels(file, 4); }};
}

Target cifar() {
  const auto record = static_cast<std::size_t>(kCifarRecordBytes);
  return {"cifar", "batch.bin", {std::string(2 * record, '\1')}, kNumbers, [](const fs::path& file) {
            const std::string content = content_of(file);
            Split split;
            add_cifar_batch({content.begin(), content.end()}, file, 10, split);
          }};
}

Target checkpoints() {
  const TestFolder folder;
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> whole = {7};
  write_checkpoint(folder / "x",
                   std::vector{checkpoint_tensor("net.dense_1.weight", {2, 3}, values),
                               checkpoint_tensor("step", {}, whole)},
                   {{"format", "pt"}, {"seed", "0"}});
  auto words = kDecimals;
  words.insert(words.end(), {"\"data_offsets\":[0,24]", "\"F32\"", "\"BF16\"", "[2,3]", "[2,-3]",
                             "[4294967296,4294967296]", "__metadata__"});
  words.insert(words.end(), kNumbers.begin(), kNumbers.end());
  return {"checkpoint", "x.safetensors", {content_of(folder / "x")}, words, [](const fs::path& file) {
            const auto checkpoint = Checkpoint::read(file);
            for (const auto& tensor : checkpoint.tensors()) checkpoint.find(tensor.name);
          }};
}

Target metrics() {
  const std::string step = R"({"kind":"step","step":1,"epoch":1,"c":{"loss":2.3},"seconds":0.21})";
  const std::string eval =
      R"({"kind":"eval","step":1,"epoch":1,"split":"train","examples":60,"correct":51,"accuracy":0.85,"loss":1})";
  return {"metrics",
          "metrics.jsonl",
          {step + "\n" + eval + "\n", eval + "\n" + step},
          kDecimals,
          [](const fs::path& file) { read_metrics(file); }};
}

}  // namespace

std::vector<Target> data_targets() {
  return {pictures(), images(), labels(), cifar(), checkpoints(), metrics()};
}

}  // namespace sganc::testing
