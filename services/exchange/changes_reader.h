// A changes file: records to assume, records to leave out and changes of the law, each knowing its place.
//
// It is a manifest (manifest_reader.h) whose documents are records, and these kinds besides:
//   kind: Delete         id: flow/acme-to-vendor
//   kind: Annul          id: us_dpf       from: 2026-12-01
//   kind: DropAdequacy   jurisdiction: GB from: 2027-01-01
//   kind: GrantAdequacy  jurisdiction: IN from: 2027-01-01
// `from` may be left out: the day that is asked about.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onward/v1/what_if.pb.h"
#include "services/exchange/manifest_reader.h"

namespace onward::exchange {

// Moved, not copied.
struct Changes {
  // In the order in which the documents were read.
  onward::v1::WhatIf what_if;
  // Where each mutation was read; the record of a deletion is empty.
  Manifest mutations;
  // Where each change of the law was read.
  Manifest law_changes;

  // Place of a field as errors of the service name it: what_if.mutations[3].upsert.party.establishment.
  // nullopt: not of these files.
  std::optional<Place> Locate(std::string_view field) const;
};

// Complete only where `problems` is empty.
struct ChangesResult {
  Changes changes;
  Problems problems;
  // Links that were not followed.
  std::vector<std::string> skipped;
};

// Reads files, folders and `-` (`input`).
ChangesResult ReadChanges(const std::vector<std::string>& paths, std::istream& input,
                          const ManifestLimits& limits = {});

// Reads one text; `file` is its name in problems.
ChangesResult ReadChangesText(const std::string& text, const std::string& file);

// The field path behind what_if.mutations[3].upsert.party. in the words of the file, or as it is.
std::string ChangesPath(std::string_view field);

}  // namespace onward::exchange
