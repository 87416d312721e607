// Findings about who stands at the two ends of a flow.
#include <algorithm>
#include <array>
#include <cctype>

#include "graph/query/findings_internal.h"

namespace onward::query {
namespace {

// A processor that hands data back to its controllers has no recipient there.
bool IsHandedBack(const model::Flow& flow) {
  return model::IsProcessorRole(flow.exporter_role) && model::IsControllerRole(flow.importer_role);
}

void FindUnnamed(const JudgedFlow& flow, FindingSink& sink) {
  if (flow.importer->party_type == model::PartyType::kUnnamedRecipients &&
      !IsHandedBack(flow.record) && IsGoverned(flow, sink)) {
    sink.AddParty(
        FindingCode::kRecipientUnnamed, *flow.importer, flow.record,
        sink.NameOf(flow.importer->id) + ": known by purpose only, no recipient is named.");
  }
}

void FindParent(const JudgedFlow& flow, FindingSink& sink) {
  const model::Party& importer = *flow.importer;
  const model::Party* const parent = sink.snapshot.FindParty(importer.group_parent);
  if (parent == nullptr || parent->establishment == importer.establishment ||
      !sink.IsThirdCountry(parent->establishment) || !IsGoverned(flow, sink)) {
    return;
  }
  sink.AddParty(FindingCode::kParentInThirdCountry, importer, flow.record,
                "The ultimate parent of " + sink.NameOf(importer.id) + ", " +
                    sink.NameOf(parent->id) + ", is established in " +
                    sink.PlaceOf(parent->establishment) + ".");
}

// A place with data protection law of its own: one that an adequacy decision is about as a whole.
bool HasOwnRegime(const std::string& code, const FindingSink& sink) {
  const auto& decisions = sink.judged.law().DecisionsFor(code);
  const Date known = sink.judged.question().law_known_at;
  return std::any_of(decisions.begin(), decisions.end(), [&](const law::Decision* decision) {
    return !decision->requires_certification &&
           decision->IntervalKnownAt(known).Contains(sink.Day());
  });
}

// A disclosure to another country by somebody whom the GDPR does not bind, whether or not data from
// the EEA is in it.
bool IsAbroad(const JudgedFlow& flow, const FindingSink& sink) {
  const std::string& to = flow.importer->establishment;
  return !to.empty() && to != flow.exporter->establishment &&
         verdict::ExporterBound(flow.record, sink.snapshot, sink.judged.law(), sink.Day()) == false;
}

void FindOtherRegime(const JudgedFlow& flow, FindingSink& sink) {
  const model::Party& exporter = *flow.exporter;
  const bool institution = flow.hop.reason == verdict::Reason::kOtherRegime;
  const bool abroad = HasOwnRegime(exporter.establishment, sink) && IsAbroad(flow, sink);
  if (institution || abroad) {
    sink.AddParty(FindingCode::kOtherRegimeNotAssessed, exporter, flow.record,
                  institution
                      ? sink.NameOf(exporter.id) + " is an institution of the Union."
                      : sink.NameOf(exporter.id) + " stands under the law of " +
                            sink.PlaceOf(exporter.establishment) + " and discloses data abroad.");
  }
}

// Words for code that somebody places on a page or in an app.
constexpr std::array<std::string_view, 14> kCodeWords = {
    "pixel",   "pixels", "tag",     "tags",   "sdk",     "plug",  "plugin",
    "plugins", "script", "scripts", "widget", "widgets", "embed", "embedded"};

// The first of those words in the text; empty: none.
std::string CodeWordIn(std::string_view text) {
  std::string word;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
      continue;
    }
    if (std::find(kCodeWords.begin(), kCodeWords.end(), word) != kCodeWords.end()) {
      return word;
    }
    word.clear();
  }
  return "";
}

// What on the records says that the exporter placed code; empty: nothing does.
std::string SignOfCode(const model::Flow& flow, const std::string& importer) {
  for (const model::Site& site : flow.sites) {
    if (site.operation == model::SiteOperation::kTelemetry) {
      return "a telemetry site";
    }
  }
  std::vector<std::string> texts = flow.purposes;
  texts.push_back(importer);
  for (const auto& [key, value] : flow.labels) {
    texts.push_back(key);
    texts.push_back(value);
  }
  for (const std::string& text : texts) {
    const std::string word = CodeWordIn(text);
    if (!word.empty()) {
      return "the word \"" + word + "\"";
    }
  }
  return "";
}

void FindEmbedded(const JudgedFlow& flow, FindingSink& sink) {
  if (flow.hop.reason != verdict::Reason::kDirectCollection) {
    return;
  }
  const std::string sign = SignOfCode(flow.record, sink.NameOf(flow.record.importer));
  if (!sign.empty()) {
    sink.AddFlow(FindingCode::kDirectCollectionEmbedded, flow.record,
                 "Recorded as collected by " + sink.NameOf(flow.record.importer) + " alone, but " +
                     sign + " says that " + sink.NameOf(flow.record.exporter) +
                     " placed the code that sends the data.");
  }
}

}  // namespace

void FindInRecipient(const JudgedFlow& flow, FindingSink& sink) {
  FindUnnamed(flow, sink);
  FindParent(flow, sink);
  FindOtherRegime(flow, sink);
  FindEmbedded(flow, sink);
}

}  // namespace onward::query
