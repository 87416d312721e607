// What a record names: checked when it is written, and when something that it names is deleted.
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/model/default_categories.h"
#include "graph/model/text.h"
#include "graph/model/validate.h"

namespace onward::model {
namespace {

// Calls `visit(path, kind, id)` for each name, empty ones left out.
template <class F>
class Names {
 public:
  explicit Names(F visit) : visit_(visit) {}

  void One(const FieldPath& at, RecordKind kind, const std::string& id) {
    if (!id.empty()) {
      visit_(at, kind, id);
    }
  }
  void All(const FieldPath& at, RecordKind kind, const Strings& ids) {
    for (size_t i = 0; i < ids.size(); ++i) {
      One(FieldPath(at, i), kind, ids[i]);
    }
  }

  void Of(const Party& party, const FieldPath& at) {
    One(FieldPath(at, "branch_of"), RecordKind::kParty, party.branch_of);
    One(FieldPath(at, "group_parent"), RecordKind::kParty, party.group_parent);
  }
  void Of(const Location& location, const FieldPath& at) {
    One(FieldPath(at, "operator"), RecordKind::kParty, location.operator_party);
  }
  void Of(const Activity& activity, const FieldPath& at) {
    All(FieldPath(at, "controllers"), RecordKind::kParty, activity.controllers);
    One(FieldPath(at, "processor"), RecordKind::kParty, activity.processor);
    All(FieldPath(at, "on_behalf_of"), RecordKind::kParty, activity.on_behalf_of);
  }
  void Of(const Agreement& agreement, const FieldPath& at) {
    All(FieldPath(at, "parties"), RecordKind::kParty, agreement.parties);
    const FieldPath sides(at, "sides");
    for (size_t i = 0; i < agreement.sides.size(); ++i) {
      const FieldPath side(sides, i);
      One(FieldPath(side, "party"), RecordKind::kParty, agreement.sides[i].party);
      One(FieldPath(side, "signed_by"), RecordKind::kParty, agreement.sides[i].signed_by);
    }
  }
  void Of(const Flow& flow, const FieldPath& at) {
    One(FieldPath(at, "exporter"), RecordKind::kParty, flow.exporter);
    One(FieldPath(at, "importer"), RecordKind::kParty, flow.importer);
    All(FieldPath(at, "activities"), RecordKind::kActivity, flow.activities);
    All(FieldPath(at, "on_behalf_of"), RecordKind::kParty, flow.on_behalf_of);
    const FieldPath sites(at, "sites");
    for (size_t i = 0; i < flow.sites.size(); ++i) {
      const FieldPath site(sites, i);
      One(FieldPath(site, "location"), RecordKind::kLocation, flow.sites[i].location);
      One(FieldPath(site, "operator"), RecordKind::kParty, flow.sites[i].operator_party);
    }
    All(FieldPath(at, "agreements"), RecordKind::kAgreement, flow.agreements);
  }
  // A parent in the default tree needs no record.
  void Of(const Category& category, const FieldPath& at) {
    if (FindDefaultCategory(category.parent) == nullptr) {
      One(FieldPath(at, "parent"), RecordKind::kCategory, category.parent);
    }
  }
  // A finding may outlive what it was about.
  void Of(const Triage& /*triage*/, const FieldPath& /*at*/) {}
  void Of(const Policy& /*policy*/, const FieldPath& /*at*/) {}

 private:
  F visit_;
};

template <class F>
void ForEachName(const Record& record, const FieldPath& path, F visit) {
  Names<F> names(visit);
  std::visit([&](const auto& value) { names.Of(value, path); }, record);
}

}  // namespace

void CheckReferences(const Record& record, const Exists& exists, const FieldPath& path,
                     Violations& violations) {
  ForEachName(record, path, [&](const FieldPath& at, RecordKind kind, const std::string& id) {
    if (!exists(RecordRef{kind, id})) {
      const std::string_view name = KindName(kind);
      violations.Add(at, absl::StrCat("there is no ", absl::string_view(name.data(), name.size()),
                                      " ", Quote(id)));
    }
  });
}

std::vector<RecordRef> ReferencesOf(const Record& record) {
  std::vector<RecordRef> refs;
  ForEachName(record, FieldPath(),
              [&](const FieldPath& /*at*/, RecordKind kind, const std::string& id) {
                refs.push_back({kind, id});
              });
  return refs;
}

}  // namespace onward::model
