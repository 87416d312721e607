#include "clients/cli/exposure_timeline.h"

#include <utility>

#include "clients/cli/pages.h"
#include "clients/cli/text.h"
#include "clients/cli/transfers.h"
#include "graph/base/status_macros.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::EmptyFields;
using exchange::Json;
using exchange::NameOf;

// A date and two spaces.
constexpr size_t kIndent = 12;
constexpr size_t kNarrowest = 40;

std::string Side(v1::Verdict verdict, v1::VerdictReason reason) {
  return verdict == v1::VERDICT_UNSPECIFIED ? "not reached"
                                            : NameOf(verdict) + " " + NameOf(reason);
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& words,
                   const std::string& between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + OneLine(word);
  }
  return text;
}

// Joined by "; ".
std::string CausesText(const v1::ExposureChange& change) {
  std::string text;
  for (const v1::ExposureCause& cause : change.causes()) {
    text += (text.empty() ? "" : "; ") + OneLine(cause.text());
  }
  return text;
}

std::string Row(const v1::ExposureChange& change, const Style& style, size_t width) {
  const std::string name =
      OneLine(change.recipient_name().empty() ? change.recipient() : change.recipient_name());
  std::string text = style.Bold(change.date()) + "  " + name + " (" +
                     OneLine(change.destination()) + ")  " +
                     Side(change.before(), change.reason_before()) + style.Arrow() +
                     style.Of(change.after(), Side(change.after(), change.reason_after())) + "\n";
  const auto add = [&](const std::string& line) {
    for (const std::string& part : Wrap(line, width)) {
      text += std::string(kIndent, ' ') + part + "\n";
    }
  };
  if (change.categories_gained_size() > 0) {
    add("more data: " + Joined(change.categories_gained(), ", "));
  }
  if (change.categories_lost_size() > 0) {
    add("no longer: " + Joined(change.categories_lost(), ", "));
  }
  if (change.causes_size() > 0) {
    add("because: " + CausesText(change));
  }
  return text;
}

std::string ChangesText(const ExposureChanges& list, const Style& style, size_t width) {
  const size_t room = width > kIndent + kNarrowest ? width - kIndent : kNarrowest;
  std::string text;
  for (const v1::ExposureChange& change : list.changes) {
    text += Row(change, style, room) + "\n";
  }
  return text +
         (list.changes.empty() ? "No change" : Count(list.changes.size(), "change", "changes")) +
         " from " + list.from + " until " + list.until + "\n" + StampText(list.stamp) + "\n";
}

Table ChangesTable(const ExposureChanges& list) {
  Table table;
  table.columns = {"date",  "recipient",   "destination", "before", "reasonBefore",
                   "after", "reasonAfter", "gained",      "lost",   "because"};
  for (const v1::ExposureChange& c : list.changes) {
    table.rows.push_back({c.date(), c.recipient(), c.destination(), NameOf(c.before()),
                          NameOf(c.reason_before()), NameOf(c.after()), NameOf(c.reason_after()),
                          Joined(c.categories_gained(), " "), Joined(c.categories_lost(), " "),
                          CausesText(c)});
  }
  return table;
}

Json ChangesJson(const ExposureChanges& list) {
  Json document = StampJson(list.stamp);
  document["origin"] = list.origin;
  document["from"] = list.from;
  document["until"] = list.until;
  document["changes"] = Json::array();
  for (const v1::ExposureChange& change : list.changes) {
    document["changes"].push_back(exchange::ToJson(change, EmptyFields::kKeep));
  }
  return document;
}

}  // namespace

absl::StatusOr<ExposureChanges> FetchExposureTimeline(client::Client& client,
                                                      v1::ExposureTimelineRequest request) {
  ExposureChanges list;
  list.origin = request.origin();
  ONWARD_RETURN_IF_ERROR(EachPage(
      std::move(request),
      [&](const v1::ExposureTimelineRequest& asked) { return client.ExposureTimeline(asked); },
      [&](v1::ExposureTimelineResponse& page) {
        list.stamp = page.stamp();
        list.from = page.from();
        list.until = page.until();
        for (v1::ExposureChange& change : *page.mutable_changes()) {
          list.changes.push_back(std::move(change));
        }
      }));
  return list;
}

Answer ExposureTimelineAnswer(const ExposureChanges& list, const Style& style, size_t width) {
  Answer answer;
  answer.document = ChangesJson(list);
  for (const Json& change : answer.document["changes"]) {
    answer.lines.push_back(change);
  }
  answer.table = ChangesTable(list);
  answer.text = ChangesText(list, style, width);
  return answer;
}

}  // namespace onward::cli
