#include "services/commands/register_versions.h"

#include "graph/base/status_macros.h"
#include "storage/errors.h"

namespace onward::commands {

RegisterInfo InfoOf(const storage::LawInfo& put, bool in_effect) {
  return {put.meta.version, put.meta.knowledge_cutoff, put.digest,       false,
          put.meta.put_at,  put.meta.author,           put.meta.comment, in_effect};
}

RegisterInfo InfoOf(const LawVersion& law, bool built_in, bool in_effect) {
  RegisterInfo info;
  info.version = law.version();
  info.knowledge_cutoff = law.domain->knowledge_cutoff().ToString();
  info.digest = law.digest;
  info.built_in = built_in;
  info.in_effect = in_effect;
  return info;
}

absl::StatusOr<KeptRegister> GetRegister(const Engine& engine, const std::string& version) {
  const LawPtr law = engine.law();
  const std::string& wanted = version.empty() ? law->version() : version;
  const bool in_effect = wanted == law->version();
  const absl::StatusOr<storage::StoredLaw> stored = engine.store().GetLaw(wanted);
  if (stored.ok()) {
    return KeptRegister{InfoOf(stored->info, in_effect), stored->bytes};
  }
  const LawVersion& built_in = *engine.built_in_law();
  if (absl::IsNotFound(stored.status()) && wanted == built_in.version()) {
    return KeptRegister{InfoOf(built_in, true, in_effect), built_in.bytes};
  }
  return stored.status();
}

absl::StatusOr<RegisterPage> ListRegisters(const Engine& engine, std::optional<uint64_t> from,
                                           size_t size) {
  const LawPtr law = engine.law();
  ONWARD_ASSIGN_OR_RETURN(const std::vector<storage::LawInfo> laws, engine.store().ListLaws());
  RegisterPage page;
  bool newest = true;
  for (const storage::LawInfo& put : laws) {
    const bool in_effect = newest && put.digest == law->digest;
    newest = newest && put.digest != law->digest;
    if (from && put.number > *from) {
      continue;
    }
    if (page.versions.size() == size) {
      page.next = put.number;
      return page;
    }
    page.versions.push_back(InfoOf(put, in_effect));
  }
  // The built-in register has number 0.
  if (page.versions.size() == size) {
    page.next = 0;
    return page;
  }
  page.versions.push_back(InfoOf(*engine.built_in_law(), true, laws.empty()));
  return page;
}

}  // namespace onward::commands
