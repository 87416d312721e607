#include "services/law_register/built_in.h"

#include "services/law_register.h"
#include "services/law_register/convert.h"

namespace onward::services {

absl::StatusOr<LoadedRegister> BuiltInRegister() {
  auto message = std::make_shared<onward::v1::LawRegister>();
  if (!message->ParseFromArray(kBuiltInRegister, static_cast<int>(kBuiltInRegisterSize))) {
    return absl::DataLossError("the law register inside this program cannot be read");
  }
  LoadedRegister loaded;
  loaded.domain = ConvertRegister(*message);
  loaded.message = std::move(message);
  return loaded;
}

}  // namespace onward::services
