// Text form to message: files, errors with their place, merging.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/base/status_macros.h"
#include "services/law_register.h"

namespace onward::services {
namespace {

using onward::v1::LawRegister;

constexpr int kNestingMax = 16;
constexpr size_t kErrorsMax = 50;

// Collects "file:line:column: what", counted from 1.
class PlacedErrors final : public google::protobuf::io::ErrorCollector {
 public:
  explicit PlacedErrors(std::string_view name) : name_(name) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (errors_.size() < kErrorsMax) {
      errors_.push_back(absl::StrCat(name_, ":", line + 1, ":", column + 1, ": ", message));
    }
  }

  std::string Text() const {
    return errors_.empty() ? name_ + ": not a law register" : absl::StrJoin(errors_, "\n");
  }

 private:
  std::string name_;
  std::vector<std::string> errors_;
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  }
  if (size > kRegisterFileBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": larger than ", kRegisterFileBytesMax, " bytes"));
  }
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (file.gcount() != static_cast<std::streamsize>(size)) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read to its end"));
  }
  return text;
}

// The single fields of a register may stand in one file only.
absl::Status CheckSingle(std::string_view field, const std::string& merged, const std::string& more,
                         const std::string& path) {
  if (merged.empty() || more.empty()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": ", std::string(field), " stands in another file already"));
}

absl::Status MergeInto(LawRegister& merged, const LawRegister& more, const std::string& path) {
  ONWARD_RETURN_IF_ERROR(CheckSingle("version", merged.version(), more.version(), path));
  ONWARD_RETURN_IF_ERROR(
      CheckSingle("knowledge_cutoff", merged.knowledge_cutoff(), more.knowledge_cutoff(), path));
  ONWARD_RETURN_IF_ERROR(CheckSingle("starts_on", merged.starts_on(), more.starts_on(), path));
  merged.MergeFrom(more);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LawRegister> ParseRegisterText(std::string_view text, std::string_view name) {
  if (text.size() > kRegisterFileBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(std::string(name), ": larger than ", kRegisterFileBytesMax, " bytes"));
  }
  PlacedErrors errors(name);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(kNestingMax);
  LawRegister message;
  if (!parser.ParseFromString(std::string(text), &message)) {
    return absl::InvalidArgumentError(errors.Text());
  }
  return message;
}

absl::StatusOr<LawRegister> ReadRegisterFiles(const std::vector<std::string>& paths) {
  LawRegister merged;
  for (const std::string& path : paths) {
    ONWARD_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    ONWARD_ASSIGN_OR_RETURN(const LawRegister more, ParseRegisterText(text, path));
    ONWARD_RETURN_IF_ERROR(MergeInto(merged, more, path));
  }
  return merged;
}

absl::StatusOr<LawRegister> ReadRegisterFolder(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> paths;
  std::filesystem::directory_iterator it(folder, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    if (it->path().extension() == ".txtpb") {
      paths.push_back(it->path().string());
    }
  }
  if (error || paths.empty()) {
    return absl::NotFoundError(absl::StrCat(folder, ": no folder with *.txtpb files"));
  }
  std::sort(paths.begin(), paths.end());
  return ReadRegisterFiles(paths);
}

}  // namespace onward::services
