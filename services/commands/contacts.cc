#include "services/commands/contacts.h"

#include <algorithm>
#include <vector>

#include "graph/base/status_macros.h"
#include "storage/commitment.h"

namespace onward::commands {
namespace {

using model::Contact;

// What the client cannot know.
void ForgetOurs(Contact& contact) {
  contact.salt.clear();
  if (contact.erased_at == 0) {
    contact.commitment.clear();
  }
}

bool IsTheSame(const Contact& given, const Contact& stored) {
  if (given.erased_at == 0) {
    return given == stored;
  }
  return given.role == stored.role && given.erased_at == stored.erased_at &&
         (given.commitment.empty() || given.commitment == stored.commitment);
}

// Contacts of the stored party that none of the given ones has taken yet.
class Untaken {
 public:
  explicit Untaken(const model::Party* stored) {
    for (const Contact& contact : stored == nullptr ? std::vector<Contact>() : stored->contacts) {
      left_.push_back(contact);
    }
  }

  // Takes its salt and commitment; false: there is none such.
  bool Take(Contact& given) {
    const auto found = std::find_if(left_.begin(), left_.end(), [&given](const Contact& stored) {
      return IsTheSame(given, stored);
    });
    if (found == left_.end()) {
      return false;
    }
    given.salt = found->salt;
    given.commitment = found->commitment;
    left_.erase(found);
    return true;
  }

 private:
  std::vector<Contact> left_;
};

}  // namespace

absl::Status SettleContacts(const model::Party* stored, model::Party& party) {
  Untaken untaken(stored);
  for (Contact& contact : party.contacts) {
    ForgetOurs(contact);
    if (!untaken.Take(contact) && contact.erased_at > 0) {
      contact.erased_at = 0;
      contact.commitment.clear();
    }
    if (contact.HasValues() && contact.salt.empty()) {
      ONWARD_ASSIGN_OR_RETURN(contact.salt, storage::NewSalt());
    }
  }
  return absl::OkStatus();
}

}  // namespace onward::commands
