// Whether versions of a record differ in nothing that a judgement reads. Internal to this folder.
#pragma once

#include "graph/model/agreement.h"
#include "graph/model/flow.h"
#include "graph/model/party.h"
#include "graph/snapshot.h"

namespace onward::query {

// But for names, identifiers, contacts and notes. Null: no record.
inline bool JudgedAlike(const model::Party* one, const model::Party* other) {
  if (one == nullptr || other == nullptr) {
    return one == other;
  }
  model::Party renamed = *one;
  renamed.display_name = other->display_name;
  renamed.legal_name = other->legal_name;
  renamed.other_names = other->other_names;
  renamed.identifiers = other->identifiers;
  renamed.contacts = other->contacts;
  renamed.labels = other->labels;
  renamed.sources = other->sources;
  return renamed == *other;
}

// But for its name and notes. Null: no record.
inline bool JudgedAlike(const model::Agreement* one, const model::Agreement* other) {
  if (one == nullptr || other == nullptr) {
    return one == other;
  }
  model::Agreement renamed = *one;
  renamed.name = other->name;
  renamed.labels = other->labels;
  renamed.sources = other->sources;
  return renamed == *other;
}

// Whether a mutation changes nothing that a judgement reads.
inline bool ChangesNothing(const model::RecordRef& ref, const Snapshot& before,
                           const Snapshot& after) {
  if (ref.kind == model::RecordKind::kParty) {
    return JudgedAlike(before.FindParty(ref.id), after.FindParty(ref.id));
  }
  return ref.kind == model::RecordKind::kAgreement &&
         JudgedAlike(before.FindAgreement(ref.id), after.FindAgreement(ref.id));
}

// Whether both say the same of the controllers for whom the importer acts, and for which data and time.
inline bool FeedsTheSame(const model::Flow& one, const model::Flow& other) {
  return one.exporter == other.exporter && one.importer == other.importer &&
         one.exporter_role == other.exporter_role && one.importer_role == other.importer_role &&
         one.interval == other.interval && one.data_categories == other.data_categories &&
         one.on_behalf_of == other.on_behalf_of;
}

}  // namespace onward::query
