#include "graph/record_bytes.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace onward::snapshot {
namespace {

// Of a node of a map, beside its value.
constexpr size_t kMapNode = 32;

// Sums what values own outside of themselves.
class Owned {
 public:
  size_t sum() const { return sum_; }

  template <class... Values>
  void All(const Values&... values) {
    (Add(values), ...);
  }

 private:
  template <class T>
  void Add(const T& /*value*/) {
    static_assert(std::is_trivially_copyable_v<T>);
  }
  void Add(const std::string& text) {
    // A short one stands in the string itself.
    sum_ += text.capacity() < sizeof(std::string) / 2 ? 0 : text.capacity() + 1;
  }
  template <class T>
  void Add(const std::vector<T>& list) {
    sum_ += list.capacity() * sizeof(T);
    for (const T& item : list) {
      Add(item);
    }
  }
  template <class T>
  void Add(const std::optional<T>& item) {
    if (item.has_value()) {
      Add(*item);
    }
  }
  void Add(const model::Labels& labels) {
    for (const auto& [key, value] : labels) {
      sum_ += kMapNode + 2 * sizeof(std::string);
      All(key, value);
    }
  }
  void Add(const model::Source& s) { All(s.document, s.section); }
  void Add(const model::Statement& s) { All(s.condition, s.source); }
  void Add(const model::Site& s) { All(s.location, s.country, s.operator_party); }
  void Add(const model::Derogation& d) { All(d.instrument, d.justification); }
  void Add(const model::OtherName& n) { All(n.name, n.language); }
  void Add(const model::Identifier& i) { All(i.scheme, i.value); }
  void Add(const model::Certification& c) { All(c.scheme, c.coverage, c.listed_under); }
  void Add(const model::Contact& c) {
    All(c.name, c.email, c.phone, c.address, c.commitment, c.salt);
  }
  void Add(const model::AgreementParty& p) { All(p.party, p.signed_by); }
  void Add(const model::TransferImpactAssessment& t) { All(t.countries, t.supplementary_measures); }
  void Add(const model::Evidence& e) { All(e.uri, e.sha256); }
  void Add(const model::Retention& r) { All(r.data_categories, r.duration, r.criteria); }

  size_t sum_ = 0;
};

// Adds what a record owns; the first ones are names.
struct Visitor {
  Owned& names;
  Owned& rest;

  void operator()(const model::Party& p) const {
    names.All(p.id, p.display_name, p.legal_name, p.other_names);
    rest.All(p.identifiers, p.establishment, p.branch_of, p.gdpr_subject, p.group_parent,
             p.certifications, p.statements, p.contacts, p.labels, p.sources);
  }
  void operator()(const model::Location& l) const {
    names.All(l.id, l.name);
    rest.All(l.country, l.subdivision, l.operator_party, l.labels, l.sources);
  }
  void operator()(const model::Activity& a) const {
    names.All(a.id, a.name);
    rest.All(a.controllers, a.processor, a.on_behalf_of, a.purposes, a.legal_bases,
             a.data_categories, a.data_subject_categories, a.retention, a.security_measures,
             a.data_sources, a.labels, a.sources);
  }
  void operator()(const model::Agreement& a) const {
    names.All(a.id, a.name);
    rest.All(a.parties, a.sides, a.instruments, a.data_categories, a.data_subject_categories,
             a.purposes, a.tias, a.evidence, a.statements, a.labels, a.sources);
  }
  void operator()(const model::Flow& f) const {
    names.All(f.id);
    rest.All(f.exporter, f.importer, f.activities, f.on_behalf_of, f.data_categories,
             f.data_subject_categories, f.purposes, f.sites, f.agreements, f.derogation,
             f.statements, f.labels, f.sources);
  }
  void operator()(const model::Category& c) const {
    names.All(c.id, c.name);
    rest.All(c.parent, c.dpv_id, c.labels, c.sources);
  }
  void operator()(const model::Triage& t) const {
    names.All(t.id);
    rest.All(t.finding, t.subject, t.reason, t.owner, t.labels, t.sources);
  }
  void operator()(const model::Policy& p) const {
    names.All(p.id);
    rest.All(p.justification, p.owner, p.labels, p.sources);
  }
};

}  // namespace

RecordBytes BytesOf(const model::Record& record) {
  Owned names;
  Owned rest;
  std::visit(Visitor{names, rest}, record);
  return {sizeof(model::Record) - sizeof(std::string) + rest.sum(),
          sizeof(std::string) + names.sum()};
}

size_t BytesOf(const model::TermsPool& pool) {
  Owned owned;
  pool.EachList([&owned](const auto& list) { owned.All(list); });
  return owned.sum();
}

}  // namespace onward::snapshot
