#include "services/exchange/changes_reader.h"

#include <charconv>
#include <memory>
#include <utility>

#include "services/exchange/record_reader.h"
#include "services/exchange/short_names.h"

namespace onward::exchange {
namespace {

using onward::v1::LawChange;

constexpr char kDelete[] = "Delete";
constexpr char kAnnul[] = "Annul";
constexpr char kDropAdequacy[] = "DropAdequacy";
constexpr char kGrantAdequacy[] = "GrantAdequacy";
constexpr std::string_view kMutations = "what_if.mutations[";
constexpr std::string_view kLawChanges = "what_if.law_changes[";

// A field as errors name it, taken apart.
struct Field {
  bool of_law = false;
  size_t index = 0;
  // Below the record, or the change of the law.
  std::string_view path;
};

// Drops parts of a path from its front, up to `count` and the dots behind them.
std::string_view Without(std::string_view path, int count) {
  for (int i = 0; i < count && !path.empty(); ++i) {
    const size_t dot = path.find('.');
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return path;
}

std::optional<Field> FieldOf(std::string_view text) {
  Field field;
  field.of_law = text.starts_with(kLawChanges);
  if (!field.of_law && !text.starts_with(kMutations)) {
    return std::nullopt;
  }
  text.remove_prefix(field.of_law ? kLawChanges.size() : kMutations.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), field.index);
  if (error != std::errc()) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  // ] and the kind of law change; or ], upsert or delete, and the kind of record.
  const bool of_record = text.starts_with("].upsert");
  field.path = Without(text, of_record ? 3 : 2);
  return field;
}

// party of party/acme; nullopt: no such kind.
std::optional<onward::v1::RecordKind> KindOf(std::string_view word) {
  for (int kind = 1; kind < onward::v1::RecordKind_ARRAYSIZE; ++kind) {
    std::string name = ShortName(*onward::v1::RecordKind_descriptor(), kind);
    for (char& c : name) {
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (name == word) {
      return static_cast<onward::v1::RecordKind>(kind);
    }
  }
  return std::nullopt;
}

class Assembler {
 public:
  explicit Assembler(ChangesResult& result) : result_(result) {}

  void Read(const ManifestText& text) {
    tree_ = std::make_shared<YamlTree>(ParseYaml(text.text));
    file_ = text.file;
    for (const YamlError& error : tree_->errors) {
      result_.problems.Add({{text.file, error.line, error.column}, "", error.message});
    }
    for (const uint32_t root : tree_->documents) {
      if (!tree_->complete || result_.problems.full()) {
        return;
      }
      ReadDocument(root);
    }
  }

 private:
  void ReadDocument(uint32_t root) {
    const std::string kind = KindWordOf(*tree_, root);
    if (kind == kDelete) {
      ReadDelete(root);
    } else if (kind == kAnnul || kind == kDropAdequacy || kind == kGrantAdequacy) {
      ReadLawChange(kind, root);
    } else {
      static const std::vector<std::string> kOthers = {kDelete, kAnnul, kDropAdequacy,
                                                       kGrantAdequacy};
      auto record = ReadRecord(*tree_, root, file_, budget_, result_.problems, kOthers);
      if (record.has_value()) {
        *result_.changes.what_if.add_mutations()->mutable_upsert() = *record;
        result_.changes.mutations.entries.push_back({*std::move(record), file_, tree_, root});
      }
    }
  }

  void ReadDelete(uint32_t root) {
    onward::v1::RecordRef ref;
    if (!ReadFields(*tree_, root, file_, budget_, ref, result_.problems)) {
      return;
    }
    const size_t slash = ref.id().find('/');
    const auto kind = KindOf(std::string_view(ref.id()).substr(0, slash));
    if (slash == std::string::npos || !kind.has_value()) {
      Fail(root, "id", "names no record as kind/id, as in flow/acme-to-vendor");
      return;
    }
    onward::v1::RecordRef& deleted = *result_.changes.what_if.add_mutations()->mutable_delete_();
    deleted.set_kind(*kind);
    deleted.set_id(ref.id().substr(slash + 1));
    result_.changes.mutations.entries.push_back({{}, file_, tree_, root});
  }

  void ReadLawChange(const std::string& kind, uint32_t root) {
    LawChange change;
    if (!ReadFields(*tree_, root, file_, budget_, BodyOf(kind, change), result_.problems)) {
      return;
    }
    *result_.changes.what_if.add_law_changes() = std::move(change);
    result_.changes.law_changes.entries.push_back({{}, file_, tree_, root});
  }

  static google::protobuf::Message& BodyOf(const std::string& kind, LawChange& change) {
    if (kind == kAnnul) {
      return *change.mutable_annul();
    }
    if (kind == kDropAdequacy) {
      return *change.mutable_drop_adequacy();
    }
    return *change.mutable_grant_adequacy();
  }

  void Fail(uint32_t root, const std::string& field, const std::string& message) {
    const YamlNode& node = tree_->nodes[FindNode(*tree_, root, field)];
    result_.problems.Add({{file_, node.line, node.column}, field, message});
  }

  ChangesResult& result_;
  ConversionBudget budget_;
  std::shared_ptr<const YamlTree> tree_;
  std::string file_;
};

}  // namespace

std::optional<Place> Changes::Locate(std::string_view field) const {
  const std::optional<Field> found = FieldOf(field);
  if (!found.has_value()) {
    return std::nullopt;
  }
  const Manifest& manifest = found->of_law ? law_changes : mutations;
  return found->index < manifest.entries.size()
             ? std::optional(manifest.Locate(found->index, found->path))
             : std::nullopt;
}

std::string ChangesPath(std::string_view field) {
  const std::optional<Field> found = FieldOf(field);
  return ToJsonPath(found.has_value() && !found->path.empty() ? found->path : field);
}

ChangesResult ReadChanges(const std::vector<std::string>& paths, std::istream& input,
                          const ManifestLimits& limits) {
  ChangesResult result;
  const std::vector<ManifestText> texts =
      LoadManifestTexts(paths, input, limits, result.problems, result.skipped);
  Assembler assembler(result);
  for (const ManifestText& text : texts) {
    assembler.Read(text);
  }
  return result;
}

ChangesResult ReadChangesText(const std::string& text, const std::string& file) {
  ChangesResult result;
  Assembler(result).Read({file, text});
  return result;
}

}  // namespace onward::exchange
