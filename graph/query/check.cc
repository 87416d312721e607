#include "graph/query/check.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "graph/base/mutex.h"
#include "graph/query/asked_categories.h"

namespace onward::query {
namespace {

bool Moves(const Judgements& judgements, uint32_t flow) {
  return judgements.arrivals().InEffect(flow) && judgements.snapshot().TermsOf(flow).collection !=
                                                     model::Collection::kDirectFromDataSubject;
}

// What a flow hands on, as far as records say; everything where they do not.
Bits CarriedBy(const Judgements& judgements, uint32_t flow) {
  const Arrivals& arrivals = judgements.arrivals();
  const model::TermsView record = judgements.snapshot().TermsOf(flow);
  if (StatesCategories(record) || record.data_categories.empty()) {
    return arrivals.Declared(flow);
  }
  const Bits received = arrivals.ReceivedBits(flow);
  return received.none() ? arrivals.category_bits().All()
                         : arrivals.category_bits().WithParts(received);
}

// The hops below a party that data of one origin goes along.
class Below {
 public:
  Below(const Judgements& judgements, const AskedCategories& asked, uint32_t from,
        const std::vector<uint32_t>& entries)
      : judged_(judgements), asked_(asked), from_(from), entries_(entries) {}

  verdict::Verdict Worst(uint32_t to, const AskedCategories::Set& data) {
    Add(to, data);
    while (!open_.empty() && worst_ != kWorstOfAll) {
      const uint32_t party = open_.front();
      open_.pop_front();
      const AskedCategories::Set here = reached_.at(party);
      for (const uint32_t flow : judged_.snapshot().OutFlows(party)) {
        Follow(flow, here);
      }
    }
    return worst_;
  }

 private:
  // Nothing further down could be worse.
  static constexpr verdict::Verdict kWorstOfAll = verdict::Verdict::kLacking;

  void Follow(uint32_t flow, const AskedCategories::Set& here) {
    if (!Moves(judged_, flow) || !Allowed(flow)) {
      return;
    }
    AskedCategories::Set on = asked_.Through(judged_.arrivals().Declared(flow), here);
    if (on.none()) {
      return;
    }
    const verdict::Verdict verdict = judged_.VerdictOf(flow);
    if (verdict::Badness(verdict) > verdict::Badness(worst_)) {
      worst_ = verdict;
    }
    Add(judged_.snapshot().ImporterOf(flow), std::move(on));
  }

  // Back at `from` the data is where it was: its other flows are not below.
  void Add(uint32_t party, AskedCategories::Set data) {
    if (party == from_) {
      return;
    }
    const auto [found, is_new] = reached_.try_emplace(party, std::move(data));
    if (is_new) {
      open_.push_back(party);
      return;
    }
    AskedCategories::Set& there = found->second;
    // Not moved from: the party was there.
    if (!data.named.is_subset_of(there.named) || !data.unnamed.is_subset_of(there.unnamed)) {
      there.named |= data.named;
      there.unnamed |= data.unnamed;
      open_.push_back(party);
    }
  }

  // A flow that is limited to some origins carries the data only if one of its origins is among them.
  bool Allowed(uint32_t flow) {
    if (judged_.arrivals().LimitsOf(flow).empty()) {
      return true;
    }
    if (origins_.empty()) {
      origins_.emplace(judged_.snapshot().PartyId(from_));
      for (const uint32_t entry : entries_) {
        for (std::string& origin : judged_.arrivals().OriginsOf(entry)) {
          origins_.insert(std::move(origin));
        }
      }
    }
    const model::Strings& limit = judged_.snapshot().TermsOf(flow).on_behalf_of;
    return std::any_of(limit.begin(), limit.end(),
                       [this](const std::string& id) { return origins_.count(id) > 0; });
  }

  const Judgements& judged_;
  const AskedCategories& asked_;
  const uint32_t from_;
  const std::vector<uint32_t>& entries_;
  std::unordered_map<uint32_t, AskedCategories::Set> reached_;
  std::deque<uint32_t> open_;
  std::set<std::string> origins_;
  verdict::Verdict worst_ = verdict::Verdict::kUnspecified;
};

// The gate's work on one question.
class Gate {
 public:
  Gate(const Judgements& judgements, const CheckQuestion& question, uint32_t from, uint32_t to)
      : judged_(judgements),
        question_(question),
        asked_(judgements.arrivals().category_bits(), question.data_categories),
        from_(from),
        to_(to),
        carried_(asked_.None()),
        proven_(question.data_categories.size(), false) {}

  CheckAnswer Ask() {
    for (const uint32_t flow : judged_.snapshot().OutFlows(from_)) {
      if (judged_.snapshot().ImporterOf(flow) == to_ && Moves(judged_, flow)) {
        Take(flow);
      }
    }
    for (size_t i = 0; i < proven_.size(); ++i) {
      if (!proven_[i]) {
        answer_.not_carried.push_back(question_.data_categories[i]);
      }
    }
    Decide();
    const AskedCategories::Set& data = question_.data_categories.empty() ? carried_ : asked_.all();
    if (!data.none()) {
      answer_.downstream = Below(judged_, asked_, from_, entries_).Worst(to_, data);
    }
    return std::move(answer_);
  }

