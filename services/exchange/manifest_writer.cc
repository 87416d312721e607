#include "services/exchange/manifest_writer.h"

#include "services/exchange/message_json.h"
#include "services/exchange/yaml_text.h"

namespace onward::exchange {

std::string WriteManifest(const onward::v1::Record& record) {
  onward::v1::Record written = record;
  if (written.has_party()) {
    for (onward::v1::Contact& contact : *written.mutable_party()->mutable_contacts()) {
      // Output only: who applies the manifest need not know it.
      contact.clear_commitment();
    }
  }
  return YamlText(ToJson(written, EmptyFields::kOmit));
}

std::string WriteManifests(const std::vector<onward::v1::Record>& records) {
  std::string text;
  for (const onward::v1::Record& record : records) {
    text += (text.empty() ? "" : "---\n") + WriteManifest(record);
  }
  return text;
}

}  // namespace onward::exchange
