#include "services/law_register.h"

namespace onward::services {

model::Violations CheckRegister(const onward::v1::LawRegister& message) {
  model::Violations violations;
  if (message.version().empty()) {
    violations.Add("version", "is missing");
  }
  return violations;
}

}  // namespace onward::services
