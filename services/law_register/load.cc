#include "absl/strings/str_cat.h"
#include "services/law_register.h"
#include "services/law_register/convert.h"

namespace onward::services {
namespace {

absl::Status Refused(const model::Violations& violations) {
  const size_t count = violations.list().size() + violations.not_listed();
  std::string text =
      absl::StrCat("law register refused, ", count, count == 1 ? " problem:" : " problems:");
  for (const model::Violation& violation : violations.list()) {
    absl::StrAppend(&text, "\n", violation.field, ": ", violation.message);
  }
  if (violations.not_listed() > 0) {
    absl::StrAppend(&text, "\nand ", violations.not_listed(), " more");
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace

absl::StatusOr<LoadedRegister> LoadRegister(onward::v1::LawRegister message) {
  const model::Violations violations = CheckRegister(message);
  if (!violations.empty()) {
    return Refused(violations);
  }
  SortRegister(message);
  LoadedRegister loaded;
  loaded.domain = ConvertRegister(message);
  loaded.message = std::make_shared<const onward::v1::LawRegister>(std::move(message));
  return loaded;
}

}  // namespace onward::services
