// One YAML document to one record: the contract's descriptors decide names and types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onward/v1/record.pb.h"
#include "services/exchange/problem.h"
#include "services/exchange/yaml_tree.h"

namespace onward::exchange {

// What converting may still cost, over all files: aliases make a short text long.
struct ConversionBudget {
  size_t values = 1'000'000;
  size_t bytes = size_t{256} << 20;
};

// Reads the document at `root`. Everything wrong with it goes to `problems`, with its place; nullopt
// where something is. `other_kinds` are named beside those of records where `kind` is none of them.
std::optional<onward::v1::Record> ReadRecord(const YamlTree& tree, uint32_t root,
                                             const std::string& file, ConversionBudget& budget,
                                             Problems& problems,
                                             const std::vector<std::string>& other_kinds = {});

// The text of the document's `kind`; empty: it has none.
std::string KindWordOf(const YamlTree& tree, uint32_t root);

// Reads all other keys of the document as fields of `message`. False where something is wrong.
bool ReadFields(const YamlTree& tree, uint32_t root, const std::string& file,
                ConversionBudget& budget, google::protobuf::Message& message, Problems& problems);

// Node at a field path in proto or JSON names (certifications[0].scheme), or the nearest one above it.
uint32_t FindNode(const YamlTree& tree, uint32_t root, std::string_view path);

// Whether the text is a calendar date, YYYY-MM-DD with a year from 1900 to 2999.
bool IsCalendarDate(std::string_view text);

// Field path in proto names (data_categories[1]) as the JSON names that manifests use.
std::string ToJsonPath(std::string_view path);

}  // namespace onward::exchange
