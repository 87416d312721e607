#include "clients/cli/proto_files.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "clients/cli/failure.h"

namespace onward::cli {
namespace {

constexpr size_t kFileBytesMax = size_t{1} << 30;

absl::Status Invalid(const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, "INVALID_FILE", message);
}

bool IsStream(const std::string& path) { return path.empty() || path == "-"; }

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, const Environment& environment) {
  std::ifstream file;
  if (!IsStream(path)) {
    file.open(path, std::ios::binary);
    if (!file) {
      return Invalid("cannot read " + path);
    }
  }
  std::istream& in = IsStream(path) ? environment.in : file;
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.size() > kFileBytesMax) {
    return Invalid(path + " is larger than 1 GiB");
  }
  return text;
}

absl::Status ReadMessageFile(const std::string& path, const Environment& environment,
                             google::protobuf::Message& message) {
  const auto text = ReadWholeFile(path, environment);
  if (!text.ok()) {
    return text.status();
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, &message);
  return parsed.ok() ? absl::OkStatus() : Invalid(path + ": " + std::string(parsed.message()));
}

absl::Status WriteMessageFile(const google::protobuf::Message& message, const std::string& path,
                              const Environment& environment) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string text;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!printed.ok()) {
    return Error(absl::StatusCode::kInternal, "INTERNAL", std::string(printed.message()));
  }
  if (IsStream(path)) {
    environment.out << text;
    return absl::OkStatus();
  }
  const std::string draft = path + ".new";
  std::ofstream(draft, std::ios::binary | std::ios::trunc) << text << std::flush;
  std::ifstream written(draft, std::ios::binary | std::ios::ate);
  if (!written || static_cast<size_t>(written.tellg()) != text.size() ||
      std::rename(draft.c_str(), path.c_str()) != 0) {
    return Invalid("cannot write " + path);
  }
  return absl::OkStatus();
}

}  // namespace onward::cli
