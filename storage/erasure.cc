#include "storage/erasure.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "storage/commitment.h"
#include "storage/errors.h"
#include "storage/record.h"

namespace onward::storage {
namespace {

using model::Contact;

// A version that can be read, with the party in it.
struct ReadVersion {
  uint64_t revision = 0;
  model::Party party;
};

using Values = std::tuple<std::string, std::string, std::string, std::string>;
Values ValuesOf(const Contact& contact) {
  return {contact.name, contact.email, contact.phone, contact.address};
}

// What tells who somebody without a name is: a number for its kind, and the value.
using Mark = std::pair<int, std::string>;
std::vector<Mark> MarksOf(const Contact& contact) {
  std::vector<Mark> marks;
  int kind = 0;
  for (const std::string* value : {&contact.email, &contact.phone, &contact.address}) {
    ++kind;
    if (!value->empty()) {
      marks.emplace_back(kind, *value);
    }
  }
  return marks;
}

// The contacts that are to go, and who else is the same person.
class Persons {
 public:
  // False: known already.
  bool Add(const Contact& contact) {
    if (!chosen_.insert(ValuesOf(contact)).second) {
      return false;
    }
    const std::vector<Mark> marks = MarksOf(contact);
    all_marks_.insert(marks.begin(), marks.end());
    if (!contact.name.empty()) {
      names_.insert(contact.name);
    } else if (!marks.empty()) {
      nameless_.insert(marks.front());
    }
    return true;
  }

  bool Has(const Contact& contact) const { return chosen_.count(ValuesOf(contact)) > 0; }

  bool IsOneOf(const Contact& contact) const {
    const std::vector<Mark> marks = MarksOf(contact);
    if (contact.name.empty()) {
      return !marks.empty() && all_marks_.count(marks.front()) > 0;
    }
    return names_.count(contact.name) > 0 ||
           std::any_of(marks.begin(), marks.end(),
                       [this](const Mark& mark) { return nameless_.count(mark) > 0; });
  }

 private:
  std::set<Values> chosen_;
  std::set<std::string> names_;
  // Of those without a name, the one that tells who they are.
  std::set<Mark> nameless_;
  std::set<Mark> all_marks_;
};

class Planner {
 public:
  Planner(std::vector<ReadVersion> versions, const ErasureOrder& order, uint64_t erased_at)
      : versions_(std::move(versions)), order_(order), erased_at_(erased_at) {}

  absl::Status Choose(uint64_t at_revision) {
    if (order_.contacts.empty()) {
      EachContact([this](const Contact& contact) { persons_.Add(contact); });
      return absl::OkStatus();
    }
    const ReadVersion* at = nullptr;
    for (const ReadVersion& version : versions_) {
      at = version.revision <= at_revision ? &version : at;
    }
    for (const uint32_t position : order_.contacts) {
      const size_t size = at == nullptr ? 0 : at->party.contacts.size();
      if (position >= size) {
        return InvalidWrite(absl::StrCat("contacts[", position, "]: party ", order_.party, " has ",
                                         size, " contacts at revision ", at_revision));
      }
      persons_.Add(at->party.contacts[position]);
    }
    AddOthersOfThem();
    return absl::OkStatus();
  }

  absl::StatusOr<ErasurePlan> Run() {
    plan_.erasure.party = order_.party;
    for (ReadVersion& version : versions_) {
      ONWARD_RETURN_IF_ERROR(Erase(version));
    }
    SetFields();
    return std::move(plan_);
  }

 private:
  template <class Visit>
  void EachContact(const Visit& visit) const {
    for (const ReadVersion& version : versions_) {
      for (const Contact& contact : version.party.contacts) {
        if (contact.HasValues()) {
          visit(contact);
        }
      }
    }
  }

  void AddOthersOfThem() {
    std::map<Values, Contact> others;
    EachContact([&others](const Contact& contact) { others.emplace(ValuesOf(contact), contact); });
    bool more = true;
    while (more) {
      more = false;
      for (const auto& [values, contact] : others) {
        more |= persons_.IsOneOf(contact) && persons_.Add(contact);
      }
    }
  }

  // What the chain holds of it from now on; the same for the same values without a salt.
  absl::StatusOr<std::string> CommitmentFor(const Contact& contact) {
    if (!contact.salt.empty()) {
      return CommitmentOf(contact, contact.salt);
    }
    std::string& known = unsalted_[ValuesOf(contact)];
    if (known.empty()) {
      ONWARD_ASSIGN_OR_RETURN(const std::string salt, NewSalt());
      known = CommitmentOf(contact, salt);
    }
    return known;
  }

