// A text of headings, sentences and nested points, as plain text or Markdown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "clients/cli/style.h"

namespace onward::cli {

class Report {
 public:
  // Plain text within `width` columns; 0: Markdown.
  Report(const Style& style, size_t width) : style_(style), width_(width) {}

  void Title(std::string_view text);
  void Heading(std::string_view text);
  void Line(std::string_view text);
  // An empty line, before points or a further paragraph.
  void Space() { text_ += "\n"; }
  // A point at nesting `level` from 0.
  void Point(size_t level, std::string_view text);

  const std::string& text() const { return text_; }

 private:
  bool markdown() const { return width_ == 0; }
  void Indented(size_t indent, std::string_view text);

  Style style_;
  size_t width_;
  std::string text_;
};

}  // namespace onward::cli
