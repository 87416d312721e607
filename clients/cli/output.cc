#include "clients/cli/output.h"

#include <algorithm>

#include "services/exchange/yaml_text.h"

namespace onward::cli {
namespace {

std::string JsonLines(const Answer& answer) {
  if (answer.lines.empty() && !answer.document.is_array()) {
    return exchange::JsonText(answer.document, -1) + "\n";
  }
  std::string text;
  for (const exchange::Json& line : answer.lines) {
    text += exchange::JsonText(line, -1) + "\n";
  }
  return text;
}

std::string Text(const Answer& answer, Format format, const Environment& environment) {
  switch (format) {
    case Format::kTable:
      return answer.text.empty() ? TableText(answer.table, static_cast<size_t>(environment.columns),
                                             environment.utf8)
                                 : answer.text;
    case Format::kJson:
      return exchange::JsonText(answer.document) + "\n";
    case Format::kJsonl:
      return JsonLines(answer);
    case Format::kYaml:
      return answer.yaml.empty() ? exchange::YamlText(answer.document) : answer.yaml;
    case Format::kCsv:
      return CsvText(answer.table);
    case Format::kMarkdown:
      return answer.markdown.empty() ? MarkdownText(answer.table) : answer.markdown;
  }
  return "";
}

}  // namespace

const std::vector<std::string>& FormatNames() {
  static const std::vector<std::string> kNames = {"table", "json", "jsonl",
                                                  "yaml",  "csv",  "markdown"};
  return kNames;
}

Format ParseFormat(std::string_view name) {
  const auto& names = FormatNames();
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? Format::kTable : static_cast<Format>(found - names.begin());
}

void Print(const Answer& answer, Format format, const Environment& environment) {
  environment.out << Text(answer, format, environment);
}

}  // namespace onward::cli
