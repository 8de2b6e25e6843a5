#include <nlohmann/json.hpp>

#include "runtime/data/array_files.h"
#include "runtime/data/cifar.h"
#include "runtime/data/division.h"
#include "runtime/data/identity.h"
#include "runtime/data/idx.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/label_table.h"
#include "runtime/data/npz.h"
#include "runtime/data/survey.h"
#include "runtime/report/run_metrics.h"
#include "runtime/train/checkpoint.h"
#include "runtime/train/state.h"
#include "tests/fuzz/target.h"
#include "tests/picture_files.h"
#include "tests/train_model.h"

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

Target pictures() {
  const auto gray = picture_of(5, 7, 1, [](auto x, auto y, auto) { return 30 * x + y; });
  const auto colour = picture_of(9, 4, 3, [](auto x, auto y, auto c) { return 9 * x + 20 * y + c; });
  std::vector<std::string> seeds;
  for (const auto& picture : {gray, colour})
    for (const auto& bytes : {png_bytes(picture), jpeg_bytes(picture), jpeg_bytes(picture, true)})
      seeds.push_back(bytes);
  seeds.insert(seeds.end(),
               {bmp_bytes(colour), tiff_of_two_pixels(), gif_of_two_pixels(), webp_of_one_pixel()});
  return {"picture", "picture", seeds, kNumbers, [](const fs::path& file) { read_picture(file, {8, 8}); }};
}

Target images() {
  const std::string idx_images = idx({"\0\0\x08\3", 4}, {"\0\0\0\2\0\0\0\3\0\0\0\4", 12}, 24);
  const std::vector<std::string> seeds = {idx_images,
                                          gzip_bytes(idx_images),
                                          npy_of("|u1", "(2, 3, 4)", std::string(24, '\1')),
                                          npy_of("|u1", "(2, 3, 4, 3)", std::string(72, '\1')),
                                          npy_of("<f4", "(2, 3, 4, 1)", std::string(96, '\0')),
                                          npy_of(">i2", "(2, 1, 3, 4)", std::string(48, '\0')),
                                          gzip_bytes(npy_of("|u1", "(1, 1, 1)", std::string(1, '\1')))};
  auto words = kNumbers;
  words.insert(words.end(), {"(2, 3, 4,", "99999999999999999999", "True", "|u1", "<f8", "'shape'"});
  return {"images", "images", seeds, words, [](const fs::path& file) { read_array_images(file); }};
}

/// The same, where no image may lie in memory.
Target images_in_files() {
  Target target = images();
  target.name = "images-in-files";
  target.read = [](const fs::path& file) {
    read_array_images(file, {.room = {.most_memory = 0, .file_folder = file.parent_path()}});
  };
  return target;
}

Target labels() {
  const std::string idx_labels = idx({"\0\0\x08\1", 4}, {"\0\0\0\4", 4}, 4);
  const std::vector<std::string> seeds = {idx_labels,
                                          gzip_bytes(idx_labels),
                                          npy_of("<i8", "(4,)", std::string(32, '\0')),
                                          npy_of("<u2", "(4,)", std::string(8, '\1')),
                                          npy_of("|u1", "(4,)", std::string(4, '\1')),
                                          npy_of("<U2", "(4,)", std::string(32, 'a')),
                                          npy_of("<f4", "(4, 1)", std::string(16, '\0'))};
  return {"labels", "labels", seeds, kNumbers, [](const fs::path& file) { read_array_labels(file, 4); }};
}

Target archives() {
  const auto images = npy_of("|u1", "(2, 3, 4)", std::string(24, '\1')), labels = npy_of("|u1", "(2,)", "ab");
  const std::vector<std::string> seeds = {npz_bytes({{"x", images}, {"y", labels}}, false),
                                          npz_bytes({{"x", images}}, true)};
  return {"archives", "x.npz", seeds, kNumbers, [](const fs::path& file) {
            for (const auto& [key, name] : usual_arrays(file))
              if (key.ends_with("images"))
                read_array_images(file / name);
              else
                read_array_labels(file / name, 2);
          }};
}

/// Arrays of points, as `sample --latent` takes them.
Target points() {
  const std::string numbers(24, '\1');
  const std::vector<std::string> seeds = {npy_of("<f4", "(2, 3)", numbers), npy_of("<f4", "(6, 1)", numbers),
                                          npy_of("<f8", "(1, 3)", numbers)};
  auto words = kNumbers;
  words.insert(words.end(), {"(2, 3)", "(0, 3)", "(99999999999, 99999999999)", "(-1, 3)", "|u1", "True"});
  return {"points", "z.npy", seeds, words, [](const fs::path& file) { read_array_points(file); }};
}

