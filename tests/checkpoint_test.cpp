#include "runtime/train/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime/system/digest.h"
#include "tests/data_folder.h"

namespace sganc {
namespace {

using testing::content_of;
using testing::error_of;
using testing::TestFolder;

/// Returns a file of that header, padded, and `data` bytes of data.
std::string safetensors(std::string header, std::size_t data) {
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(data, 'x');
}

template <class T>
std::vector<T> values_of(const CheckpointTensor& tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

TEST(Checkpoint, RoundTripKeepsEveryBit) {
  const TestFolder folder;
  const std::vector<float> weights = {
      1.5f, -0.0f, std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::infinity(), 3, 4};
  const std::vector<std::int32_t> small = {-7};
  const std::vector<std::int64_t> large = {std::numeric_limits<std::int64_t>::min(), 9};
  const std::vector<float> none;
  const std::vector<CheckpointTensor> tensors = {
      checkpoint_tensor("trunk.conv_1.weight", {1, 2, 3}, std::span(weights)),
      checkpoint_tensor("a scalar \"quoted\"", {}, std::span(small)),
      checkpoint_tensor("steps", {2}, std::span(large)),
      checkpoint_tensor("empty", {4, 0}, std::span(none)),
  };
  write_checkpoint(folder / "x.safetensors", tensors,
                   {{"step", "600"}, {"seed", "-1"}, {"model", "näme = \"x\"\n"}});
  auto first = Checkpoint::read(folder / "x.safetensors");
  const auto read = std::move(first);

  EXPECT_EQ(read.metadata(),
            (CheckpointMetadata{{"step", "600"}, {"seed", "-1"}, {"model", "näme = \"x\"\n"}}));
  EXPECT_EQ(read.integer("step"), 600);
  EXPECT_EQ(read.integer("seed"), -1);
  EXPECT_EQ(read.text("model"), "näme = \"x\"\n");
  ASSERT_EQ(read.tensors().size(), 4u);
  for (const auto& tensor : tensors) {
    const auto* found = read.find(tensor.name);
    ASSERT_NE(found, nullptr) << tensor.name;
    EXPECT_EQ(found->type, tensor.type);
    EXPECT_EQ(found->shape, tensor.shape);
    ASSERT_EQ(found->bytes.size(), tensor.bytes.size());
    EXPECT_TRUE(std::ranges::equal(found->bytes, tensor.bytes));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found->bytes.data()) % size_of(tensor.type), 0u);
  }
  EXPECT_EQ(values_of<std::int64_t>(*read.find("steps")), large);
  EXPECT_EQ(read.find("other"), nullptr);
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Checkpoint, IsThisFile) {
  const TestFolder folder;
  const std::vector<float> values = {1, 2};
  const std::vector<CheckpointTensor> tensors = {checkpoint_tensor("b", {2, 1}, std::span(values)),
                                                 checkpoint_tensor("a", {}, std::span(values).first(1))};
  write_checkpoint(folder / "x", tensors, {{"step", "1"}});
  const auto content = content_of(folder / "x");
  const std::string header =
      R"({"__metadata__":{"sha256":"DIGEST","sha256_of":"this file with 64 zeros in place of the sha256",)"
      R"("step":"1"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
      R"("a":{"dtype":"F32","shape":[],"data_offsets":[8,12]}})";
  const auto with = [&](const std::string& digest) {
    auto text = header;
    auto file = safetensors(text.replace(text.find("DIGEST"), 6, digest), 0);
    file.append(reinterpret_cast<const char*>(values.data()), 8);
    return file.append(reinterpret_cast<const char*>(values.data()), 4);
  };
  EXPECT_EQ(content, with(Sha256().add(with(std::string(64, '0'))).hex()));
  EXPECT_EQ((content.size() - 12) % 8, 0u);
}

TEST(Checkpoint, ReadsTensorsInAnyOrderOfTheHeader) {
  const TestFolder folder;
  const auto path = folder.file("x", safetensors(R"({"b":{"data_offsets":[4,8],"shape":[1],"dtype":"F32"},)"
                                                 R"("a":{"dtype":"I32","shape":[1,1],"data_offsets":[0,4]}})",
                                                 8));
  const auto read = Checkpoint::read(path);
  ASSERT_EQ(read.tensors().size(), 2u);
  EXPECT_EQ(read.tensors()[0].name, "a");
  EXPECT_EQ(read.tensors()[1].name, "b");
  EXPECT_TRUE(read.metadata().empty());
  EXPECT_TRUE(Checkpoint::read(folder.file("none", safetensors("{}", 0))).tensors().empty());
}

TEST(Checkpoint, ReplacesTheFormerOneAtOnce) {
  const TestFolder folder;
  write_checkpoint(folder / "x", {}, {{"step", "1"}});
  write_checkpoint(folder / "x", {}, {{"step", "2"}});
  EXPECT_EQ(Checkpoint::read(folder / "x").integer("step"), 2);
  EXPECT_EQ(folder.entries(), 1);
}

struct BadCheckpoint {
  std::string content, reason;
};

std::string one_tensor(const std::string& body, std::size_t data) {
  return safetensors("{\"a\":" + body + "}", data);
}

TEST(Checkpoint, EveryMalformedFileHasItsReason) {
  const std::string cut = safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4);
  const std::string vast = "9223372036854775807";
  const std::vector<BadCheckpoint> files = {
      {"", "it has only 0 bytes"},
      {"short", "it has only 5 bytes"},
      {std::string(8, '\xff') + "{}",
       "its header is said to have 18446744073709551615 bytes, the file has 2 more"},
      {cut.substr(0, 20), "its header is said to have 56 bytes, the file has 12 more"},
      {std::string(8, '\0'), "its header is not JSON"},
      {safetensors("{\"a\":", 0), "its header is not JSON"},
      {safetensors("[1, 2]", 0), "its header is not JSON"},
      {safetensors("{} x", 0), "its header is not JSON"},
      {safetensors("{\"\xff\":1}", 0), "its header is not JSON"},
      {safetensors("{\"a\":" + std::string(10'000, '['), 0), "its header is not JSON"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{}})", 4),
       "its header has \"a\" twice"},
      {one_tensor(R"({"dtype":"F32","shape":[],"shape":[1],"data_offsets":[0,4]})", 4),
       "its header has \"shape\" twice"},
      {safetensors(R"({"__metadata__":[]})", 0), "__metadata__ is not an object of texts"},
      {safetensors(R"({"__metadata__":{"step":1}})", 0), "__metadata__ is not an object of texts"},
      {one_tensor("1", 0), "tensor \"a\" is not an object"},
      {one_tensor(R"({"shape":[],"data_offsets":[0,4]})", 4), "tensor \"a\" has no dtype"},
      {one_tensor(R"({"dtype":"BF16","shape":[1],"data_offsets":[0,2]})", 2),
       "tensor \"a\" has dtype \"BF16\", expected F32, I32 or I64"},
      {one_tensor(R"({"dtype":"F32","data_offsets":[0,4]})", 4), "tensor \"a\" has no valid shape"},
      {one_tensor(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", 4),
       "tensor \"a\" has no valid shape"},
      {one_tensor(R"({"dtype":"F32","shape":[1.0],"data_offsets":[0,4]})", 4),
       "tensor \"a\" has no valid shape"},
      {one_tensor(R"({"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]})", 4),
       "tensor \"a\" has no valid shape"},
      {one_tensor(R"({"dtype":"F32","shape":[1]})", 4), "tensor \"a\" has no valid data_offsets"},
      {one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})", 4),
       "tensor \"a\" has no valid data_offsets"},
      {one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", 4),
       "tensor \"a\" has no valid data_offsets"},
      {one_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", 4),
       "tensor \"a\" ends at byte 8 of 4"},
      {one_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", 4),
       "tensor \"a\" has 4 bytes, its shape needs 8"},
      {one_tensor(R"({"dtype":"I64","shape":[1],"data_offsets":[0,4]})", 4),
       "tensor \"a\" has 4 bytes, its shape needs 8"},
      {one_tensor(R"({"dtype":"F32","shape":[)" + vast + "," + vast + R"(],"data_offsets":[0,4]})", 4),
       "tensor \"a\" is too large"},
      {one_tensor(R"({"dtype":"F32","shape":[4294967296,1073741824],"data_offsets":[0,0]})", 0),
       "tensor \"a\" is too large"},
      {one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})", 8),
       "there is a hole before tensor \"a\""},
      {one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})", 7),
       "bytes that belong to no tensor: 3"},
      {safetensors("{}", 1), "bytes that belong to no tensor: 1"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                   R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                   12),
       "tensor \"b\" overlaps another"},
      {safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                   R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                   4),
       "tensor \"b\" overlaps another"},
  };
  const TestFolder folder;
  for (const auto& [content, reason] : files) {
    const auto path = folder.file("x.safetensors", content);
    EXPECT_EQ(folder.without_path(error_of([&] { Checkpoint::read(path); })),
              "FOLDER/x.safetensors: not a usable checkpoint: " + reason);
  }
}

