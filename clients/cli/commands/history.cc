// onward history: who changed what, when and why.
#include <algorithm>
#include <memory>
#include <optional>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/records.h"
#include "clients/cli/revisions.h"
#include "clients/cli/session.h"
#include "clients/cpp/error_details.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

using exchange::Json;

constexpr uint32_t kPageSize = 100;
constexpr int kChangesShown = 3;

struct Flags {
  std::string kind;
  std::string id;
  uint64_t limit = 100;
  bool fields = false;
  SourceFlags source;
  OutputFlags output;
};

// One revision, and what it changed where that was asked for and can still be read.
struct Entry {
  v1::Revision revision;
  std::optional<v1::DiffResponse> diff;
};

// What an erasure took away: erased contacts[1] of party/acme.
std::string ErasedText(const v1::ContactErasure& erasure) {
  std::string text = "erased ";
  for (const v1::ErasedContact& contact : erasure.contacts()) {
    text += contact.field() + " ";
  }
  return text + "of party/" + erasure.party();
}

std::string ChangesText(const Entry& entry) {
  if (entry.revision.has_erasure()) {
    return ErasedText(entry.revision.erasure());
  }
  if (entry.diff) {
    std::string text;
    for (const v1::RecordDifference& difference : entry.diff->records()) {
      text += (text.empty() ? "" : ", ") + DifferenceText(difference);
    }
    return text;
  }
  const v1::Revision& revision = entry.revision;
  std::string text;
  for (int i = 0; i < revision.changes_size() && i < kChangesShown; ++i) {
    const v1::RecordChange& change = revision.changes(i);
    text += (i == 0 ? "" : " ") + std::string(change.deleted() ? "-" : "") +
            KindWord(change.ref().kind()) + "/" + change.ref().id();
  }
  const int more = revision.changes_size() - kChangesShown;
  return more > 0 ? text + " +" + std::to_string(more) : text;
}

// The revision, with what each change was: created, changed or deleted, and in which fields.
Json DocumentOf(const Entry& entry) {
  Json json = exchange::ToJson(entry.revision, exchange::EmptyFields::kKeep);
  if (!entry.diff) {
    return json;
  }
  for (Json& change : json["changes"]) {
    for (const v1::RecordDifference& difference : entry.diff->records()) {
      if (exchange::ToJson(difference.ref(), exchange::EmptyFields::kKeep) == change["ref"]) {
        change["change"] = ChangeWord(difference);
        change["fields"] =
            std::vector<std::string>(difference.fields().begin(), difference.fields().end());
      }
    }
  }
  return json;
}

Answer AnswerOf(const std::vector<Entry>& entries) {
  Answer answer;
  answer.document = Json::array();
  answer.table.columns = {"revision", "committedAt", "author", "changes", "comment"};
  for (const Entry& entry : entries) {
    const v1::Revision& revision = entry.revision;
    const Json json = DocumentOf(entry);
    answer.document.push_back(json);
    answer.lines.push_back(json);
    answer.table.rows.push_back(
        {std::to_string(revision.revision()),
         json["committedAt"].is_string() ? json["committedAt"].get<std::string>() : "",
         revision.author(), ChangesText(entry), revision.comment()});
  }
  return answer;
}

absl::StatusOr<std::vector<v1::Revision>> Fetch(client::Client& client, v1::HistoryRequest request,
                                                uint64_t limit) {
  std::vector<v1::Revision> revisions;
  do {
    const uint64_t left = limit == 0 ? kPageSize : limit - revisions.size();
    request.set_page_size(static_cast<uint32_t>(std::min<uint64_t>(left, kPageSize)));
    auto page = client.History(request);
    if (!page.ok()) {
      return page.status();
    }
    for (v1::Revision& revision : *page->mutable_revisions()) {
      revisions.push_back(std::move(revision));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || revisions.size() < limit));
  return revisions;
}

// What the revision changed, of the record that was asked about or of all; nullopt where that was compacted.
absl::StatusOr<std::optional<v1::DiffResponse>> DiffOf(client::Client& client,
                                                       const v1::HistoryRequest& asked,
                                                       uint64_t revision) {
  v1::DiffRequest request;
  request.set_inventory(asked.inventory());
  request.set_from_revision(revision - 1);
  request.set_to_revision(revision);
  request.set_kind(asked.ref().kind());
  auto diff = FetchDiff(client, std::move(request));
  if (client::DetailsOf(diff.status()).reason == "REVISION_COMPACTED") {
    return std::optional<v1::DiffResponse>();
  }
  ONWARD_RETURN_IF_ERROR(diff.status());
  if (asked.has_ref()) {
    auto& records = *diff->mutable_records();
    records.erase(std::remove_if(records.begin(), records.end(),
                                 [&asked](const v1::RecordDifference& one) {
                                   return one.ref().id() != asked.ref().id();
                                 }),
                  records.end());
  }
  return std::optional<v1::DiffResponse>(*std::move(diff));
}

absl::StatusOr<std::vector<Entry>> Entries(client::Client& client, const v1::HistoryRequest& asked,
                                           const Flags& flags) {
  ONWARD_ASSIGN_OR_RETURN(std::vector<v1::Revision> revisions, Fetch(client, asked, flags.limit));
  std::vector<Entry> entries;
  for (v1::Revision& revision : revisions) {
    Entry entry{std::move(revision), std::nullopt};
    if (flags.fields) {
      ONWARD_ASSIGN_OR_RETURN(entry.diff, DiffOf(client, asked, entry.revision.revision()));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::HistoryRequest request;
  request.set_inventory(flags.source.inventory);
  if (!flags.kind.empty()) {
    const auto kind = ParseKind(flags.kind);
    if (!kind.ok()) {
      return kind.status();
    }
    if (flags.id.empty()) {
      return Error(absl::StatusCode::kInvalidArgument, "INVALID_REQUEST",
                   "history of a record needs KIND and ID");
    }
    request.mutable_ref()->set_kind(*kind);
    request.mutable_ref()->set_id(flags.id);
  }
  auto session = Session::Open(flags.source, context);
  if (!session.ok()) {
    return session.status();
  }
  const auto entries = Entries((*session)->client(), request, flags);
  if (!entries.ok()) {
    return entries.status();
  }
  Print(AnswerOf(*entries), flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command HistoryCommand() {
  return {"history",
          "list revisions, of the inventory or of one record",
          {"onward history", "onward history flow smartum-to-salesforce --limit 10",
           "onward history --limit 5 --fields            # what each revision changed"},
          KindWords(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "KIND", flags->kind);
            AddArgument(app, "ID", flags->id);
            AddNumber(app, "--limit", flags->limit, "N", "newest revisions shown (100); 0: all");
            AddSwitch(app, "--fields", flags->fields,
                      "created, changed or deleted, and in which fields");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
