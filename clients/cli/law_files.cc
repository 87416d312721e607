#include "clients/cli/law_files.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/cord.h"
#include "clients/cli/failure.h"
#include "clients/cli/text.h"
#include "clients/cpp/error_details.h"

namespace onward::cli {
namespace {

using exchange::Place;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;
namespace fs = std::filesystem;

constexpr uintmax_t kFileBytesMax = uintmax_t{16} << 20;
constexpr int kNestingMax = 16;

absl::Status Unreadable(const std::string& path, const std::string& why) {
  return Error(absl::StatusCode::kNotFound, "INVALID_REGISTER", path + ": " + why);
}

class PlacedErrors final : public google::protobuf::io::ErrorCollector {
 public:
  PlacedErrors(std::string path, Context& context) : path_(std::move(path)), context_(context) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (context_.problems.size() < exchange::Problems::kMax) {
      context_.problems.push_back({{path_, line + 1, column + 1}, "", message});
    }
  }

 private:
  const std::string path_;
  Context& context_;
};

// The lists of records, in the contract's order.
std::vector<const FieldDescriptor*> Lists() {
  const auto* type = v1::LawRegister::descriptor();
  return {type->FindFieldByName("jurisdictions"), type->FindFieldByName("decisions"),
          type->FindFieldByName("schemes"), type->FindFieldByName("cases"),
          type->FindFieldByName("instruments")};
}

const Message& RecordAt(const v1::LawRegister& message, const FieldDescriptor* list, int index) {
  return v1::LawRegister::GetReflection()->GetRepeatedMessage(message, list, index);
}

int SizeOf(const v1::LawRegister& message, const FieldDescriptor* list) {
  return v1::LawRegister::GetReflection()->FieldSize(message, list);
}

std::string IdOf(const Message& record) {
  return record.GetReflection()->GetString(record, record.GetDescriptor()->FindFieldByName("id"));
}

// `name[3]` or `name`, up to the next dot.
struct Segment {
  std::string name;
  std::optional<int> index;
};

Segment NextSegment(std::string_view& path) {
  const size_t dot = std::min(path.find('.'), path.size());
  std::string_view text = path.substr(0, dot);
  path.remove_prefix(std::min(dot + 1, path.size()));
  Segment segment;
  const size_t bracket = std::min(text.find('['), text.size());
  segment.name = text.substr(0, bracket);
  if (bracket < text.size()) {
    int index = 0;
    const std::string_view number = text.substr(bracket + 1);
    if (std::from_chars(number.data(), number.data() + number.size(), index).ec == std::errc()) {
      segment.index = index;
    }
  }
  return segment;
}

// Walks down as far as the path is written.
TextFormat::ParseLocation Deepest(const TextFormat::ParseInfoTree* places,
                                  const google::protobuf::Descriptor* type, std::string_view path,
                                  TextFormat::ParseLocation found) {
  while (!path.empty() && places != nullptr && type != nullptr) {
    const Segment segment = NextSegment(path);
    const FieldDescriptor* const field = type->FindFieldByName(segment.name);
    if (field == nullptr || field->is_repeated() != segment.index.has_value()) {
      break;
    }
    const int index = segment.index.value_or(-1);
    const TextFormat::ParseLocation place = places->GetLocation(field, index);
    if (place.line < 0) {
      break;
    }
    found = place;
    type = field->message_type();
    places = type == nullptr ? nullptr : places->GetTreeForNested(field, index);
  }
  return found;
}

std::vector<std::string> FilesOf(const std::string& path) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".txtpb") {
      files.push_back(it->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A single field of a register may stand in one file only.
void CheckSingle(const v1::LawRegister& merged, const v1::LawRegister& more,
                 const std::string& path, const TextFormat::ParseInfoTree& places,
                 Context& context) {
  for (const char* name : {"version", "knowledge_cutoff", "starts_on"}) {
    const auto* field = v1::LawRegister::descriptor()->FindFieldByName(name);
    const auto* reflection = v1::LawRegister::GetReflection();
    if (!reflection->GetString(merged, field).empty() &&
        !reflection->GetString(more, field).empty()) {
      const auto place = places.GetLocation(field, -1);
      context.problems.push_back(
          {{path, place.line + 1, place.column + 1}, name, "stands in another file already"});
    }
  }
}

}  // namespace

bool IsPath(const std::string& word) {
  std::error_code error;
  return word.find('/') != std::string::npos || word.ends_with(".txtpb") || fs::exists(word, error);
}

absl::StatusOr<std::unique_ptr<RegisterFiles::File>> RegisterFiles::ReadFile(
    const std::string& path, Context& context) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in) {
    return Unreadable(path, "cannot be read");
  }
  if (size > kFileBytesMax) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REGISTER",
                 path + ": larger than " + std::to_string(kFileBytesMax) + " bytes");
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto file = std::make_unique<File>();
  file->path = path;
  PlacedErrors errors(path, context);
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.WriteLocationsTo(&file->places);
  parser.SetRecursionLimit(kNestingMax);
  const size_t before = context.problems.size();
  if (!parser.ParseFromString(text, &file->message) && context.problems.size() == before) {
    context.problems.push_back({{path, 0, 0}, "", "is no text of a law register"});
  }
  return file;
}

