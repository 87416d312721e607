#include "clients/cli/report.h"

#include "clients/cli/text.h"

namespace onward::cli {
namespace {

// Characters that Markdown would take for markup, in text that others wrote.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_<>[]|#").find(c) != std::string_view::npos) {
      escaped.push_back('\\');
    }
    escaped.push_back(c);
  }
  return escaped;
}

}  // namespace

void Report::Title(std::string_view text) {
  const std::string line = OneLine(text);
  text_ += markdown() ? "# " + Escaped(line) + "\n" : style_.Bold(line) + "\n";
}

void Report::Heading(std::string_view text) {
  const std::string line = OneLine(text);
  text_ += markdown() ? "\n## " + Escaped(line) + "\n\n" : "\n" + style_.Bold(line) + "\n";
}

void Report::Line(std::string_view text) {
  if (markdown()) {
    text_ += "\n" + Escaped(OneLine(text)) + "\n";
  } else {
    Indented(0, text);
  }
}

void Report::Point(size_t level, std::string_view text) {
  if (markdown()) {
    text_ += std::string(2 * level, ' ') + "- " + Escaped(OneLine(text)) + "\n";
  } else {
    Indented(2 + 2 * level, text);
  }
}

// Lines after the first hang a little further in.
void Report::Indented(size_t indent, std::string_view text) {
  const size_t hang = indent == 0 ? 0 : indent + 2;
  std::string left = std::string(indent, ' ');
  for (const std::string& line : Wrap(OneLine(text), width_ > hang + 20 ? width_ - hang : 20)) {
    text_ += left + line + "\n";
    left = std::string(hang, ' ');
  }
}

}  // namespace onward::cli
