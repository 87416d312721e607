// Stores to take figures of, and engines on them.
#pragma once

#include <rocksdb/db.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "graph/base/clock.h"
#include "graph/model/record.h"
#include "services/commands/engine.h"
#include "storage/store.h"
#include "tests/bench/generator/options.h"

namespace onward::bench {

// Any failure ends the program.
std::unique_ptr<storage::Store> OpenStore(const std::string& folder);

void Check(bool ok, const char* what);

// The records as the first revision of an inventory that the store does not have yet.
void StoreRecords(storage::Store& store, const std::string& inventory,
                  std::vector<model::Record> records);

// With the built-in law; store and clock must outlive it.
std::unique_ptr<commands::Engine> OpenEngine(storage::Store& store, const Clock& clock);

// Runs `write(writer, number)` `each` times in each of so many threads; returns writes a second.
double WriteRate(size_t writers, size_t each, const std::function<void(size_t, size_t)>& write);

// The bytes of the sample flows that others write through a store, twice in one synced batch as in a commit (current state and
// history), and nothing else.
class RawFlows {
 public:
  RawFlows(const std::string& folder, size_t writers);

  void Write(size_t writer, size_t flows);

 private:
  std::unique_ptr<rocksdb::DB> db_;
  // By writer.
  std::vector<uint64_t> next_;
};

// Makes a store with one made inventory; the number of its flows.
size_t FillStore(const std::string& folder, const GeneratorOptions& options);

// From a closed folder to an engine that answers.
void StartCold(const std::string& folder);

}  // namespace onward::bench
