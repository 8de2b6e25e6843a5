#pragma once
// Fetches missing files of a data set with the installed programs, checks them, and puts them in place.

#include <string>
#include <vector>

#include "runtime/data/sources.h"

namespace sganc {

/// Puts the missing files, decompressed, into the source's folder in the data folder. It takes them from the
/// first mirror that has them (with curl or wget), else with `npm pack`. Only content with the right digest
/// is put there. Throws std::runtime_error, which lists what was tried and every way to get the data set.
/// Without a connection it fails within seconds.
void fetch_files(const DataSource& source, const std::vector<DataFile>& missing, const DataPlaces& places,
                 const Announce& announce);

/// The ways to get the data set, for errors: one per line, indented.
std::string ways_to_get(const DataSource& source, const DataPlaces& places);

}  // namespace sganc
