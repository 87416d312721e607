// YAML manifests to records, each knowing its place in its file.
//
// A manifest is a YAML document with `kind` (Party, Location, Activity, Agreement, Flow, Category,
// Triage), `id` and the record's fields under their JSON names; enum values stand without their prefix.
// Values are text as written: NO, 2018-09-30 and 5 are never taken for anything else.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "onward/v1/record.pb.h"
#include "services/exchange/manifest_files.h"
#include "services/exchange/problem.h"
#include "services/exchange/yaml_tree.h"

namespace onward::exchange {

// A record with the document that it was read from.
struct Entry {
  onward::v1::Record record;
  std::string file;
  std::shared_ptr<const YamlTree> tree;
  uint32_t root = 0;
};

// Records in the order in which they were read, each kind and id once. Moved, not copied.
struct Manifest {
  std::vector<Entry> entries;

  // Place of a field, by its path in proto or JSON names (certifications[0].scheme); a field that is
  // not there: of what would hold it. `index` < entries.size().
  Place Locate(size_t index, std::string_view path) const;
};

// Records are complete only where `problems` is empty.
struct ManifestResult {
  Manifest manifest;
  Problems problems;
  // Links that were not followed.
  std::vector<std::string> skipped;
};

// Reads files, folders and `-` (`input`). Two documents of the same kind and id that differ in nothing
// but `sources` are one record with the sources of both; any other pair is a problem.
ManifestResult ReadManifests(const std::vector<std::string>& paths, std::istream& input,
                             const ManifestLimits& limits = {});

// Reads one text; `file` is its name in problems.
ManifestResult ReadManifestText(const std::string& text, const std::string& file);

}  // namespace onward::exchange
