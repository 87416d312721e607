// What could be done for flows that are LACKING, thing by thing. Internal to this folder.
#pragma once

#include <map>
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

  // What helps the flow, found on `judged`, which is the present state or one with steps of these things
  // done. Returns false where nothing does.
  bool Look(const query::Judgements& judged, const std::string& flow,
            const query::RemedyLimits& limits);
  // The same for a flow that differs from one that was looked at in nothing but its name: false where that
  // cannot be said.
  bool LookLike(const std::string& flow, const std::string& other);

  // Flows that something helps, ascending; and, flow by flow, their options as sets of things.
  std::vector<std::string> Flows() const;
  std::vector<std::vector<std::vector<uint32_t>>> Options() const;
  size_t count() const { return names_.size(); }

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
  uint32_t NumberOf(const std::string& name);
  void GiveNewNames(const model::Flow& flow, query::Remedy& remedy);
  std::string NewAgreementId(const model::Flow& flow);
  void AddTo(const std::string& flow, const Option& option, bool only, uint32_t thing,
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
