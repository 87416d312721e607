#include "tests/scenarios/case_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "onward/v1/verdict.pb.h"

namespace onward::scenarios {
namespace {

namespace fs = std::filesystem;
using Keys = std::set<std::string>;

constexpr char kSeparator[] = "\n---\n";

// Parse errors are exceptions here, as those of yaml-cpp are; ReadCase turns both into a status.
[[noreturn]] void Fail(const YAML::Node& at, const std::string& message) {
  throw std::runtime_error(absl::StrCat("line ", at.Mark().line + 1, ": ", message));
}

// The node is a map, each key is known and stands once.
void CheckKeys(const YAML::Node& node, const Keys& allowed) {
  if (!node.IsMap()) {
    Fail(node, "a map of keys is needed here");
  }
  Keys seen;
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    if (allowed.count(key) == 0) {
      Fail(entry.first, absl::StrCat("unknown key `", key, "`"));
    }
    if (!seen.insert(key).second) {
      Fail(entry.first, absl::StrCat("key `", key, "` stands twice"));
    }
  }
}

std::string Text(const YAML::Node& map, const std::string& key) {
  return map[key].IsDefined() ? map[key].as<std::string>() : std::string();
}

std::string RequiredText(const YAML::Node& map, const std::string& key) {
  std::string text = Text(map, key);
  if (text.empty()) {
    Fail(map, absl::StrCat("`", key, "` is missing"));
  }
  return text;
}

std::vector<std::string> TextList(const YAML::Node& map, const std::string& key) {
  std::vector<std::string> list;
  if (!map[key].IsDefined()) {
    return list;
  }
  if (!map[key].IsSequence()) {
    Fail(map[key], absl::StrCat("`", key, "` must be a list"));
  }
  for (const auto& element : map[key]) {
    list.push_back(element.as<std::string>());
  }
  return list;
}

void CheckDate(const YAML::Node& at, const std::string& date) {
  constexpr size_t kLength = 10;
  bool good = date.size() == kLength;
  for (size_t i = 0; good && i < kLength; ++i) {
    good = (i == 4 || i == 7) ? date[i] == '-' : absl::ascii_isdigit(date[i]);
  }
  if (!good) {
    Fail(at, absl::StrCat("`", date, "` is not a date, as in 2024-06-30"));
  }
}

ExpectedVerdict ParseVerdict(const YAML::Node& node) {
  const std::vector<std::string> words =
      absl::StrSplit(node.as<std::string>(), ' ', absl::SkipEmpty());
  constexpr size_t kWordsMax = 3;
  if (words.empty() || words.size() > kWordsMax) {
    Fail(node, "VERDICT [REASON [MECHANISM]] is needed here");
  }
  v1::Verdict verdict = {};
  if (!v1::Verdict_Parse("VERDICT_" + words[0], &verdict)) {
    Fail(node, absl::StrCat("unknown verdict ", words[0]));
  }
  v1::VerdictReason reason = {};
  if (words.size() > 1 && !v1::VerdictReason_Parse("VERDICT_REASON_" + words[1], &reason)) {
    Fail(node, absl::StrCat("unknown reason ", words[1]));
  }
  return {words[0], words.size() > 1 ? words[1] : "", words.size() > 2 ? words[2] : ""};
}

ExpectedOn ParseOn(const YAML::Node& map) {
  const YAML::Node on = map["on"];
  if (!on.IsDefined() || !on.IsMap() || on.size() == 0) {
    Fail(map, "`on` must give at least one date");
  }
  ExpectedOn parsed;
  for (const auto& entry : on) {
    const auto date = entry.first.as<std::string>();
    CheckDate(entry.first, date);
    if (!parsed.emplace(date, ParseVerdict(entry.second)).second) {
      Fail(entry.first, absl::StrCat("date ", date, " stands twice"));
    }
  }
  return parsed;
}

// The flow or flows that an entry speaks of.
std::vector<std::string> FlowsOf(const YAML::Node& node) {
  std::vector<std::string> flows = TextList(node, "flows");
  if (flows.empty()) {
    return {RequiredText(node, "flow")};
  }
  if (node["flow"].IsDefined()) {
    Fail(node, "`flow` or `flows`, not both");
  }
  return flows;
}

// An optional date.
std::string DateText(const YAML::Node& map, const std::string& key) {
  std::string text = Text(map, key);
  if (!text.empty()) {
    CheckDate(map[key], text);
  }
  return text;
}

void ParseExpectations(const YAML::Node& node, Case& parsed) {
  CheckKeys(node, {"flow", "flows", "destination", "kind", "lawKnownAt", "on"});
  Expectation expectation;
  expectation.destination = Text(node, "destination");
  expectation.kind = Text(node, "kind");
  v1::HopKind kind = {};
  if (!expectation.kind.empty() && !v1::HopKind_Parse("HOP_KIND_" + expectation.kind, &kind)) {
    Fail(node["kind"], absl::StrCat("unknown kind ", expectation.kind));
  }
  const std::string own = DateText(node, "lawKnownAt");
  expectation.law_known_at = own.empty() ? parsed.law_known_at : own;
  expectation.on = ParseOn(node);
  for (const std::string& flow : FlowsOf(node)) {
    expectation.flow = flow;
    parsed.expectations.push_back(expectation);
  }
}

ExpectedCheck ParseCheck(const YAML::Node& node) {
  CheckKeys(node, {"from", "to", "dataCategories", "on"});
  return {RequiredText(node, "from"), RequiredText(node, "to"), TextList(node, "dataCategories"),
          ParseOn(node)};
}

void CheckComplete(const YAML::Node& node, const Case& parsed) {
  if (parsed.law.empty()) {
    Fail(node, "`law` must say where the expectation comes from");
  }
  if (parsed.expectations.empty() && parsed.nothing_on.empty() && parsed.checks.empty()) {
    Fail(node, "`expect`, `expectNothingOn` or `expectCheck` is missing");
  }
  if (parsed.records.empty() && parsed.includes.empty()) {
    Fail(node, "no records: neither documents after the first nor `include`");
  }
}

void ParseHeader(const YAML::Node& node, Case& parsed) {
  CheckKeys(node, {"title", "question", "law", "include", "others", "lawKnownAt", "expect",
                   "expectNothingOn", "expectCheck"});
  parsed.title = RequiredText(node, "title");
  parsed.question = RequiredText(node, "question");
  parsed.law = TextList(node, "law");
  for (const std::string& path : TextList(node, "include")) {
    parsed.includes.push_back((fs::path(parsed.file).parent_path() / path).lexically_normal());
  }
  const std::string others = Text(node, "others");
  if (!others.empty() && others != "ignored") {
    Fail(node["others"], "`others` can only be `ignored`");
  }
  parsed.others_ignored = !others.empty();
  parsed.law_known_at = DateText(node, "lawKnownAt");
  if (node["expect"].IsDefined()) {
    for (const auto& entry : node["expect"]) {
      ParseExpectations(entry, parsed);
    }
  }
  if (node["expectCheck"].IsDefined()) {
    for (const auto& entry : node["expectCheck"]) {
      parsed.checks.push_back(ParseCheck(entry));
    }
  }
  parsed.nothing_on = TextList(node, "expectNothingOn");
  for (const std::string& date : parsed.nothing_on) {
    CheckDate(node["expectNothingOn"], date);
  }
  CheckComplete(node, parsed);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw std::runtime_error("cannot be read");
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<Moment> Case::Moments() const {
  std::set<Moment> moments;
  for (const std::string& date : nothing_on) {
    moments.insert({date, law_known_at});
  }
  for (const Expectation& expectation : expectations) {
    for (const auto& [date, verdict] : expectation.on) {
      moments.insert({date, expectation.law_known_at});
    }
  }
  return {moments.begin(), moments.end()};
}

absl::StatusOr<Case> ReadCase(const std::string& path) {
  Case parsed;
  parsed.file = path;
  try {
    const std::string text = ReadFile(path);
    const size_t end = text.find(kSeparator);
    if (end != std::string::npos) {
      const auto lines =
          std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(end) + 1, '\n');
      parsed.records = std::string(static_cast<size_t>(lines), '\n') + text.substr(end + 1);
    }
    ParseHeader(YAML::Load(text.substr(0, end)), parsed);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
  return parsed;
}

std::vector<std::string> CaseFiles(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace onward::scenarios
