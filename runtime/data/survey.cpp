#include "runtime/data/survey.h"

#include <algorithm>
#include <exception>

#include "runtime/data/parallel.h"

namespace sganc {
namespace {

bool has_color(const Picture& picture) {
  if (picture.channels != 3) return false;
  for (auto p = picture.pixels.begin(); p != picture.pixels.end(); p += 3)
    if (p[0] != p[1] || p[1] != p[2]) return true;
  return false;
}

PictureFacts look_at(const std::filesystem::path& path) {
  const auto read = read_picture(path, {1, 1});
  return {read.size, has_color(read.picture), read.transparent, read.dim, {}};
}

}  // namespace

std::vector<PictureFacts> survey_pictures(std::span<const FolderPicture> pictures, int threads,
                                          LoadProgress& progress) {
  std::vector<PictureFacts> facts(pictures.size());
  in_parallel(pictures.size(), threads, [&](std::size_t i) {
    try {
      facts[i] = look_at(pictures[i].path);
    } catch (const std::exception& error) {
      facts[i].problem = error.what();
    }
    ++progress.done;
  });
  return facts;
}

PictureSurvey summarize(std::span<const PictureFacts> facts) {
  PictureSurvey survey;
  std::array<std::vector<std::int64_t>, 2> sides;
  for (const auto& picture : facts) {
    if (!picture.problem.empty()) {
      survey.problems.push_back(picture.problem);
      continue;
    }
    ++survey.readable;
    survey.in_color += picture.color;
    survey.transparent += picture.transparent;
    survey.dim += picture.dim;
    for (std::size_t side : {0U, 1U}) sides[side].push_back(picture.size[side]);
  }
  if (survey.readable == 0) return survey;
  for (std::size_t side : {0U, 1U}) {
    auto& lengths = sides[side];
    std::ranges::sort(lengths);
    survey.smallest[side] = lengths.front();
    survey.largest[side] = lengths.back();
    survey.middle[side] = lengths[lengths.size() / 2];
  }
  return survey;
}

}  // namespace sganc