TEST(Checkpoint, AHeaderIsReadUpToALengthThatIsPossible) {
  const TestFolder folder;
  const std::uint64_t length = 100'000'001;
  const auto path =
      folder.file("x", std::string(reinterpret_cast<const char*>(&length), sizeof length) + "{}");
  std::filesystem::resize_file(path, sizeof length + length);  // a hole, which takes no room
  EXPECT_EQ(folder.without_path(error_of([&] { Checkpoint::read(path); })),
            "FOLDER/x: not a usable checkpoint: its header has more than 100000000 bytes");
}

TEST(Checkpoint, CutAnywhereIsAnErrorNeverACrash) {
  const TestFolder folder;
  const std::vector<float> values = {1, 2, 3};
  const std::vector<CheckpointTensor> tensors = {checkpoint_tensor("a", {3}, std::span(values))};
  write_checkpoint(folder / "x", tensors, {{"step", "1"}});
  const auto whole = content_of(folder / "x");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto path = folder.file("cut", whole.substr(0, length));
    EXPECT_THROW(Checkpoint::read(path), std::runtime_error) << length;
  }
}

TEST(Checkpoint, NoticesEveryByteThatIsNotAsItWasWritten) {
  const TestFolder folder;
  const std::vector<float> values = {1, 2, 3};
  const std::vector<CheckpointTensor> tensors = {checkpoint_tensor("a", {3}, std::span(values))};
  write_checkpoint(folder / "x", tensors, {{"step", "1"}, {"holds", "weights"}});
  const auto whole = content_of(folder / "x");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto text = whole;
    text[i] = static_cast<char>(text[i] ^ (i % 3 == 0 ? 1 : i % 3 == 1 ? 32 : 128));
    const auto path = folder.file("flipped", text);
    EXPECT_TRUE(error_of([&] { Checkpoint::read(path); }).starts_with(path.string() + ": not a usable "))
        << i;
  }
  auto last = whole;
  last.back() = static_cast<char>(last.back() ^ 1);
  EXPECT_EQ(
      folder.without_path(error_of([&] { Checkpoint::read(folder.file("flipped", last)); })),
      "FOLDER/flipped: not a usable checkpoint: its content does not match its sha256: it was damaged or "
      "changed; take a copy of it, or another checkpoint");
}

