#include "services/exchange/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "services/exchange/utf8.h"
#include "services/exchange/yaml_check.h"

namespace onward::exchange {
namespace {

// Ends the parse from within a handler; never leaves this file.
struct Stop {
  YamlError error;
};

// Turns the parser's byte columns into columns of characters.
class Columns {
 public:
  explicit Columns(std::string_view text) : text_(text) {
    starts_.push_back(0);
    for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) {
      starts_.push_back(i + 1);
    }
  }

  YamlError At(const YAML::Mark& mark, std::string message) const {
    if (mark.is_null()) {
      return {0, 0, std::move(message)};
    }
    return {mark.line + 1, Column(mark), std::move(message)};
  }

  int Column(const YAML::Mark& mark) const {
    constexpr int kFar = 4096;  // Beyond, bytes are near enough and much cheaper.
    const auto line = static_cast<size_t>(mark.line);
    if (mark.column > kFar || line >= starts_.size()) {
      return mark.column + 1;
    }
    const std::string_view before =
        text_.substr(starts_[line], static_cast<size_t>(std::max(0, mark.column)));
    const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
    return static_cast<int>(std::count_if(before.begin(), before.end(), is_start)) + 1;
  }

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

// Builds the tree from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  Builder(YamlTree& tree, const Columns& columns, const YamlLimits& limits)
      : tree_(tree), columns_(columns), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // At a stray `,` or `]` the parser would start empty documents for ever.
    if (mark.pos <= document_start_) {
      throw Stop{columns_.At(mark, "malformed YAML: unexpected character")};
    }
    document_start_ = mark.pos;
    anchors_.clear();
    open_.clear();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Remember(anchor, Add(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Stop{columns_.At(mark, "an alias may not stand inside what it refers to")};
    }
    CountNode(mark);
    Attach(found->second);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& value) override {
    if (FindInvalidUtf8(value).has_value()) {
      throw Stop{columns_.At(mark, "not UTF-8")};
    }
    const uint32_t node = Add(YamlNode::Kind::kScalar, mark);
    tree_.nodes[node].text = value;
    Remember(anchor, node);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kSequence, mark, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(YamlNode::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override {
    CheckKeys(tree_.nodes[open_.back().first]);
    Close();
  }

 private:
  void CountNode(const YAML::Mark& mark) {
    if (++count_ > limits_.nodes_max) {
      throw Stop{columns_.At(
          mark, "more than " + std::to_string(limits_.nodes_max) + " values; split the file")};
    }
  }

  uint32_t Add(YamlNode::Kind kind, const YAML::Mark& mark) {
    CountNode(mark);
    const auto index = static_cast<uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back({kind, mark.line + 1, columns_.Column(mark), {}, {}});
    Attach(index);
    return index;
  }

  void Attach(uint32_t node) {
    if (!open_.empty()) {
      tree_.nodes[open_.back().first].children.push_back(node);
    } else if (tree_.nodes[node].kind != YamlNode::Kind::kNull) {
      tree_.documents.push_back(node);
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= limits_.depth_max) {
      throw Stop{
          columns_.At(mark, "nested deeper than " + std::to_string(limits_.depth_max) + " levels")};
    }
    open_.emplace_back(Add(kind, mark), anchor);
  }

  void Close() {
    Remember(open_.back().second, open_.back().first);
    open_.pop_back();
  }

  void Remember(YAML::anchor_t anchor, uint32_t node) {
    if (anchor != YAML::NullAnchor) {
      anchors_[anchor] = node;
    }
  }

  void CheckKeys(const YamlNode& map) {
    std::unordered_set<std::string_view> seen;
    for (size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const YamlNode& key = tree_.nodes[map.children[i]];
      if (key.kind != YamlNode::Kind::kScalar) {
        tree_.errors.push_back({key.line, key.column, "a key must be plain text"});
      } else if (!seen.insert(key.text).second) {
        tree_.errors.push_back({key.line, key.column, "duplicate key " + key.text.substr(0, 100)});
      }
    }
  }

  YamlTree& tree_;
  const Columns& columns_;
  const YamlLimits& limits_;
  size_t count_ = 0;
  int document_start_ = -1;
  // Open sequences and maps, outermost first, with their anchors.
  std::vector<std::pair<uint32_t, YAML::anchor_t>> open_;
  std::map<YAML::anchor_t, uint32_t> anchors_;
};

}  // namespace

YamlTree ParseYaml(const std::string& text, const YamlLimits& limits) {
  YamlTree tree;
  if (std::optional<YamlError> error = CheckYamlBytes(text, limits); error.has_value()) {
    tree.errors.push_back(*std::move(error));
    return tree;
  }
  const Columns columns(text);
  Builder builder(tree, columns, limits);
  try {
    // The parser takes an open quote at the end of a text for closed, but not before a document mark.
    std::istringstream in(text + (text.ends_with('\n') ? "---\n" : "\n---\n"));
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    tree.complete = true;
  } catch (const Stop& stop) {
    tree.errors.push_back(stop.error);
  } catch (const YAML::Exception& error) {
    const bool quote = error.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    tree.errors.push_back(
        columns.At(error.mark, "malformed YAML: " + (quote ? "a quote is not closed" : error.msg)));
  } catch (const std::exception& error) {
    tree.errors.push_back({0, 0, std::string("malformed YAML: ") + error.what()});
  }
  return tree;
}

}  // namespace onward::exchange
