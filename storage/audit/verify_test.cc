#include "storage/audit/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "storage/audit/merkle.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "tests/support/env.h"
#include "tests/support/status_matchers.h"

namespace onward::audit {
namespace {

using model::RecordRef;
using storage::AuditSource;
using storage::ChangelogEntry;
using storage::KeptVersion;

using VersionKey = std::pair<RecordRef, uint64_t>;
using State = KeptVersion::State;

RecordRef Ref(uint64_t i) { return {model::RecordKind::kParty, "p" + std::to_string(i)}; }

// A store of which everything can be changed from outside.
struct FakeSource final : AuditSource {
  FakeSource() = default;
  FakeSource(const FakeSource& other)
      : AuditSource(),
        the_chain(other.the_chain),
        entries(other.entries),
        versions(other.versions),
        current(other.current) {}
  FakeSource& operator=(const FakeSource&) = delete;
  ~FakeSource() override = default;

  Chain the_chain;
  // By place.
  std::map<uint64_t, ChangelogEntry> entries;
  std::map<VersionKey, KeptVersion> versions;
  // Revision and digest.
  std::map<RecordRef, std::pair<uint64_t, std::string>> current;

  const Chain& chain() const override { return the_chain; }

  absl::Status VisitEntries(uint64_t after, const VisitEntry& visit) const override {
    for (auto it = entries.upper_bound(after); it != entries.end(); ++it) {
      const bool fits =
          it->second.info.revision == it->first && it->second.hash == storage::HashOf(it->second);
      const auto more = visit(it->first, fits ? absl::StatusOr<ChangelogEntry>(it->second)
                                              : storage::Corrupted("entry", "damaged"));
      if (!more.ok() || !*more) {
        return more.status();
      }
    }
    return absl::OkStatus();
  }
  absl::StatusOr<KeptVersion> VersionOf(const RecordRef& ref, uint64_t revision) const override {
    const auto found = versions.find({ref, revision});
    return found == versions.end() ? KeptVersion() : found->second;
  }
  absl::StatusOr<std::string> ValueOf(const RecordRef& /*ref*/,
                                      uint64_t /*revision*/) const override {
    return absl::UnimplementedError("a verification reads digests");
  }
  absl::Status VisitRequests(const VisitRequest& /*visit*/) const override {
    return absl::UnimplementedError("a verification reads no requests");
  }
  absl::Status VisitVersions(const VisitVersion& visit) const override {
    std::map<RecordRef, std::vector<std::pair<uint64_t, State>>> by_ref;
    for (const auto& [key, version] : versions) {
      by_ref[key.first].insert(by_ref[key.first].begin(), {key.second, version.state});
    }
    for (const auto& [ref, all] : by_ref) {
      for (const auto& [revision, state] : all) {
        ONWARD_EXPECT_OK(visit(ref, revision, state == State::kRecord));
      }
    }
    return absl::OkStatus();
  }
  absl::Status VisitCurrent(const VisitRecord& visit) const override {
    for (const auto& [ref, record] : current) {
      const auto more = visit(ref, record.first, record.second);
      if (!more.ok() || !*more) {
        return more.status();
      }
    }
    return absl::OkStatus();
  }

