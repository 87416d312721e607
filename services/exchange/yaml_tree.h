// YAML text as a small tree with the place of every node. Safe on any bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onward::exchange {

// A node. Aliases are not nodes: their parent lists the anchored node again, so that the tree is a
// graph without cycles whose walk can be much longer than the text.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  // From 1; columns in characters.
  int line = 0;
  int column = 0;
  // Of a scalar, as text: no type is guessed.
  std::string text;
  // Indices into YamlTree::nodes. Of a map: key, value, key, value ...; its keys are scalars, each once.
  std::vector<uint32_t> children;
};

// Something wrong in a YAML text; line 0: the text as a whole.
struct YamlError {
  int line = 0;
  int column = 0;
  std::string message;
};

struct YamlTree {
  std::vector<YamlNode> nodes;
  // Root of each document, empty documents left out.
  std::vector<uint32_t> documents;
  // Empty: the text is fine. Duplicate keys give one error each; what ends the parse is the last.
  std::vector<YamlError> errors;
  // Whether the parse reached the end of the text; if not, the last document is cut off.
  bool complete = false;
};

struct YamlLimits {
  size_t bytes_max = size_t{16} << 20;
  size_t line_bytes_max = size_t{1} << 20;
  size_t nodes_max = 1'000'000;
  int depth_max = 64;
};

// Parses a text of one or more documents. Never throws.
YamlTree ParseYaml(const std::string& text, const YamlLimits& limits = {});

}  // namespace onward::exchange
