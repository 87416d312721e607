#include "graph/verdict/prepare_principals.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace onward::verdict {
namespace {

// Bits of a number.
constexpr size_t kWordsMax = 64;

std::string KeyOf(const model::Strings& list) {
  std::string key;
  for (const std::string& word : list) {
    key += word;
    key += '\n';
  }
  return key;
}

}  // namespace

PrincipalTable::PrincipalTable(const FlowTable& flows, const PartyTable& parties)
    : flows_(flows),
      parties_(parties),
      wholes_(parties.size()),
      limited_(parties.size()),
      naming_(parties.size()),
      processors_(parties.size()),
      controllers_(parties.size()),
      fed_(parties.size()),
      walked_(parties.size(), 0),
      is_named_(parties.size(), 0),
      asked_(parties.size(), 0),
      answer_(parties.size(), false) {
  AddLists();
  AddRows();
}

void PrincipalTable::AddLists() {
  absl::flat_hash_map<std::string, uint32_t> numbers;
  // Most lists are shared and need not be read again.
  absl::flat_hash_map<const model::Strings*, uint32_t> known;
  for (uint32_t number = 0; number < flows_.TermsCount(); ++number) {
    const model::TermsView terms = flows_.TermsAt(number);
    const model::Strings& list = terms.data_categories;
    const auto [seen, is_unseen] = known.emplace(&list, 0);
    if (is_unseen) {
      const auto [at, is_new] = numbers.emplace(KeyOf(list), lists_.size());
      if (is_new) {
        lists_.push_back(&list);
        is_all_.push_back(IsEverything(list));
      }
      seen->second = at->second;
    }
    categories_.push_back(seen->second);
    kinds_.push_back(FeedingOf(terms));
  }
  AddWords();
}

void PrincipalTable::AddWords() {
  std::map<std::string_view, size_t> numbers;
  for (const model::Strings* list : lists_) {
    for (const std::string& word : *list) {
      numbers.emplace(word, numbers.size());
    }
  }
  if (numbers.size() > kWordsMax) {
    return;
  }
  std::vector<uint64_t> meeting(numbers.size(), 0);
  for (const auto& [a, number_of_a] : numbers) {
    for (const auto& [b, number_of_b] : numbers) {
      if (LiesUnder(a, b) || LiesUnder(b, a)) {
        meeting[number_of_a] |= uint64_t{1} << number_of_b;
      }
    }
  }
  for (const model::Strings* list : lists_) {
    uint64_t words = 0;
    uint64_t met = 0;
    for (const std::string& word : *list) {
      const size_t number = numbers.find(word)->second;
      words |= uint64_t{1} << number;
      met |= meeting[number];
    }
    words_.push_back(words);
    meeting_.push_back(met);
  }
}

// In order of id: where a walk is cut, the order says who is left out.
void PrincipalTable::AddRows() {
  flows_.EachInOrder([this](uint32_t flow) { CountRow(flow); });
  limited_.Allot();
  naming_.Allot();
  processors_.Allot();
  controllers_.Allot();
  fed_.Allot();
  flows_.EachInOrder([this](uint32_t flow) { AddRow(flow); });
}

void PrincipalTable::CountRow(uint32_t flow) {
  const uint32_t importer = parties_.ImporterOf(flow);
  const Feeding kind = KindOf(flow);
  if (kind != Feeding::kNone && !is_all_[CategoriesOf(flow)]) {
    limited_.Count(importer);
  }
  if (kind == Feeding::kNamed) {
    naming_.Count(importer);
  } else if (kind == Feeding::kProcessor) {
    processors_.Count(importer);
  } else if (kind == Feeding::kController) {
    controllers_.Count(importer);
    fed_.Count(parties_.ExporterOf(flow));
  }
}