  void Add(const std::vector<std::pair<RecordRef, std::string>>& writes, uint64_t oldest = 0) {
    ChangelogEntry entry;
    entry.info.revision = ++the_chain.head.revision;
    entry.info.committed_at = storage::Time(std::chrono::microseconds(1'000 + entry.info.revision));
    entry.info.author = "someone";
    entry.info.comment = "revision " + std::to_string(entry.info.revision);
    entry.info.oldest = oldest;
    for (const auto& [ref, digest] : writes) {
      entry.info.changes.push_back({ref, digest.empty()});
      entry.digests.push_back(digest);
      versions[{ref, entry.info.revision}] = {digest.empty() ? State::kDeleted : State::kRecord,
                                              digest};
      current.erase(ref);
      if (!digest.empty()) {
        current[ref] = {entry.info.revision, digest};
      }
    }
    entry.previous_hash = the_chain.head_hash;
    entry.hash = storage::HashOf(entry);
    the_chain.head_hash = entry.hash;
    entries[entry.info.revision] = entry;
  }
};

void Start(FakeSource& source) {
  source.the_chain.head.id = "acme";
  source.the_chain.incarnation = "0123";
  source.the_chain.start = storage::ChainStart("0123", source.the_chain.head);
  source.the_chain.head_hash = source.the_chain.start;
}

FakeSource RandomChain(std::mt19937_64& random, uint64_t revisions) {
  FakeSource source;
  Start(source);
  for (uint64_t r = 0; r < revisions; ++r) {
    std::map<RecordRef, std::string> writes;
    for (uint64_t i = random() % 4; i > 0; --i) {
      const bool deletes = random() % 4 == 0;
      writes[Ref(random() % 8)] = deletes ? "" : storage::Sha256(std::to_string(random()));
    }
    source.Add({writes.begin(), writes.end()});
  }
  return source;
}

Verification Verified(const AuditSource& source, uint64_t tree_size = 0) {
  auto verification = Verify(source, {tree_size, {}});
  EXPECT_TRUE(verification.ok()) << verification.status();
  return verification.ok() ? *std::move(verification) : Verification();
}

void ExpectProblem(const AuditSource& source, ProblemKind kind, uint64_t revision) {
  const Verification verification = Verified(source);
  ASSERT_TRUE(verification.problem.has_value());
  EXPECT_EQ(verification.problem->kind, kind) << verification.problem->text;
  EXPECT_EQ(verification.problem->revision, revision) << verification.problem->text;
}

// Writes the chain anew from this entry on, as somebody would who knows how it is made.
void ForgeFrom(FakeSource& source, uint64_t revision) {
  std::string hash = revision == 1 ? source.the_chain.start : source.entries.at(revision - 1).hash;
  for (auto it = source.entries.find(revision); it != source.entries.end(); ++it) {
    it->second.previous_hash = hash;
    it->second.hash = storage::HashOf(it->second);
    hash = it->second.hash;
  }
  source.the_chain.head_hash = hash;
}

TEST(VerifyTest, AnEmptyChainIsWhole) {
  FakeSource source;
  Start(source);
  const Verification verification = Verified(source);
  EXPECT_FALSE(verification.problem.has_value());
  EXPECT_EQ(verification.root, EmptyRoot());
  EXPECT_EQ(verification.chain_hash, source.the_chain.start);
}

TEST(VerifyTest, AWholeChainHasTheRootOfItsHashes) {
  std::mt19937_64 random(1);
  const FakeSource source = RandomChain(random, 30);
  Hashes leaves;
  for (const auto& [revision, entry] : source.entries) {
    leaves.push_back(LeafHash(entry.hash));
  }
  const Verification verification = Verified(source, 20);
  EXPECT_FALSE(verification.problem.has_value());
  EXPECT_EQ(verification.entries, 30U);
  EXPECT_EQ(verification.versions, source.versions.size());
  EXPECT_EQ(verification.root, RootOf(leaves));
  EXPECT_EQ(verification.chain_hash, source.entries.at(30).hash);
  EXPECT_EQ(verification.root_at_size, RootOf(Hashes(leaves.begin(), leaves.begin() + 20)));
  EXPECT_TRUE(Verified(source, 31).root_at_size.empty());
}

// One mutation of an entry, and which revision must be named.
uint64_t MutateEntries(FakeSource& source, std::mt19937_64& random) {
  const uint64_t last = source.the_chain.head.revision;
  const uint64_t at = random() % last + 1;
  ChangelogEntry& entry = source.entries.at(at);
  switch (random() % 7) {
    case 0:  // flip
      entry.hash[random() % 32] ^= static_cast<char>(1U << (random() % 8));
      return at;
    case 1:
      entry.info.author += "x";
      return at;
    case 2:  // drop
      source.entries.erase(at);
      return at;
    case 3: {  // reorder
      const uint64_t other = at % last + 1;
      std::swap(entry, source.entries.at(other));
      return std::min(at, other);
    }
    case 4:  // truncate
      source.entries.erase(source.entries.find(at), source.entries.end());
      return at;
    case 5: {  // replay an earlier one, made to fit its place
      ChangelogEntry replayed = entry;
      replayed.info.revision = last + 1;
      replayed.previous_hash = source.entries.at(last).hash;
      replayed.hash = storage::HashOf(replayed);
      source.entries[last + 1] = replayed;
      return last + 1;
    }
    default:  // forge one, its hash made to fit
      entry.info.comment = "never happened";
      entry.hash = storage::HashOf(entry);
      // The head knows the last one; whatever follows another one does not follow it.
      return at == last ? at : at + 1;
  }
}

TEST(VerifyTest, EveryMutationOfAnEntryIsFoundAndNamed) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int run = 0; run < 1'000; ++run) {
    FakeSource source = RandomChain(random, 2 + random() % 14);
    ASSERT_FALSE(Verified(source).problem.has_value());
    const uint64_t expected = MutateEntries(source, random);
    const Verification verification = Verified(source);
    ASSERT_TRUE(verification.problem.has_value()) << run;
    ASSERT_EQ(verification.problem->revision, expected) << run << verification.problem->text;
    ASSERT_LT(verification.entries, source.the_chain.head.revision + 1);
  }
}

TEST(VerifyTest, EveryMutationOfARecordIsFound) {
  const uint64_t seed = testing::Seed();
  SCOPED_TRACE("ONWARD_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int run = 0; run < 1'000; ++run) {
    FakeSource source = RandomChain(random, 12);
    if (source.versions.empty() || source.current.empty()) {
      continue;
    }
    auto version = std::next(source.versions.begin(),
                             static_cast<std::ptrdiff_t>(random() % source.versions.size()));
    auto record = std::next(source.current.begin(),
                            static_cast<std::ptrdiff_t>(random() % source.current.size()));
    std::optional<uint64_t> expected = version->first.second;
    switch (random() % 7) {
      case 0:
        version->second.digest = storage::Sha256("another");
        version->second.state = State::kRecord;
        break;
      case 1:
        source.versions.erase(version);
        break;
      case 2:
        version->second = {State::kForgotten, ""};
        break;
      case 3: {
        const VersionKey extra(Ref(99), random() % 12 + 1);
        source.versions[extra] = {State::kRecord, storage::Sha256("extra")};
        expected = extra.second;
        break;
      }
      case 4:
        record->second.second = storage::Sha256("another");
        expected = record->second.first;
        break;
      case 5:
        expected = record->second.first;
        source.current.erase(record);
        break;
      default:
        source.current[Ref(99)] = record->second;
        expected.reset();
        break;
    }
    const Verification verification = Verified(source);
    ASSERT_TRUE(verification.problem.has_value()) << run;
    EXPECT_EQ(verification.problem->kind, ProblemKind::kRecordDiffers);
    EXPECT_TRUE(verification.problem->record.has_value());
    if (expected) {
      EXPECT_EQ(verification.problem->revision, *expected) << verification.problem->text;
    }
  }
}

TEST(VerifyTest, ReadsThatFindAnOlderVersionAreFound) {
  FakeSource source;
  Start(source);
  source.Add({{Ref(1), storage::Sha256("a")}});
  source.Add({{Ref(1), storage::Sha256("b")}});
  source.Add({{Ref(1), ""}});
  ASSERT_FALSE(Verified(source).problem.has_value());
  source.current[Ref(1)] = {2, storage::Sha256("b")};
  ExpectProblem(source, ProblemKind::kRecordDiffers, 2);
}

TEST(VerifyTest, TheStartBelongsToStoreAndInventory) {
  std::mt19937_64 random(1);
  FakeSource source = RandomChain(random, 5);
  source.the_chain.start = storage::ChainStart("another store", source.the_chain.head);
  ExpectProblem(source, ProblemKind::kNotLinked, 1);
}

TEST(VerifyTest, TheHeadIsTheLastEntry) {
  std::mt19937_64 random(1);
  FakeSource source = RandomChain(random, 5);
  source.the_chain.head_hash = storage::Sha256("another");
  ExpectProblem(source, ProblemKind::kHeadDiffers, 5);
  source.the_chain.head.revision = 6;
  ExpectProblem(source, ProblemKind::kEntryMissing, 6);
  source.the_chain.head.revision = 4;
  ExpectProblem(source, ProblemKind::kHeadDiffers, 5);
}

// What a chain alone cannot show, and why checkpoints are kept elsewhere.
TEST(VerifyTest, OnlyTheRootShowsAChainThatWasWrittenAnewAsAWhole) {
  std::mt19937_64 random(1);
  FakeSource source = RandomChain(random, 20);
  const std::string root = Verified(source).root;
  const std::string root_at_10 = Verified(source, 10).root_at_size;

  FakeSource forged = source;
  forged.entries.at(7).info.comment = "never happened";
  ForgeFrom(forged, 7);
  const Verification verification = Verified(forged, 10);
  EXPECT_FALSE(verification.problem.has_value());
  EXPECT_NE(verification.root, root);
  EXPECT_NE(verification.root_at_size, root_at_10);

  FakeSource cut = source;
  while (cut.the_chain.head.revision > 9) {
    for (const auto& change : cut.entries.at(cut.the_chain.head.revision).info.changes) {
      cut.versions.erase({change.ref, cut.the_chain.head.revision});
    }
    cut.entries.erase(cut.the_chain.head.revision--);
  }
  cut.the_chain.head_hash = cut.entries.at(9).hash;
  EXPECT_TRUE(Verified(cut, 10).root_at_size.empty());
}

TEST(VerifyTest, WhatACompactionForgotIsNotMissed) {
  FakeSource source;
  Start(source);
  source.Add({{Ref(1), storage::Sha256("a")}, {Ref(2), storage::Sha256("c")}});
  source.Add({{Ref(1), storage::Sha256("b")}});
  source.Add({{Ref(2), ""}});
  source.Add({}, 3);
  source.the_chain.head.oldest = 3;
  const FakeSource before = source;
  source.versions[{Ref(1), 1}] = {State::kForgotten, ""};
  source.versions[{Ref(2), 1}] = {State::kForgotten, ""};
  const Verification verification = Verified(source);
  EXPECT_FALSE(verification.problem.has_value()) << verification.problem->text;
  EXPECT_EQ(verification.versions_compacted, 2U);
  EXPECT_EQ(verification.root, Verified(before).root);
  // Revision 2 is what reads at revision 3 find.
  source.versions[{Ref(1), 2}] = {State::kForgotten, ""};
  ExpectProblem(source, ProblemKind::kRecordDiffers, 2);
}

TEST(VerifyTest, StopsWhenAsked) {
  std::mt19937_64 random(1);
  const FakeSource source = RandomChain(random, 1'500);
  EXPECT_EQ(Verify(source, {0, [] { return absl::CancelledError("enough"); }}).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace onward::audit
