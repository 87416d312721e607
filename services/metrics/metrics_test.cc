#include <gmock/gmock.h>

#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "services/commands/test_engine.h"
#include "services/metrics/call_meter.h"
#include "services/metrics/catalogue.h"
#include "services/metrics/process.h"
#include "services/metrics/verdict_counter.h"

namespace onward::metrics {
namespace {

using ::testing::Contains;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string FileText(const std::string& name) {
  std::ifstream file(std::string(ONWARD_METRICS_DIR) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(MetricsCatalogueTest, TheCheckedInPageIsTheGeneratedOne) {
  EXPECT_EQ(FileText("METRICS.md"), CataloguePage())
      << "write it anew: onwardd --list-metrics > services/metrics/METRICS.md";
}

TEST(MetricsCatalogueTest, NamesFollowTheConventions) {
  std::set<std::string_view> names;
  for (const Metric& metric : Catalogue()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(metric.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << metric.name;
    EXPECT_FALSE(metric.help.empty()) << metric.name;
    EXPECT_EQ(metric.kind == Kind::kCounter, metric.name.ends_with("_total")) << metric.name;
  }
}

// Every word of a text that could be the name of a metric, without the endings of a histogram's parts.
std::set<std::string> NamesIn(const std::string& text) {
  std::set<std::string> names;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':') {
      word += c;
      continue;
    }
    for (const char* ending : {"_bucket", "_sum", "_count"}) {
      if (word.ends_with(ending)) {
        word.resize(word.size() - std::string(ending).size());
      }
    }
    if (word.starts_with("onward_") || word.starts_with("process_") ||
        word.starts_with("exposer_")) {
      names.insert(word);
    }
    word.clear();
  }
  return names;
}

TEST(MetricsCatalogueTest, DashboardAndAlertsAskForMetricsThatExist) {
  std::set<std::string> known;
  for (const Metric& metric : Catalogue()) {
    known.emplace(metric.name);
  }
  for (const char* file : {"dashboard.json", "alerts.yaml"}) {
    const std::set<std::string> used = NamesIn(FileText(file));
    EXPECT_THAT(used, SizeIs(Gt(8))) << file;
    for (const std::string& name : used) {
      EXPECT_THAT(known, Contains(name)) << file;
    }
  }
}

// The value of each sample, by its labels in one line.
std::map<std::string, double> Values(const std::vector<Family>& families, std::string_view name) {
  std::map<std::string, double> values;
  for (const Family& family : families) {
    for (const Sample& sample : family.samples) {
      if (family.metric->name == name) {
        std::string labels;
        for (const auto& [label, value] : sample.labels) {
          labels += labels.empty() ? value : "," + value;
        }
        values[labels] = sample.value;
      }
    }
  }
  return values;
}

TEST(CallMeterTest, CountsByMethodCodeAndReason) {
  CallMeter meter({"A.One", "A.Two"}, {"A.Two"}, {"LIMIT_EXCEEDED"});
  using std::chrono::microseconds;
  CallMeter::Method* const under_way = meter.Begin("A.One");
  meter.End(meter.Begin("A.One"), absl::StatusCode::kOk, "", microseconds(400));
  meter.End(meter.Begin("A.One"), absl::StatusCode::kResourceExhausted, "LIMIT_EXCEEDED",
            microseconds(3'000));
  meter.End(meter.Begin("A.Two"), absl::StatusCode::kCancelled, "", microseconds(1));
  meter.End(meter.Begin("made up"), absl::StatusCode::kUnknown, "made up", microseconds(1));
  meter.Slow("judging");
  meter.Slow("made up");

  const std::vector<Family> families = meter.Families();
  auto calls = Values(families, "onward_rpc_calls_total");
  EXPECT_EQ(calls["A.One,OK"], 1);
  EXPECT_EQ(calls["A.One,RESOURCE_EXHAUSTED"], 1);
  EXPECT_EQ(calls["A.Two,OK"], 0);
  EXPECT_EQ(calls["A.Two,CANCELLED"], 1);
  EXPECT_EQ(calls["OTHER,UNKNOWN"], 1);
  auto in_flight = Values(families, "onward_rpc_in_flight");
  EXPECT_EQ(in_flight["A.One"], 1);
  EXPECT_EQ(in_flight["A.Two"], 0);
  auto refused = Values(families, "onward_rpc_refused_total");
  EXPECT_EQ(refused,
            (std::map<std::string, double>{{"LIMIT_EXCEEDED", 1}, {"NONE", 1}, {"OTHER", 1}}));
  EXPECT_EQ(Values(families, "onward_slow_questions_total")["judging"], 1);
  meter.End(under_way, absl::StatusCode::kOk, "", microseconds(1));
  EXPECT_EQ(Values(meter.Families(), "onward_rpc_in_flight")["A.One"], 0);
}

TEST(CallMeterTest, BucketsAddUp) {
  CallMeter meter({"A.One", "A.Stream"}, {"A.Stream"}, {});
  for (const int64_t micros : {1, 500, 501, 1'000, 70'000'000}) {
    meter.End(meter.Begin("A.One"), absl::StatusCode::kOk, "", std::chrono::microseconds(micros));
  }
  meter.End(meter.Begin("A.Stream"), absl::StatusCode::kOk, "", std::chrono::microseconds(1));
  const std::vector<Family> families = meter.Families();
  const Family& durations = families.at(1);
  ASSERT_EQ(durations.metric->name, "onward_rpc_duration_seconds");
  ASSERT_THAT(durations.samples, SizeIs(1)) << "the untimed method has none";
  const Sample& sample = durations.samples.front();
  ASSERT_THAT(sample.buckets, SizeIs(kDurationBounds.size() + 1));
  EXPECT_EQ(sample.buckets.at(0).count, 2) << "up to and with 500 microseconds";
  EXPECT_EQ(sample.buckets.at(1).count, 4);
  EXPECT_EQ(sample.buckets.at(kDurationBounds.size() - 1).count, 4) << "a minute";
  EXPECT_EQ(sample.buckets.back().count, 5);
  EXPECT_DOUBLE_EQ(sample.value, 70.002002);
}

TEST(ProcessFamiliesTest, TellThisProcess) {
  const std::vector<Family> families = ProcessFamilies();
  EXPECT_GT(Values(families, "process_resident_memory_bytes")[""], 1e6);
  EXPECT_GT(Values(families, "process_open_fds")[""], 2);
  const double started = Values(families, "process_start_time_seconds")[""];
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_NEAR(started, std::chrono::duration<double>(now).count(), 3'600);
  EXPECT_EQ(Values(ProcessFamilies(), "process_start_time_seconds")[""], started);
}

class VerdictCounterTest : public commands::EngineTest {
 protected:
  VerdictCounts Counted() {
    counter_.CountNow();
    const auto counts = counter_.counts();
    return counts.at(commands::kDefaultInventory);
  }
  VerdictCounts Naive() {
    const auto inventory = engine().Find(commands::kDefaultInventory);
    EXPECT_TRUE(inventory.ok());
    const query::JudgementsPtr judged =
        query::Judgements::Make((*inventory)->head(), engine().law()->domain, {clock().Today()});
    VerdictCounts counts{};
    for (uint32_t flow = 0; flow < judged->snapshot().FlowCount(); ++flow) {
      ++counts.at(static_cast<size_t>(judged->VerdictOf(flow)));
    }
    return counts;
  }

 private:
  VerdictCounter counter_{engine()};
};

TEST_F(VerdictCounterTest, FollowsRecordsAndDays) {
  EXPECT_EQ(Counted(), VerdictCounts{});
  WriteSmallInventory();
  const VerdictCounts first = Counted();
  EXPECT_EQ(first, Naive());
  EXPECT_EQ(first.at(static_cast<size_t>(verdict::Verdict::kLacking)), 1);
  ASSERT_TRUE(Write({commands::Upsert(commands::PartyOf("other", "FI")),
                     commands::Upsert(commands::FlowOf("inside", "acme", "other"))})
                  .ok());
  EXPECT_EQ(Counted(), Naive());
  EXPECT_NE(Counted(), first);
  clock().SetToday(Date::Of(2017, 1, 1));
  EXPECT_EQ(Counted(), Naive()) << "another day, the same records";
}

TEST_F(VerdictCounterTest, ItsThreadCountsAfterAWake) {
  WriteSmallInventory();
  VerdictCounter counter(engine());
  EXPECT_THAT(counter.counts(), IsEmpty()) << "nobody asked";
  counter.Wake();
  while (counter.counts().empty()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(counter.counts().at(commands::kDefaultInventory), Naive());
}

}  // namespace
}  // namespace onward::metrics
