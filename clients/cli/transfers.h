// Lists of verdicts: fetched whole, and shown in every format.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/flags.h"
#include "clients/cli/output.h"
#include "clients/cli/style.h"
#include "clients/cpp/client.h"

namespace onward::cli {

struct TransferList {
  v1::AnswerStamp stamp;
  // In order of flow and destination.
  std::vector<v1::Transfer> transfers;
  v1::VerdictCounts summary;
};

// Register codes with their names.
using PlaceNames = std::map<std::string, std::string>;

// All pages of one answer; pages that the server reads are of one revision.
absl::StatusOr<TransferList> FetchTransfers(client::Client& client,
                                            v1::ListTransfersRequest request,
                                            const Context& context);

// A verdict by its name in any case, `-` for `_`. Names what was meant where it is none.
absl::StatusOr<v1::Verdict> ParseVerdict(const std::string& word);

// Names of the destinations of the list; without those that cannot be had.
PlaceNames FetchPlaceNames(client::Client& client, const TransferList& list);

// What a person reads first: the worst first, two to four lines each, then the counts.
std::string TransfersText(const TransferList& list, const PlaceNames& names, const Style& style,
                          size_t width);
// A row each, for csv and markdown.
Table TransfersTable(const TransferList& list);

// Fetches the list, prints it with the document that `document` makes, an array `transfers` in it, and
// returns the exit code.
absl::StatusOr<int> ShowTransfers(v1::ListTransfersRequest request, const QuestionFlags& flags,
                                  exchange::Json (*document)(const TransferList&),
                                  Context& context);

// The documented shape of `assess -o json`: clients/cli/schema/assess.schema.json.
exchange::Json AssessJson(const TransferList& list);
exchange::Json AssessTransferJson(const v1::Transfer& transfer);
// The whole answer under the contract's names.
exchange::Json TransfersJson(const TransferList& list);

// {asOf, lawVersion, revision ...}
exchange::Json StampJson(const v1::AnswerStamp& stamp);
// "as of 2020-12-09, law version 2026-11-22, revision 3"
std::string StampText(const v1::AnswerStamp& stamp);

// {LACKING, UNDETERMINED ...}
exchange::Json CountsJson(const v1::VerdictCounts& counts);
// "2 lacking, 9 undetermined, 0 conditional, 1 covered"
std::string CountsText(const v1::VerdictCounts& counts);
// The same with what is lacking in its colour, and with what is not a transfer where there is some.
std::string CountsText(const v1::VerdictCounts& counts, const Style& style);

// "US United States"; the code alone where the name is not known.
std::string PlaceText(const std::string& code, const PlaceNames& names);

}  // namespace onward::cli
