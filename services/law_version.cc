#include "services/law_version.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/digest.h"

namespace onward::services {

std::string RegisterBytes(const onward::v1::LawRegister& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

commands::LawPtr MakeLawVersion(const LoadedRegister& loaded) {
  auto law = std::make_shared<commands::LawVersion>();
  law->domain = loaded.domain;
  law->vocabulary = MakeVocabulary(loaded.domain);
  law->bytes = RegisterBytes(*loaded.message);
  law->digest = storage::Sha256(law->bytes);
  law->message = loaded.message;
  return law;
}

absl::StatusOr<commands::LawPtr> LoadLawVersion(const std::string& bytes) {
  onward::v1::LawRegister message;
  if (!message.ParseFromString(bytes)) {
    return absl::FailedPreconditionError("a law register in the store cannot be read");
  }
  const std::string version = message.version();
  const absl::StatusOr<LoadedRegister> loaded = LoadRegister(std::move(message));
  if (!loaded.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("this release does not accept law register ", version,
                     " of the store; run the release that put it, and put one that both accept: ",
                     loaded.status().message()));
  }
  return MakeLawVersion(*loaded);
}

const onward::v1::LawRegister& MessageOf(const commands::LawVersion& law) {
  return *static_cast<const onward::v1::LawRegister*>(law.message.get());
}

}  // namespace onward::services
