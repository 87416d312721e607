// What the rules of findings share. Internal to this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/query/findings.h"
#include "graph/query/history.h"
#include "graph/query/rows.h"
#include "graph/verdict/hop.h"

namespace onward::query {

// A flow that takes place on the day, with its verdict.
struct JudgedFlow {
  uint32_t number = 0;
  const model::Flow& record;
  const verdict::HopVerdict& hop;
  const model::Party* exporter = nullptr;
  const model::Party* importer = nullptr;
};

// Categories that a party holds on the day, by the role in which it came to them.
struct Held {
  std::vector<std::string> as_processor;
  // From flows into it as a controller, and of its own activities as one.
  std::vector<std::string> as_controller;
};

// Collects what the rules find. Refers to its arguments.
class FindingSink {
 public:
  FindingSink(const Judgements& judgements, const FindingArguments& asked)
      : judged(judgements),
        snapshot(judgements.snapshot()),
        arguments(asked),
        history(judgements) {}

  Date Day() const { return judged.question().as_of; }
  std::string NameOf(std::string_view party) const {
    return PartyName(snapshot, std::string(party));
  }
  // United States (US).
  std::string PlaceOf(std::string_view code) const;
  // Whether `code` is a place outside the territory of free flow on the day; false where not known.
  bool IsThirdCountry(std::string_view code) const;
  // The day asked about alone.
  Interval ThisDay() const { return {Day(), Day().Plus(1)}; }

  // About a flow; the interval is the flow's.
  Finding& AddFlow(FindingCode code, const model::Flow& flow, std::string detail);
  // About one destination of a flow; the interval is the flow's.
  Finding& AddPlace(FindingCode code, const model::Flow& flow,
                    const verdict::DestinationVerdict& destination, std::string detail);
  // About the verdict on one destination of a flow.
  Finding& AddVerdict(FindingCode code, const model::Flow& flow,
                      const verdict::DestinationVerdict& destination, std::string detail);
  // About the party; the interval is that of the flows that show it.
  void AddParty(FindingCode code, const model::Party& party, const model::Flow& flow,
                std::string detail);
  // About a record; the interval is open.
  Finding& AddRecord(FindingCode code, model::RecordKind kind, const std::string& id,
                     std::string detail);
  // What is recorded about the party's own data; computed once.
  const Held& HeldBy(const std::string& party);
  std::vector<Finding> Take() { return std::move(findings_); }

  const Judgements& judged;
  const Snapshot& snapshot;
  const FindingArguments& arguments;
  History history;

 private:
  std::vector<Finding> findings_;
  std::map<std::string, Held, std::less<>> held_;
};

// A bound exporter, or one that hands on restricted data, sends it outside; or that cannot be said.
inline bool IsTransfer(const verdict::DestinationVerdict& destination) {
  return destination.kind == verdict::HopKind::kTransfer ||
         destination.kind == verdict::HopKind::kOnwardTransfer;
}
// A transfer that a mechanism carries, with or without an open condition.
bool IsCarried(const verdict::DestinationVerdict& destination);
// The hop as the verdict room reads it.
verdict::Hop HopOf(const JudgedFlow& flow, const FindingSink& sink);
// The importer has the data there only through somebody else who runs the site: the importer's own flow
// to that party has the findings.
bool IsThroughOperator(const JudgedFlow& flow, const verdict::DestinationVerdict& destination,
                       const FindingSink& sink);
// The GDPR or the restrictions of its data reach the disclosure, inside the territory or outside.
bool IsGoverned(const JudgedFlow& flow, const FindingSink& sink);

// Rules, a group per file; each looks at one flow, or at all records of a kind.
void FindInVerdict(const JudgedFlow& flow, FindingSink& sink);  // findings_verdicts.cc
// False: stopped, since `stop`, where there is one, said so.
bool FindInMechanism(const JudgedFlow& flow, FindingSink& sink,
                     const std::function<bool()>& stop);           // findings_mechanisms.cc
void FindInProcessing(const JudgedFlow& flow, FindingSink& sink);  // findings_processors.cc
void FindInRecipient(const JudgedFlow& flow, FindingSink& sink);   // findings_recipients.cc
void FindInEndedFlow(const model::Flow& flow, FindingSink& sink);  // findings_records.cc
void FindInRecords(FindingSink& sink);                             // findings_records.cc

}  // namespace onward::query
