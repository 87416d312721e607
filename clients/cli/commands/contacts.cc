// onward contacts: takes the personal data of contacts away from all revisions.
#include <memory>
#include <optional>

#include "absl/strings/numbers.h"
#include "clients/cli/commands/all.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/failure.h"
#include "clients/cli/output.h"
#include "clients/cli/session.h"
#include "graph/base/status_macros.h"

namespace onward::cli {
namespace {

struct Flags {
  std::string action;
  std::string party;
  std::vector<std::string> contacts;
  uint64_t at_revision = 0;
  bool yes = false;
  std::string comment;
  std::string author;
  SourceFlags source;
  OutputFlags output;
};

std::string CountOf(uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string FieldsOf(const v1::EraseContactsResponse& response) {
  std::string fields;
  for (const v1::ErasedContact& contact : response.contacts()) {
    fields += (fields.empty() ? "" : ", ") + contact.field();
  }
  return fields;
}

std::string WhatOf(const v1::EraseContactsResponse& response, const std::string& party) {
  return CountOf(static_cast<uint64_t>(response.contacts_size()), "contact") + " of party " +
         party + " in " + CountOf(response.versions(), "version") + " of it (" +
         FieldsOf(response) + ")";
}

std::string UnsaltedText(const v1::EraseContactsResponse& response) {
  return response.unsalted_versions() == 0
             ? ""
             : CountOf(response.unsalted_versions(), "version") +
                   " written before the chain had salts: the digest of its own entry cannot be "
                   "computed again; the erasing entry vouches for what is left.\n";
}

std::string TextOf(const v1::EraseContactsResponse& response, const std::string& party) {
  if (response.contacts().empty()) {
    return "Nothing of party " + party + " is left to erase.\n";
  }
  if (response.dry_run()) {
    return WhatOf(response, party) + " would be erased from every revision.\n" +
           UnsaltedText(response) +
           "Nothing was erased. This cannot be undone: say --yes to do it.\n";
  }
  std::string text = WhatOf(response, party) + " are erased, in revision " +
                     std::to_string(response.revision()) + ".\n" + UnsaltedText(response);
  text +=
      response.scrubbed()
          ? "No file of the store holds them any more.\n"
          : "Old files of the store still hold them: reads or a backup under way keep them. The "
            "next start of the server takes them away, or this command again.\n";
  text += "Out of reach:\n";
  for (const std::string& place : response.out_of_reach()) {
    text += "  " + place + "\n";
  }
  return text;
}

Answer AnswerOf(const v1::EraseContactsResponse& response, const std::string& party) {
  Answer answer;
  answer.document = exchange::ToJson(response, exchange::EmptyFields::kKeep);
  answer.lines = {answer.document};
  answer.table = {{"revision", "contacts", "versions", "scrubbed", "dryRun"},
                  {{std::to_string(response.revision()), std::to_string(response.contacts_size()),
                    std::to_string(response.versions()), response.scrubbed() ? "true" : "false",
                    response.dry_run() ? "true" : "false"}}};
  answer.text = TextOf(response, party);
  return answer;
}

absl::Status AddContacts(const Flags& flags, v1::EraseContactsRequest& request) {
  for (const std::string& text : flags.contacts) {
    uint32_t position = 0;
    if (!absl::SimpleAtoi(text, &position)) {
      return Error(
          absl::StatusCode::kInvalidArgument, "USAGE",
          "--contact takes a position in the party's contacts, from 0: `onward get party " +
              flags.party + "` shows them");
    }
    request.add_contacts(position);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Run(const Flags& flags, Context& context) {
  v1::EraseContactsRequest request;
  request.set_inventory(flags.source.inventory);
  request.set_party(flags.party);
  ONWARD_RETURN_IF_ERROR(AddContacts(flags, request));
  request.set_at_revision(flags.at_revision);
  request.set_comment(flags.comment);
  request.set_author(flags.author);
  request.set_dry_run(!flags.yes);
  ONWARD_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session,
                          Session::Open(flags.source, context));
  ONWARD_ASSIGN_OR_RETURN(const v1::EraseContactsResponse response,
                          session->client().EraseContacts(std::move(request)));
  Print(AnswerOf(response, flags.party), flags.output.Parsed(), context.environment);
  return response.dry_run() && !response.contacts().empty() ? kExitFindings : kExitOk;
}

}  // namespace

Command ContactsCommand() {
  return {"contacts",
          "erase contacts of a party from all revisions, for good",
          {"onward contacts erase acme                     # shows what of it would be erased: all "
           "contacts",
           "onward contacts erase acme --contact 1 --yes --comment \"request of 2026-03-01\"",
           "onward contacts erase acme --contact 0 --at-revision 7 --yes   # one that is not there "
           "any more"},
          {"erase"},
          [](CLI::App& app) -> Action {
            auto flags = std::make_shared<Flags>();
            AddChoice(app, "ACTION", flags->action, {"erase"}).Required();
            AddArgument(app, "PARTY", flags->party, "its id").Required();
            AddListFlag(app, "--contact", flags->contacts, "N",
                        "position in its contacts, from 0; none: all that it ever had");
            AddNumber(app, "--at-revision", flags->at_revision, "REVISION",
                      "that the positions are of (default: the head)");
            AddSwitch(app, "-y,--yes", flags->yes, "do it; it cannot be undone");
            AddText(app, "--comment", flags->comment, "TEXT",
                    "why, for the history; kept for ever, so never name the person");
            AddText(app, "--author", flags->author, "NAME", "who erases, for the history");
            AddServerFlags(app, flags->source);
            AddOutputFlags(app, flags->output);
            return [flags](Context& context) { return Run(*flags, context); };
          }};
}

}  // namespace onward::cli
