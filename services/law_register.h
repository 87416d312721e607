// The law register's door: text or binary form in, checked domain values out. Everything here is pure but
// for the two readers of files; all functions may be called from any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/law/register.h"
#include "graph/model/validate.h"
#include "graph/model/violations.h"
#include "onward/v1/law_register.pb.h"

namespace onward::services {

// A register that passed every check, in both forms. Immutable; copies share it.
struct LoadedRegister {
  // Lists in order of code or id.
  std::shared_ptr<const onward::v1::LawRegister> message;
  law::RegisterPtr domain;
};

// Limits of a register from outside.
inline constexpr size_t kRegisterFileBytesMax = size_t{16} << 20;
inline constexpr int kRegisterRecordsMax = 5000;
// A whole register in binary form. Answers that hold one stay below the 4 MiB that gRPC clients accept by
// default; the register of all facts known today has a fortieth of that.
inline constexpr size_t kRegisterBytesMax = size_t{3} << 20;
// Entries of one list inside a record.
inline constexpr int kRegisterListMax = 300;
inline constexpr size_t kRegisterTextBytesMax = 8192;

// Parses one text-format file; `name` goes before each error. INVALID_ARGUMENT names file, line and column.
absl::StatusOr<onward::v1::LawRegister> ParseRegisterText(std::string_view text,
                                                          std::string_view name);

// Reads and merges files. NOT_FOUND: a file cannot be read. INVALID_ARGUMENT: as ParseRegisterText, or
// version, knowledge_cutoff or starts_on stands in two of them. Not checked yet: see LoadRegister.
absl::StatusOr<onward::v1::LawRegister> ReadRegisterFiles(const std::vector<std::string>& paths);

// The same for all *.txtpb of a folder, in order of name. NOT_FOUND: no such folder, or none in it.
absl::StatusOr<onward::v1::LawRegister> ReadRegisterFolder(const std::string& folder);

// Everything that is wrong with a register; the path of each violation starts with the id of the record
// (adq-GB-2021-1772.history[1].until). Empty: consistent.
model::Violations CheckRegister(const onward::v1::LawRegister& message);

// Checks, orders and converts. INVALID_ARGUMENT: refused as a whole; the message lists what CheckRegister
// found, one line each.
absl::StatusOr<LoadedRegister> LoadRegister(onward::v1::LawRegister message);

// The register that this program was built with. The build has checked it; an error is a broken build.
absl::StatusOr<LoadedRegister> BuiltInRegister();

// What records may name, as the register and the catalogue of findings say; it keeps the register
// alive. suggest() looks among the ids of instruments, schemes, conditions and the codes.
model::Vocabulary MakeVocabulary(const law::RegisterPtr& law);

}  // namespace onward::services
