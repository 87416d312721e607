// How much memory records take. Internal to this folder.
#pragma once

#include <cstddef>

#include "graph/model/record.h"
#include "graph/model/terms_pool.h"

namespace onward::snapshot {

struct RecordBytes {
  // Everything but the names.
  size_t record = 0;
  // What ids and names for people take outside of the record, and what an id in the record takes.
  size_t names = 0;
};

// A record with all that it owns, without what the allocator adds.
RecordBytes BytesOf(const model::Record& record);
size_t BytesOf(const model::TermsPool& pool);

}  // namespace onward::snapshot
