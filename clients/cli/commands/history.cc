// onward history: who changed what, when and why.
#include <algorithm>
#include <memory>

#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/records.h"
#include "clients/cli/session.h"

namespace onward::cli {
namespace {

using exchange::Json;

constexpr uint32_t kPageSize = 100;
constexpr int kChangesShown = 3;

struct Flags {
  std::string kind;
  std::string id;
  uint64_t limit = 100;
  SourceFlags source;
  OutputFlags output;
};

std::string ChangesText(const v1::Revision& revision) {
  std::string text;
  for (int i = 0; i < revision.changes_size() && i < kChangesShown; ++i) {
    const v1::RecordChange& change = revision.changes(i);
    text += (i == 0 ? "" : " ") + std::string(change.deleted() ? "-" : "") +
            KindWord(change.ref().kind()) + "/" + change.ref().id();
  }
  const int more = revision.changes_size() - kChangesShown;
  return more > 0 ? text + " +" + std::to_string(more) : text;
}

Answer AnswerOf(const std::vector<v1::Revision>& revisions) {
  Answer answer;
  answer.document = Json::array();
  answer.table.columns = {"revision", "committedAt", "author", "changes", "comment"};
  for (const v1::Revision& revision : revisions) {
    const Json json = exchange::ToJson(revision, exchange::EmptyFields::kKeep);
    answer.document.push_back(json);
    answer.lines.push_back(json);
    answer.table.rows.push_back(
        {std::to_string(revision.revision()),
         json["committedAt"].is_string() ? json["committedAt"].get<std::string>() : "",
         revision.author(), ChangesText(revision), revision.comment()});
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
  const auto revisions = Fetch((*session)->client(), std::move(request), flags.limit);
  if (!revisions.ok()) {
    return revisions.status();
  }
  Print(AnswerOf(*revisions), flags.output.Parsed(), context.environment);
  return kExitOk;
}

}  // namespace

Command HistoryCommand() {
  return {"history",
          "list revisions, of the inventory or of one record",
          {"onward history", "onward history flow smartum-to-salesforce --limit 10"},
          KindWords(),
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddArgument(app, "KIND", flags->kind);
            AddArgument(app, "ID", flags->id);
            AddNumber(app, "--limit", flags->limit, "N", "newest revisions shown (100); 0: all");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
