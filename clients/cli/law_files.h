// Text files of a law register, and where in them each field stands.
#pragma once

#include <google/protobuf/text_format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "onward/v1/law_register.pb.h"
#include "services/exchange/problem.h"

namespace onward::cli {

// Whether the word can only be, or is, the name of a file or folder.
bool IsPath(const std::string& word);

class RegisterFiles {
 public:
  // A file, or all *.txtpb of a folder in order of name, merged. Every syntax error goes to the context
  // with its place; nothing else is checked.
  static absl::StatusOr<RegisterFiles> Read(const std::string& path, Context& context);

  const v1::LawRegister& merged() const { return merged_; }
  // Whether they are meant to be a register and not some records of one.
  bool IsWhole() const;
  // A register with these records in the place of those of the same id.
  v1::LawRegister LaidOver(v1::LawRegister base) const;

  // Where a path of a check stands (adq-GB-2021-1772.history[1].until, register.version): the nearest
  // thing that is written. Without a file where it is in none of them.
  exchange::Place Locate(std::string_view path) const;

  // Puts the field violations of a refused register into the context, with their places. Returns the
  // status, its message counting them; others as they are.
  absl::Status Explain(const absl::Status& status, Context& context) const;

 private:
  struct File {
    std::string path;
    v1::LawRegister message;
    google::protobuf::TextFormat::ParseInfoTree places;
  };
  // A record in a file.
  struct Spot {
    const File* file = nullptr;
    const google::protobuf::FieldDescriptor* list = nullptr;
    int index = 0;
    // How much of the path names the record.
    size_t named = 0;
  };

  static absl::StatusOr<std::unique_ptr<File>> ReadFile(const std::string& path, Context& context);
  Spot FindRecord(std::string_view path) const;
  Spot FindNumbered(std::string_view path) const;

  std::vector<std::unique_ptr<File>> files_;
  v1::LawRegister merged_;
};

}  // namespace onward::cli
