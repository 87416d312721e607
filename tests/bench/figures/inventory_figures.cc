// One inventory as a whole, small to large: its size in memory, judged from scratch, after one change, and the labels of
// one origin's data.
#include <malloc.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/query/judgements.h"
#include "graph/reach/labels.h"
#include "graph/snapshot.h"
#include "tests/bench/figures/groups.h"
#include "tests/bench/generator/records.h"
#include "tests/support/law.h"

namespace onward::bench {
namespace {

const verdict::Question kDay = {Date::Of(2026, 1, 1), Date::Max()};

// A flow of the snapshot with another purpose, as a write of one record.
std::vector<model::Mutation> OtherPurpose(const Snapshot& snapshot, uint32_t flow,
                                          uint64_t revision) {
  model::Flow changed = snapshot.FlowAt(flow);
  changed.purposes = {absl::StrCat("revision ", revision)};
  const model::RecordRef ref{model::RecordKind::kFlow, changed.id};
  return {model::Mutation{ref, std::move(changed), {}, false}};
}

// The figures of one preset.
class OneInventory {
 public:
  OneInventory(const std::string& preset, const Settings& settings, const Report& report)
      : preset_(preset), settings_(settings), report_(report) {}

  void Take() {
    Build();
    Judge();
    Change();
    Follow();
  }

 private:
  void Tell(Figure figure, const std::string& name, const std::string& unit,
            const std::string& curve, const std::string& target_at_l) {
    figure.group = absl::StrCat("preset ", preset_);
    figure.name = name;
    figure.unit = unit;
    figure.curve = curve;
    figure.flows = snapshot_->FlowCount();
    figure.target = preset_ == "L" ? target_at_l : "";
    report_(figure);
  }

  static Figure Single(double value) {
    Figure figure;
    figure.pairs = 1;
    figure.ours_value = figure.ratio = {value, value, value};
    return figure;
  }

  void Build() {
    GeneratorOptions options =
        *PresetOptions(preset_, settings_.is_short ? kShortScale : settings_.scale);
    options.seed = settings_.seed;
    malloc_trim(0);
    const uint64_t before = ResidentBytes();
    const double seconds = BuildFrom(options);
    malloc_trim(0);
    const double flows = snapshot_->FlowCount();
    const auto bytes = static_cast<double>(ResidentBytes() - before);
    const SnapshotMemory memory = snapshot_->memory();
    const auto per_flow = [flows](size_t part) {
      return Single(static_cast<double>(part) / flows);
    };
    Tell(Single(flows), "flows", "flows", "", "");
    Tell(Single(seconds), "snapshot built from records", "s", "build a snapshot (s)", "");
    Tell(per_flow(memory.flows + memory.terms + memory.graph), "bytes per flow besides names",
         "bytes", "", "<= 64");
    Tell(per_flow(memory.terms), "of these, terms", "bytes", "", "");
    Tell(per_flow(memory.names), "names: ids, display strings, their order", "bytes", "", "");
    Tell(per_flow(memory.records + memory.index), "other records and indexes", "bytes", "", "");
    Tell(Single(bytes / flows), "resident bytes per flow, all of this included", "bytes", "", "");
  }

  // Some records at a time: those of a large inventory do not fit into memory. Seconds without making them.
  double BuildFrom(const GeneratorOptions& options) {
    constexpr size_t kRecordsAtOnce = 100'000;
    SnapshotBuilder builder;
    std::vector<model::Record> records;
    double seconds = 0;
    const auto add = [&] {
      for (model::Record& record : records) {
        builder.Add(std::move(record));
      }
      records.clear();
    };
    ForEachRecord(options, [&](model::Record record) {
      records.push_back(std::move(record));
      if (records.size() == kRecordsAtOnce) {
        seconds += Seconds(add);
      }
    });
    seconds += Seconds(add);
    return seconds + Seconds([&] { snapshot_ = builder.Take(1); });
  }

  void Judge() {
    Tell(TakeAlone(settings_.is_short || preset_ == "L" || preset_ == "X" ? 1 : 5,
                   [&] {
                     judged_.reset();
                     return Seconds([&] {
                       judged_ = query::Judgements::Make(snapshot_, testing::TheRegister(), kDay);
                     });
                   }),
         "judged from scratch", "s", "judge all flows (s)", "<= 3 s");
  }

  void Change() {
    uint64_t revision = 1;
    SnapshotPtr newest = snapshot_;
    Tell(TakeAlone(settings_.Pairs(),
                   [&] {
                     ++revision;
                     const auto writes = OtherPurpose(*newest, NextFlow(revision), revision);
                     return Seconds([&] { newest = newest->With(revision, writes); });
                   }),
         "the next snapshot after one changed flow", "s", "change one flow (s)", "");
    newest = snapshot_;
    query::JudgementsPtr judged = judged_;
    Tell(TakeAlone(settings_.Pairs(),
                   [&] {
                     ++revision;
                     const auto writes = OtherPurpose(*newest, NextFlow(revision), revision);
                     return Seconds([&] {
                       newest = newest->With(revision, writes);
                       judged = query::Judgements::After(*judged, newest, writes, {}).value();
                     });
                   }),
         "one flow with another purpose, judged", "s", "", "<= 0.001 s");
  }

  uint32_t NextFlow(uint64_t turn) const {
    return static_cast<uint32_t>(turn * 7'919 % snapshot_->FlowCount());
  }

  void Follow() {
    const reach::DayGraphPtr graph = reach::DayGraph::Of(judged_);
    reach::Labels labels(*graph);
    const std::vector<uint32_t>& origins = graph->origins();
    size_t turn = 0;
    Tell(TakeAlone(settings_.Pairs(),
                   [&] {
                     const uint32_t origin =
                         origins[turn++ * origins.size() / (settings_.Pairs() + 1)];
                     return Seconds([&] {
                       if (!labels.Follow(origin).ok()) {
                         Fail("labels could not be followed");
                       }
                     });
                   }),
         "labels of one origin", "s", "labels of one origin (s)", "");
  }

  const std::string preset_;
  const Settings& settings_;
  const Report& report_;
  SnapshotPtr snapshot_;
  query::JudgementsPtr judged_;
};

}  // namespace

void TakeInventoryFigures(const Settings& settings, const Report& report) {
  std::vector<std::string> presets = settings.presets;
  if (presets.empty()) {
    presets = settings.is_short ? std::vector<std::string>{"X"}
                                : std::vector<std::string>{"S", "M", "L", "X"};
  }
  for (const std::string& preset : presets) {
    OneInventory(preset, settings, report).Take();
  }
}

}  // namespace onward::bench
