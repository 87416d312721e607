// The terms of many flows, kept in little room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "graph/model/flow_view.h"

namespace onward::model {

// Equal terms are kept once, and so is each equal part of different ones: terms take 56 bytes beside the
// parts that no others have. Immutable once taken from its builder.
class TermsPool {
 public:
  uint32_t size() const { return static_cast<uint32_t>(rows_.size()); }
  // Lives as long as the pool, which must not be moved.
  TermsView At(uint32_t number) const;

  // Calls visit(list) for each list that the pool keeps: of numbers, and of distinct parts of one kind.
  template <class Visit>
  void EachList(const Visit& visit) const {
    visit(rows_);
    visit(strings_);
    visit(sites_);
    visit(derogations_);
    visit(copy_ends_);
    visit(statements_);
    visit(labels_);
    visit(sources_);
  }

 private:
  friend class TermsPoolBuilder;

  // Numbers of parts, and enums as they are.
  struct Row {
    uint32_t activities = 0;
    uint32_t on_behalf_of = 0;
    uint32_t data_categories = 0;
    uint32_t data_subject_categories = 0;
    uint32_t purposes = 0;
    uint32_t agreements = 0;
    uint32_t sites = 0;
    uint32_t derogation = 0;
    uint32_t copy_ends = 0;
    uint32_t statements = 0;
    uint32_t labels = 0;
    uint32_t sources = 0;
    uint8_t exporter_role = 0;
    uint8_t importer_role = 0;
    // 0: not stated, 1: no, 2: yes.
    uint8_t exporter_gdpr_subject = 0;
    uint8_t importer_gdpr_subject = 0;
    uint8_t protection = 0;
    uint8_t sub_processor_authorisation = 0;
    uint8_t collection = 0;
    friend bool operator==(const Row&, const Row&) = default;
  };

  std::vector<Row> rows_;
  std::vector<Strings> strings_;
  std::vector<std::vector<Site>> sites_;
  std::vector<std::optional<Derogation>> derogations_;
  std::vector<std::optional<CopyEnd>> copy_ends_;
  std::vector<std::vector<Statement>> statements_;
  std::vector<Labels> labels_;
  std::vector<std::vector<Source>> sources_;
};

class TermsPoolBuilder {
 public:
  TermsPoolBuilder();

  // The number of these terms; the same for equal ones. Keeps a copy of what is new.
  uint32_t Add(const TermsView& terms);
  bool empty() const { return made_.rows_.empty(); }
  // To be called once, at the end.
  TermsPool Take();

 private:
  // Numbers of the values of a list, by what they hold.
  class Numbers {
   public:
    // Adds `make()` to the list where it has no value with this hash that is_same(number) says to be the same.
    template <class T, class IsSame, class Make>
    uint32_t Find(std::vector<T>& list, size_t hash, const IsSame& is_same, const Make& make);

   private:
    absl::flat_hash_map<size_t, uint32_t> first_;
    // By number: the next one with the same hash; 0: none.
    std::vector<uint32_t> next_;
  };

  template <class T>
  static uint32_t Part(const T& value, bool is_empty, std::vector<T>& list, Numbers& numbers);

  TermsPool made_;
  Numbers rows_;
  Numbers strings_;
  Numbers sites_;
  Numbers derogations_;
  Numbers copy_ends_;
  Numbers statements_;
  Numbers labels_;
  Numbers sources_;
};

}  // namespace onward::model
