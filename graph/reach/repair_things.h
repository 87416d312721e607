// What could be done for flows that are LACKING, thing by thing. Internal to this folder.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/query/remedies.h"
#include "graph/reach/repair_internal.h"

namespace onward::reach {

// Things to do: an agreement to sign between two parties, an agreement on file to mend, a party to record
// something on, a flow to state something on. What several flows need of one thing becomes one step.
class RepairThings {
 public:
  explicit RepairThings(const RepairTrials& trials) : trials_(trials) {}

  // Ids of all flows that mutations heal, the one that they were found for among them.
  using Healed =
      std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<model::Mutation>&)>;

  // What helps the flow, found on `judged`, which is the present state or one with steps of these things
  // done. With `healed`, whatever heals another flow too becomes an option of that one as well. Errors
  // of `healed`.
  absl::Status Look(const query::Judgements& judged, const std::string& flow,
                    const query::RemedyLimits& limits, const Healed& healed);
  // The same for a flow that differs from one that was looked at in nothing but its name: false where that
  // cannot be said.
  bool LookLike(const std::string& flow, const std::string& other);

  // Flows that something helps, ascending; and, flow by flow, their options as sets of things.
  std::vector<std::string> Flows() const;
  std::vector<std::vector<std::vector<uint32_t>>> Options() const;
  size_t count() const { return names_.size(); }
  // By thing, the parties that it is about: no other importer's flows can be carried by it.
  std::vector<std::set<std::string>> Parties() const;

  // Steps that do these things for flows whose options they make up; in order of what they are about.
  std::vector<RepairStep> StepsOf(const std::vector<uint32_t>& things) const;

 private:
  struct Option {
    // Ascending.
    std::vector<uint32_t> things;
    query::Remedy remedy;
    // By part of the remedy, the thing that it is about.
    std::vector<uint32_t> thing_of_part;
    // By mutation likewise.
    std::vector<uint32_t> thing_of_mutation;
    // The flow that it was found for; how many others it heals.
    std::string flow;
    size_t others = 0;
  };
  // A step while flow after flow adds to it.
  struct Draft {
    std::string name;
    std::map<model::RecordRef, model::Record> records;
    std::vector<std::string> texts;
    RepairStep step;
  };

  Option OptionOf(const model::Flow& flow, query::Remedy remedy);
  std::string NameOf(const model::RecordRef& ref, const model::Flow& flow) const;
  void Offer(const std::string& flow, const Option& option);
  uint32_t NumberOf(const std::string& name);
  void GiveNewNames(const model::Flow& flow, query::Remedy& remedy);
  std::string NewAgreementId(const model::Flow& flow);
  void AddTo(const std::string& flow, const Option& option, std::optional<uint32_t> only,
             std::map<uint32_t, Draft>& drafts) const;
  const Option* ChosenOf(const std::vector<Option>& options,
                         const std::vector<uint32_t>& things) const;

  const RepairTrials& trials_;
  std::vector<std::string> names_;
  std::map<std::string, uint32_t> numbers_;
  std::map<std::string, std::vector<Option>> options_;
  // By pair of parties, the id of the agreement that they would sign.
  std::map<std::pair<std::string, std::string>, std::string> agreement_ids_;
  std::set<std::string> ids_;
};

}  // namespace onward::reach
