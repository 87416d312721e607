#include "graph/model/record.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace onward::model {

std::string_view KindName(RecordKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {"unspecified", "party",     "location",
                                                             "activity",    "agreement", "flow",
                                                             "category",    "triage",    "policy"};
  const auto index = static_cast<size_t>(kind);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

const std::string& IdOf(const Record& record) {
  return std::visit([](const auto& r) -> const std::string& { return r.id; }, record);
}

std::vector<Source>& SourcesOf(Record& record) {
  return std::visit([](auto& r) -> std::vector<Source>& { return r.sources; }, record);
}

const std::vector<Source>& SourcesOf(const Record& record) {
  return std::visit([](const auto& r) -> const std::vector<Source>& { return r.sources; }, record);
}

std::string ToString(const RecordRef& ref) {
  const std::string_view kind = KindName(ref.kind);
  return absl::StrCat(absl::string_view(kind.data(), kind.size()), "/", ref.id);
}

std::vector<Source> MergeSources(const std::vector<Source>& stored,
                                 const std::vector<Source>& added) {
  std::vector<Source> merged = stored;
  for (const Source& source : added) {
    if (std::find(merged.begin(), merged.end(), source) == merged.end()) {
      merged.push_back(source);
    }
  }
  return merged;
}

}  // namespace onward::model
