#pragma once
// A program in a folder, which runs without the compiler: `sganc export --to program` writes it, and
// sganc-run reads it.
//     program.json         how it was made, what it needs, its classes, its functions and their steps
//     kernels.so           its kernels; absent if it calls none
//     weights.safetensors  its weights, as in a checkpoint
//     SHA256SUMS           the digests of these files; `sha256sum -c SHA256SUMS` checks them too
// Failures are std::runtime_error.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/data/image_files.h"
#include "runtime/program.h"
#include "runtime/train/checkpoint.h"

namespace sganc {

struct ExportedProgram {
  std::string version;                            // of the sganc that wrote it: 0.1.0
  std::vector<std::string> instructions;          // that kernels may use, named as in /proc/cpuinfo
  int threads = 1;                                // for which it was planned
  std::map<std::string, std::string> checkpoint;  // where its weights come from: model, step, epoch
  FolderReading pictures;                 // how pictures become images; the shape is that of the model's
  ImageReading arrays;                    // how the elements of arrays are meant
  double range_low = -1, range_high = 1;  // of the images that a generator makes
  std::uint64_t seed = 0;                 // of latent points, if a person gives none
  std::vector<std::string> classes;       // their names; empty if it classifies nothing
  Program program;                        // kernel_library is its file in the folder, once read
};

/// Writes the folder, whole or not at all. It must be absent or empty, or hold an exported program, which is
/// replaced. `weights` has a tensor for each variable of the program.
void write_exported_program(const std::filesystem::path& folder, const ExportedProgram& exported,
                            const Checkpoint& weights);

/// Reads program.json. Throws if the folder holds no program, a file of it is damaged, this version of sganc
/// cannot read it, or this machine's processor cannot run it.
ExportedProgram read_exported_program(const std::filesystem::path& folder);

/// The file of the weights in the folder.
std::filesystem::path weights_of_exported_program(const std::filesystem::path& folder);

}  // namespace sganc
