// Rows and columns, for people and for spreadsheets.
#pragma once

#include <string>
#include <vector>

namespace onward::cli {

// Each row has a cell per column.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

// Aligned columns under upper-case heads, within `width` columns where the wide ones can be cut.
std::string TableText(const Table& table, size_t width, bool utf8);

// RFC 4180, a line break after every row. A cell that a spreadsheet would take for a formula (= + - @,
// tab) gets a leading apostrophe.
std::string CsvText(const Table& table);

// A GitHub-flavoured table; cells stay on one line.
std::string MarkdownText(const Table& table);

}  // namespace onward::cli
