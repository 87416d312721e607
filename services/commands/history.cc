#include "services/commands/history.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/commands/errors.h"

namespace onward::commands {
namespace {

// Where the page starts: revisions below this one.
absl::StatusOr<uint64_t> Before(const PageRequest& page, uint64_t head) {
  if (!page.from) {
    return head + 1;
  }
  uint64_t before = 0;
  if (!absl::SimpleAtoi(page.from->after, &before) || before == 0) {
    return InvalidRequest("page_token", "is not one of this list");
  }
  return before;
}

}  // namespace

absl::StatusOr<HistoryResult> History(Engine& engine, const HistoryRequest& request,
                                      const CallContext& call) {
  ONWARD_ASSIGN_OR_RETURN(const Reading reading,
                          engine.Read(request.inventory, FullyConsistent(), call));
  HistoryResult result;
  result.basis = BasisOf(reading);
  if (request.page.from) {
    result.basis.revision = request.page.from->revision;
  }
  ONWARD_ASSIGN_OR_RETURN(const uint64_t before, Before(request.page, result.basis.revision));
  // One more than asked for tells whether there is a next page.
  ONWARD_ASSIGN_OR_RETURN(result.revisions, engine.store().History(request.inventory, request.ref,
                                                                   before, request.page.size + 1));
  if (result.revisions.size() > request.page.size) {
    result.revisions.pop_back();
    result.next =
        PagePosition{result.basis.revision, absl::StrCat(result.revisions.back().revision)};
  }
  return result;
}

}  // namespace onward::commands
