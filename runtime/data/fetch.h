#pragma once
// Files of a data set that are not here: fetched with the programs that are installed, checked, then put in
// place.

#include <string>
#include <vector>

#include "runtime/data/sources.h"

namespace sganc {

/// Puts the missing files, decompressed, into the source's folder in the data folder: from the first mirror
/// that has them (curl or wget), else with `npm pack`. Only content with the right digest is ever put there.
/// Throws std::runtime_error with what was tried and every way to get the data set. Where there is no
/// connection that takes seconds.
void fetch_files(const DataSource& source, const std::vector<DataFile>& missing, const DataPlaces& places,
                 const Announce& announce);

/// The ways to get the data set, one a line, indented: for errors.
std::string ways_to_get(const DataSource& source, const DataPlaces& places);

}  // namespace sganc
