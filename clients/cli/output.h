// The one -o option: an answer in every format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clients/cli/environment.h"
#include "clients/cli/table.h"
#include "services/exchange/message_json.h"

namespace onward::cli {

enum class Format { kTable, kJson, kJsonl, kYaml, kCsv, kMarkdown };

// In the order in which help shows them.
const std::vector<std::string>& FormatNames();
Format ParseFormat(std::string_view name);

// An answer. What is empty is made from the rest: text from the table, lines from the document.
struct Answer {
  // For json and yaml.
  exchange::Json document;
  // For jsonl, one each.
  std::vector<exchange::Json> lines;
  // For csv and markdown, and for table where `text` is empty.
  Table table;
  // For table.
  std::string text;
  // For markdown and yaml, where a text of their own is better than one made from the above.
  std::string markdown;
  std::string yaml;
};

void Print(const Answer& answer, Format format, const Environment& environment);

}  // namespace onward::cli
