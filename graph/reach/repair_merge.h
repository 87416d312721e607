// One record with the changes of two. Internal to this folder.
#pragma once

#include "graph/model/record.h"

namespace onward::reach {

// What `record` says, and what `other`, a change of the same record, says besides: parties, instruments,
// assessments, certificates, statements of both, the later end, no limit where one of them has none. Where
// they differ otherwise, `other` stands if it differs from `base` (null: the record is new).
model::Record MergeRecords(const model::Record* base, const model::Record& record,
                           const model::Record& other);

}  // namespace onward::reach