absl::StatusOr<RegisterFiles> RegisterFiles::Read(const std::string& path, Context& context) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const std::vector<std::string> paths = folder ? FilesOf(path) : std::vector<std::string>{path};
  if (paths.empty()) {
    return Unreadable(path, "holds no *.txtpb file");
  }
  RegisterFiles files;
  for (const std::string& one : paths) {
    auto file = ReadFile(one, context);
    if (!file.ok()) {
      return file.status();
    }
    CheckSingle(files.merged_, (*file)->message, one, (*file)->places, context);
    files.merged_.MergeFrom((*file)->message);
    files.files_.push_back(*std::move(file));
  }
  if (!context.problems.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "INVALID_REGISTER",
                 Count(context.problems.size(), "problem", "problems") + " in the law register");
  }
  return files;
}

bool RegisterFiles::IsWhole() const {
  return !merged_.version().empty() && !merged_.jurisdictions().empty() &&
         !merged_.instruments().empty();
}

v1::LawRegister RegisterFiles::LaidOver(v1::LawRegister base) const {
  const auto* reflection = v1::LawRegister::GetReflection();
  for (const FieldDescriptor* list : Lists()) {
    for (int i = 0; i < SizeOf(merged_, list); ++i) {
      const Message& record = RecordAt(merged_, list, i);
      Message* place = nullptr;
      for (int j = 0; j < SizeOf(base, list) && place == nullptr; ++j) {
        if (IdOf(RecordAt(base, list, j)) == IdOf(record)) {
          place = reflection->MutableRepeatedMessage(&base, list, j);
        }
      }
      (place == nullptr ? reflection->AddMessage(&base, list) : place)->CopyFrom(record);
    }
  }
  v1::LawRegister head = merged_;
  for (const FieldDescriptor* list : Lists()) {
    reflection->ClearField(&head, list);
  }
  if (!head.sources().empty()) {
    base.clear_sources();
  }
  base.MergeFrom(head);
  return base;
}

// An id may hold dots: the longest one that fits. Of records that claim the same id the last one is
// meant where the id itself is wrong.
RegisterFiles::Spot RegisterFiles::FindRecord(std::string_view path) const {
  Spot found;
  for (const auto& file : files_) {
    for (const FieldDescriptor* list : Lists()) {
      for (int i = 0; i < SizeOf(file->message, list); ++i) {
        const std::string id = IdOf(RecordAt(file->message, list, i));
        const bool fits = !id.empty() && path.starts_with(id) &&
                          (path.size() == id.size() || path[id.size()] == '.');
        const bool again = found.named == id.size() && path.substr(id.size()) == ".id";
        if (fits && (id.size() > found.named || again)) {
          found = {file.get(), list, i, id.size()};
        }
      }
    }
  }
  return found;
}

// decisions[3]: a record without a fit id, by its number over all files.
RegisterFiles::Spot RegisterFiles::FindNumbered(std::string_view path) const {
  std::string_view rest = path;
  const Segment segment = NextSegment(rest);
  const FieldDescriptor* const list = v1::LawRegister::descriptor()->FindFieldByName(segment.name);
  if (list == nullptr || !segment.index || !list->is_repeated()) {
    return {};
  }
  int index = *segment.index;
  for (const auto& file : files_) {
    const int size = SizeOf(file->message, list);
    if (index < size) {
      return {file.get(), list, index, path.size() - rest.size()};
    }
    index -= size;
  }
  return {};
}

Place RegisterFiles::Locate(std::string_view path) const {
  constexpr std::string_view kHead = "register.";
  if (path.starts_with(kHead)) {
    path.remove_prefix(kHead.size());
    for (const auto& file : files_) {
      const auto place =
          Deepest(&file->places, v1::LawRegister::descriptor(), path, TextFormat::ParseLocation());
      if (place.line >= 0) {
        return {file->path, place.line + 1, place.column + 1};
      }
    }
    return {};
  }
  Spot spot = FindRecord(path);
  if (spot.file == nullptr) {
    spot = FindNumbered(path);
  }
  if (spot.file == nullptr) {
    return {};
  }
  std::string_view rest = path.substr(std::min(spot.named, path.size()));
  rest.remove_prefix(rest.starts_with('.') ? 1 : 0);
  const auto place =
      Deepest(spot.file->places.GetTreeForNested(spot.list, spot.index), spot.list->message_type(),
              rest, spot.file->places.GetLocation(spot.list, spot.index));
  return {spot.file->path, place.line + 1, place.column + 1};
}

absl::Status RegisterFiles::Explain(const absl::Status& status, Context& context) const {
  const client::ErrorDetails details = client::DetailsOf(status);
  if (details.reason != "INVALID_REGISTER") {
    return status;
  }
  for (const client::FieldViolation& violation : details.violations) {
    std::string field = violation.field;
    const Spot spot = FindRecord(field);
    if (spot.file != nullptr && field.size() > spot.named) {
      field.replace(spot.named, 1, ": ");
    }
    context.problems.push_back({Locate(violation.field), std::move(field), violation.description});
  }
  const auto more = details.metadata.find("not_listed");
  absl::Status counted(
      status.code(),
      Count(context.problems.size(), "problem", "problems") + " in the law register" +
          (more == details.metadata.end() ? ""
                                          : ", and " + more->second + " more that are not shown"));
  status.ForEachPayload([&counted](absl::string_view url, const absl::Cord& payload) {
    counted.SetPayload(url, payload);
  });
  return counted;
}

}  // namespace onward::cli