TEST(Checkpoint, MissingFilesAndMetadataAreNamed) {
  const TestFolder folder;
  EXPECT_EQ(folder.without_path(error_of([&] { Checkpoint::read(folder / "none"); })),
            "FOLDER/none: cannot be read: No such file or directory");
  write_checkpoint(folder / "x", {}, {{"step", "1.5"}});
  const auto read = Checkpoint::read(folder / "x");
  EXPECT_EQ(folder.without_path(error_of([&] { read.text("seed"); })),
            "FOLDER/x: not a usable checkpoint: its metadata has no \"seed\"");
  EXPECT_EQ(folder.without_path(error_of([&] { read.integer("step"); })),
            "FOLDER/x: not a usable checkpoint: its metadata's \"step\" is not a whole number: \"1.5\"");
}

TEST(Checkpoint, ContradictionsOfTheWriterAreBugs) {
  const TestFolder folder;
  const std::vector<float> values = {1, 2};
  const auto tensor = checkpoint_tensor("a", {2}, std::span(values));
  const auto wrong = checkpoint_tensor("a", {3}, std::span(values));
  const auto reserved = checkpoint_tensor("__metadata__", {2}, std::span(values));
  EXPECT_THROW(write_checkpoint(folder / "x", std::vector{tensor, tensor}, {}), std::logic_error);
  EXPECT_THROW(write_checkpoint(folder / "x", std::vector{wrong}, {}), std::logic_error);
  EXPECT_THROW(write_checkpoint(folder / "x", std::vector{reserved}, {}), std::logic_error);
  EXPECT_EQ(folder.entries(), 0);
}

}  // namespace
}  // namespace sganc
