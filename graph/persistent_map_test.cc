#include "graph/persistent_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>

namespace onward {
namespace {

using Entries = std::map<std::string, int>;

Entries EntriesOf(const PersistentMap<std::string, int>& map) {
  Entries entries;
  std::string last;
  map.Each([&](const std::string& key, int value) {
    EXPECT_LE(last, key);
    last = key;
    entries.emplace(key, value);
  });
  return entries;
}

TEST(PersistentMap, FindsWhatWasSet) {
  PersistentMap<std::string, int> map;
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.Find(std::string_view("a")), nullptr);
  map.Set("b", 1);
  map.Set("a", 2);
  map.Set("b", 3);
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(*map.Find(std::string_view("a")), 2);
  EXPECT_EQ(*map.Find(std::string_view("b")), 3);
  EXPECT_EQ(map.Find(std::string_view("c")), nullptr);
}

TEST(PersistentMapProperty, EveryVersionStaysAsItWas) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  PersistentMap<std::string, int> map;
  Entries model;
  std::vector<std::pair<PersistentMap<std::string, int>, Entries>> versions;
  for (int i = 0; i < 2'000; ++i) {
    const std::string key = std::to_string(random() % 500);
    map.Set(key, i);
    model[key] = i;
    ASSERT_EQ(map.size(), model.size());
    if (i % 100 == 0) {
      versions.emplace_back(map, model);
    }
  }
  versions.emplace_back(map, model);
  for (const auto& [version, entries] : versions) {
    EXPECT_EQ(EntriesOf(version), entries);
    for (const auto& [key, value] : entries) {
      EXPECT_EQ(*version.Find(key), value);
    }
  }
}

TEST(PersistentMap, KeysInOrderMakeNoDeepTree) {
  PersistentMap<uint32_t, uint32_t> map;
  for (uint32_t i = 0; i < 200'000; ++i) {
    map.Set(i, i + 1);
  }
  EXPECT_EQ(*map.Find(123'456U), 123'457U);
  EXPECT_EQ(map.size(), 200'000U);
}

}  // namespace
}  // namespace onward