void PrincipalTable::AddRow(uint32_t flow) {
  const Feeding kind = KindOf(flow);
  if (kind == Feeding::kNone) {
    return;
  }
  const uint32_t exporter = parties_.ExporterOf(flow);
  const uint32_t importer = parties_.ImporterOf(flow);
  const uint32_t categories = CategoriesOf(flow);
  const bool unknown = kind == Feeding::kUnknown;
  if (is_all_[categories]) {
    Whole& whole = wholes_[importer];
    whole.constant = whole.constant.Meet(flows_.rows[flow].interval);
    whole.unknown = whole.unknown || unknown;
  } else {
    limited_.Add(importer, {categories, flows_.rows[flow].interval, unknown});
  }
  if (kind == Feeding::kNamed) {
    naming_.Add(importer, {flow, categories});
  } else if (kind == Feeding::kProcessor) {
    processors_.Add(importer, {exporter, categories});
  } else if (kind == Feeding::kController) {
    controllers_.Add(importer, {exporter, categories});
    fed_.Add(exporter, {importer, categories});
  }
}

bool PrincipalTable::Feeds(uint32_t categories) const {
  if (is_all_[categories] || is_all_[list_]) {
    return true;
  }
  if (words_.empty()) {
    return CategoriesMeet(*lists_[categories], *lists_[list_]);
  }
  return (meeting_[list_] & words_[categories]) != 0;
}

void PrincipalTable::Ask(uint32_t flow) {
  const uint32_t exporter = parties_.ExporterOf(flow);
  const model::Strings& named = flows_.TermsOf(flow).on_behalf_of;
  if (named.empty() && !by_name_ && exporter_ == exporter && list_ == CategoriesOf(flow)) {
    return;
  }
  ++walk_;
  exporter_ = exporter;
  list_ = CategoriesOf(flow);
  by_name_ = !named.empty();
  complete_ = true;
  cut_ = false;
  constant_ = {};
  queue_.clear();
  named_.clear();
  if (by_name_) {
    AddNamed(named);
  } else {
    Walk(exporter);
  }
}

void PrincipalTable::Walk(uint32_t exporter) {
  queue_.push_back(exporter);
  walked_[exporter] = walk_;
  for (size_t next = 0; next < queue_.size(); ++next) {
    Gather(queue_[next]);
  }
}

void PrincipalTable::Gather(uint32_t party) {
  constant_ = constant_.Meet(wholes_[party].constant);
  complete_ = complete_ && !wholes_[party].unknown;
  for (const Limited& flow : limited_.Of(party)) {
    if (Feeds(flow.categories)) {
      constant_ = constant_.Meet(flow.interval);
      complete_ = complete_ && !flow.unknown;
    }
  }
  for (const Naming& flow : naming_.Of(party)) {
    if (Feeds(flow.categories)) {
      AddNamed(flows_.TermsOf(flow.flow).on_behalf_of);
    }
  }
  if (!cut_) {
    Extend(party);
  }
}

// Once the chain is cut, further parties change nothing.
void PrincipalTable::Extend(uint32_t party) {
  for (const End& processor : processors_.Of(party)) {
    if (walked_[processor.party] == walk_ || !Feeds(processor.categories)) {
      continue;
    }
    if (queue_.size() == kMaxUpstream) {
      complete_ = false;
      cut_ = true;
      return;
    }
    walked_[processor.party] = walk_;
    queue_.push_back(processor.party);
  }
}

void PrincipalTable::AddNamed(const model::Strings& parties) {
  for (const std::string& id : parties) {
    const uint32_t party = parties_.NumberOf(id);
    if (is_named_[party] != walk_) {
      is_named_[party] = walk_;
      named_.push_back(party);
    }
  }
}

bool PrincipalTable::IsOwn(uint32_t party) const {
  const std::vector<uint32_t>& own = parties_.Row(exporter_).members;
  return std::find(own.begin(), own.end(), party) != own.end();
}

bool PrincipalTable::IsFedBy(uint32_t party) const {
  const auto fed = fed_.Of(party);
  return std::any_of(fed.begin(), fed.end(), [this](const End& importer) {
    return walked_[importer.party] == walk_ && Feeds(importer.categories);
  });
}

bool PrincipalTable::IsController(uint32_t party) {
  if (asked_[party] != walk_) {
    asked_[party] = walk_;
    answer_[party] = !IsOwn(party) && (is_named_[party] == walk_ || (!by_name_ && IsFedBy(party)));
  }
  return answer_[party];
}

bool PrincipalTable::IsControllerOrHead(uint32_t party) {
  const std::vector<uint32_t>& branches = parties_.Row(party).branches;
  return IsController(party) || std::any_of(branches.begin(), branches.end(),
                                            [this](uint32_t b) { return IsController(b); });
}

}  // namespace onward::verdict