  absl::Status Erase(ReadVersion& version) {
    bool touched = false;
    const model::Record before = version.party;
    for (Contact& contact : version.party.contacts) {
      if (contact.HasValues() && persons_.Has(contact)) {
        Contact erased;
        erased.role = contact.role;
        erased.erased_at = erased_at_;
        ONWARD_ASSIGN_OR_RETURN(erased.commitment, CommitmentFor(contact));
        commitments_.insert(erased.commitment);
        contact = std::move(erased);
        touched = true;
      }
    }
    return touched ? AddVersion(version, before) : absl::OkStatus();
  }

  absl::Status AddVersion(const ReadVersion& version, const model::Record& before) {
    ONWARD_ASSIGN_OR_RETURN(const std::string was, EncodeRecord(before));
    ONWARD_ASSIGN_OR_RETURN(std::string is, EncodeRecord(version.party));
    const std::string digest = RecordDigest(model::RecordKind::kParty, is);
    const bool same = digest == RecordDigest(model::RecordKind::kParty, was);
    plan_.erasure.versions.push_back({version.revision, same ? "" : digest});
    plan_.left.push_back({version.revision, std::move(is)});
    return absl::OkStatus();
  }

  // Where each stood last.
  void SetFields() {
    for (auto version = versions_.rbegin(); version != versions_.rend(); ++version) {
      const std::vector<Contact>& contacts = version->party.contacts;
      for (size_t i = 0; i < contacts.size(); ++i) {
        if (contacts[i].erased_at == erased_at_ && commitments_.erase(contacts[i].commitment) > 0) {
          plan_.erasure.contacts.push_back(
              {absl::StrCat("contacts[", i, "]"), contacts[i].commitment});
        }
      }
    }
  }

  std::vector<ReadVersion> versions_;
  const ErasureOrder& order_;
  const uint64_t erased_at_;
  Persons persons_;
  std::map<Values, std::string> unsalted_;
  // Not in the plan yet.
  std::set<std::string> commitments_;
  ErasurePlan plan_;
};

}  // namespace

absl::StatusOr<ErasurePlan> PlanErasure(const std::vector<PartyVersion>& versions,
                                        const ErasureOrder& order, uint64_t at_revision,
                                        uint64_t erased_at) {
  if (versions.empty()) {
    return InvalidWrite("there never was a party " + order.party);
  }
  if (versions.size() > kErasureVersionsMax) {
    return InvalidWrite(absl::StrCat("party ", order.party, " has ", versions.size(),
                                     " versions; one erasure touches at most ", kErasureVersionsMax,
                                     ": forget old ones first (compact)"));
  }
  const model::RecordRef ref{model::RecordKind::kParty, order.party};
  std::vector<ReadVersion> read;
  for (const PartyVersion& version : versions) {
    if (version.bytes) {
      ONWARD_ASSIGN_OR_RETURN(model::Record record, DecodeRecord(*version.bytes, ref));
      read.push_back({version.revision, std::get<model::Party>(std::move(record))});
    } else {
      // Nothing stands there, so that no position can be of it.
      read.push_back({version.revision, model::Party()});
    }
  }
  Planner planner(std::move(read), order, erased_at);
  ONWARD_RETURN_IF_ERROR(planner.Choose(at_revision));
  ONWARD_ASSIGN_OR_RETURN(ErasurePlan plan, planner.Run());
  const bool newest = !plan.left.empty() && plan.left.back().revision == versions.back().revision;
  if (newest) {
    plan.newest = plan.left.back().bytes;
  }
  return plan;
}

bool IsErasedFrom(std::string_view before, std::string_view after, const model::RecordRef& ref) {
  const auto was = DecodeVersion(before, ref);
  const auto is = DecodeVersion(after, ref);
  if (!was.ok() || !is.ok() || !*was || !*is || ref.kind != model::RecordKind::kParty) {
    return false;
  }
  model::Party old = std::get<model::Party>(**was);
  const model::Party& party = std::get<model::Party>(**is);
  if (old.contacts.size() != party.contacts.size()) {
    return false;
  }
  for (size_t i = 0; i < old.contacts.size(); ++i) {
    if (party.contacts[i].erased_at > 0 && party.contacts[i].role == old.contacts[i].role) {
      old.contacts[i] = party.contacts[i];
    }
  }
  return old == party;
}

}  // namespace onward::storage
