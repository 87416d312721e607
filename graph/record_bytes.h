// How much memory records take. Internal to this folder.
#pragma once

#include <cstddef>

#include "graph/model/record.h"

namespace onward::snapshot {

struct RecordBytes {
  // Everything but the names.
  size_t record = 0;
  // What ids and names for people take outside of the record, and what an id in the record takes.
  size_t names = 0;
};

// A record with all that it owns, without what the allocator adds.
RecordBytes BytesOf(const model::Record& record);
// The same of terms, with themselves.
size_t BytesOf(const model::FlowTerms& terms);

}  // namespace onward::snapshot