 private:
  void Take(uint32_t flow) {
    const Bits carried = CarriedBy(judged_, flow);
    if (!question_.data_categories.empty() && !asked_.SomeOf(carried)) {
      return;
    }
    // A flow is proof that a category goes only if it says what it carries.
    if (!judged_.snapshot().TermsOf(flow).data_categories.empty()) {
      for (size_t i = 0; i < proven_.size(); ++i) {
        proven_[i] = proven_[i] || asked_.WholeOf(carried, i);
      }
    }
    carried_.named |= carried;
    entries_.push_back(flow);
    const verdict::Verdict verdict = judged_.VerdictOf(flow);
    if (verdict::Badness(verdict) > verdict::Badness(worst_)) {
      worst_ = verdict;
      deciding_ = flow;
    }
  }

  // The answer stands at NOT_RECORDED unless the flows decide.
  void Decide() {
    const bool open = !answer_.not_carried.empty();
    if (worst_ == verdict::Verdict::kUnspecified ||
        (open && verdict::Badness(worst_) <= verdict::Badness(answer_.verdict))) {
      return;
    }
    DestinationOutcome brief = judged_.BriefOf(deciding_);
    answer_.verdict = brief.verdict;
    answer_.reason = brief.reason;
    answer_.flow = std::string(judged_.snapshot().FlowId(deciding_));
    answer_.destination = std::move(brief.destination);
    answer_.mechanism = std::move(brief.mechanism);
  }

  const Judgements& judged_;
  const CheckQuestion& question_;
  const AskedCategories asked_;
  const uint32_t from_;
  const uint32_t to_;
  CheckAnswer answer_;
  AskedCategories::Set carried_;
  // By asked category: whether some flow carries it as a whole.
  std::vector<bool> proven_;
  std::vector<uint32_t> entries_;
  // Unspecified: no flow so far.
  verdict::Verdict worst_ = verdict::Verdict::kUnspecified;
  uint32_t deciding_ = 0;
};

// Answers by question. Thread-safe.
class KeptAnswers {
 public:
  std::optional<CheckAnswer> Find(const std::string& key) const {
    Shard& shard = ShardOf(key);
    const MutexLock lock(shard.mutex);
    const auto found = shard.answers.find(key);
    return found == shard.answers.end() ? std::nullopt : std::make_optional(found->second);
  }

  // Where there is no room, all of the shard make way: what is asked again is soon back.
  void Keep(std::string key, const CheckAnswer& answer) const {
    Shard& shard = ShardOf(key);
    const MutexLock lock(shard.mutex);
    if (shard.answers.size() >= kShardMax) {
      shard.answers.clear();
    }
    shard.answers.emplace(std::move(key), answer);
  }

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kShardMax = 2'048;

  struct Shard {
    Mutex mutex;
    std::unordered_map<std::string, CheckAnswer> answers ONWARD_GUARDED_BY(mutex);
  };

  Shard& ShardOf(const std::string& key) const {
    return shards_[std::hash<std::string>()(key) % kShards];
  }

  mutable std::array<Shard, kShards> shards_;
};

// Longer questions are not kept.
constexpr size_t kKeptCategoriesMax = 16;
constexpr size_t kKeptBytesMax = 1'024;

void AddText(const std::string& text, std::string& key) {
  key.append(std::to_string(text.size())).append(1, ':').append(text);
}

// Equal exactly where the questions are. Empty: it is not kept.
std::string KeyOf(const CheckQuestion& question) {
  std::string key;
  if (question.data_categories.size() > kKeptCategoriesMax) {
    return key;
  }
  AddText(question.from, key);
  AddText(question.to, key);
  for (const std::string& category : question.data_categories) {
    AddText(category, key);
  }
  return key.size() > kKeptBytesMax ? std::string() : key;
}

}  // namespace

CheckAnswer CheckAgain(const Judgements& judgements, const CheckQuestion& question) {
  std::string key = KeyOf(question);
  if (key.empty()) {
    return Check(judgements, question);
  }
  const std::shared_ptr<const KeptAnswers> kept =
      judgements.memo().Get<KeptAnswers>([] { return std::make_shared<const KeptAnswers>(); });
  if (std::optional<CheckAnswer> answer = kept->Find(key)) {
    return *std::move(answer);
  }
  CheckAnswer answer = Check(judgements, question);
  kept->Keep(std::move(key), answer);
  return answer;
}

CheckAnswer Check(const Judgements& judgements, const CheckQuestion& question) {
  const std::optional<uint32_t> from = judgements.snapshot().PartyNumber(question.from);
  const std::optional<uint32_t> to = judgements.snapshot().PartyNumber(question.to);
  if (!from.has_value() || !to.has_value()) {
    CheckAnswer answer;
    answer.not_carried = question.data_categories;
    return answer;
  }
  return Gate(judgements, question, *from, *to).Ask();
}

}  // namespace onward::query
