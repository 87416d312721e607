// The files that make up a set of manifests.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "services/exchange/problem.h"

namespace onward::exchange {

struct ManifestLimits {
  size_t file_bytes_max = size_t{16} << 20;
  size_t total_bytes_max = size_t{256} << 20;
  size_t files_max = 10'000;
};

// A file's text under the name that errors show.
struct ManifestText {
  std::string file;
  std::string text;
};

// Reads `paths`: files, folders (every *.yaml and *.yml below, in order of path; hidden files, links
// that lead out of the folder and folders that are links are left out and listed in `skipped`), or `-`
// for `input`. A file that is reached twice is read once.
std::vector<ManifestText> LoadManifestTexts(const std::vector<std::string>& paths,
                                            std::istream& input, const ManifestLimits& limits,
                                            Problems& problems, std::vector<std::string>& skipped);

}  // namespace onward::exchange
