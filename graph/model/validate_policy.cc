#include "absl/strings/str_cat.h"
#include "graph/model/checker.h"
#include "graph/model/text.h"

namespace onward::model {

void Validate(const Policy& policy, const FieldPath& at, Checker& check) {
  const FieldPath id(at, "id");
  check.Id(id, policy.id);
  if (policy.id != kPolicyId) {
    check.Fail(id, absl::StrCat("an inventory has one policy; its id is ", kPolicyId));
  }
  check.Enum(FieldPath(at, "scc_for_importers_under_gdpr"), policy.scc_for_importers_under_gdpr);
  check.Enum(FieldPath(at, "employee_data_under_non_hr_certificate"),
             policy.employee_data_under_non_hr_certificate);
  check.Enum(FieldPath(at, "repetition_under_derogations"), policy.repetition_under_derogations);
  check.Enum(FieldPath(at, "onward_after_adequacy"), policy.onward_after_adequacy);
  check.Text(FieldPath(at, "justification"), policy.justification);
  check.Name(FieldPath(at, "owner"), policy.owner);
  check.LabelsAndSources(at, policy.labels, policy.sources);
}

}  // namespace onward::model