/// A list of indices, as data.labels.file names it.
Target indices() {
  return {"indices", "labels.txt", {"0\n3\n9\n", "5\r\n5\r\n"}, kDecimals, [](const fs::path& file) {
            const Dataset dataset = small_dataset();
            ImageChoice choice{.way = ImageChoice::Way::file};
            choice.file = file;
            divide(dataset, choice, ImageChoice{.count = 1});
          }};
}

/// A folder of one picture, as `init` surveys it.
Target survey() {
  Target target = pictures();
  target.name = "survey";
  target.file = "picture.png";
  target.read = [](const fs::path& file) {
    LoadProgress progress;
    const std::vector<FolderPicture> all = {{file}};
    const auto survey = summarize(survey_pictures(all, 1, progress));
    if (survey.readable + std::ssize(survey.problems) != 1) throw std::logic_error("the picture is lost");
  };
  return target;
}

/// Labels of four pictures.
Target label_tables() {
  const std::vector<std::string> seeds = {
      "id,class,notes\n1.png,a,\n2.png,\"b \"\"c\"\", d\",\"two\nlines\"\nb/3.png,,\n",
      "\xEF\xBB\xBF"
      "class;file;x\r\n7;1;2\r\n8;b/3;4\r\n",
      "image\tA\tB\n1\t0\t1\n2\t1.0\t0.0\n"};
  return {"label_table",
          "t.csv",
          seeds,
          {"\"", "\"\"", "\n", "\r\n", ",", ";", "\t", "\xff", "\xff\xfe", "1.png", "b/", "../", "//", "\\"},
          [](const fs::path& file) {
            const auto found = read_labels({file}, {"1.png", "2.png", "b/3.png", "c/3.jpg"});
            for (const auto label : found.labels)
              if (label < -1 || label >= std::ssize(found.classes))
                throw std::logic_error("a label without a class");
          }};
}

Target cifar() {
  const auto record = static_cast<std::size_t>(kCifarRecordBytes);
  return {"cifar", "batch.bin", {std::string(2 * record, '\1')}, kNumbers, [](const fs::path& file) {
            const std::string content = content_of(file);
            std::vector<std::uint8_t> pixels;
            std::vector<std::int32_t> labels;
            add_cifar_batch({content.begin(), content.end()}, file, 10, pixels, labels);
          }};
}

/// Returns a checkpoint as another program writes it. With a checksum, every change would be refused.
std::string unsealed(std::string checkpoint) {
  for (const std::string key : {"\"sha256\"", "\"sha256_of\""}) checkpoint[checkpoint.find(key) + 1] = 'S';
  return checkpoint;
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
  return {
      "checkpoint", "x.safetensors", {unsealed(content_of(folder / "x"))}, words, [](const fs::path& file) {
        const auto checkpoint = Checkpoint::read(file);
        for (const auto& tensor : checkpoint.tensors()) checkpoint.find(tensor.name);
      }};
}

/// The state with which a run is resumed. Its weights are also read to evaluate and to begin a run.
Target states() {
  const TestFolder folder;
  Executor executor(small_model(), 1, 1);
  save_state(folder / "state", executor, {"small", 11, 4, 1, 4, 0.5, 1, 0.25});
  auto words = kDecimals;
  words.insert(words.end(), {"\"holds\":\"weights\"", "\"step\":\"-1\"", "\"seconds\":\"nan\"", "net.seen",
                             "net.dense_1.weight", "[2,2]", "\"I32\"", "\"F32\""});
  return {"state",
          "state.safetensors",
          {unsealed(content_of(folder / "state"))},
          words,
          [](const fs::path& file) {
            static Executor other(small_model(), 1, 1);
            for (const auto& load : {+[](const fs::path& f) { load_weights(f, other); },
                                     +[](const fs::path& f) { load_matching_weights(f, other); }})
              try {
                load(file);
              } catch (const std::runtime_error&) {
              }
            load_state(file, other);
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

Target identities() {
  DataIdentity identity{{2, 2, 1}, {3, "ab", "cd"}, {1, "ef", "01"}};
  auto named = identity;
  name_pictures(named, {"a/1.png", "a/2.png"}, {"b/1.png"});
  return {"identity", "data.json", {to_json(identity), to_json(named)}, kDecimals, [](const fs::path& file) {
            difference(read_identity(file), DataIdentity());
          }};
}

}  // namespace

std::vector<Target> data_targets() {
  return {label_tables(), pictures(), survey(), images(),      images_in_files(), labels(),  archives(),
          points(),       indices(),  cifar(),  checkpoints(), states(),          metrics(), identities()};
}

}  // namespace sganc::testing
