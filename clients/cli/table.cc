#include "clients/cli/table.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>

#include "clients/cli/text.h"

namespace onward::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;

// displayName as DISPLAY NAME.
std::string Head(const std::string& column) {
  std::string head;
  for (const char c : column) {
    if (c >= 'A' && c <= 'Z') {
      head.push_back(' ');
    }
    head.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return head;
}

std::vector<size_t> NaturalWidths(const Table& table) {
  std::vector<size_t> widths;
  for (const std::string& column : table.columns) {
    widths.push_back(DisplayWidth(Head(column)));
  }
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(OneLine(row[i])));
    }
  }
  return widths;
}

// Takes from the widest column, one at a time, until all fit.
std::vector<size_t> FittedWidths(const Table& table, size_t width) {
  std::vector<size_t> widths = NaturalWidths(table);
  const size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * kGap;
  size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  while (total > width) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) {
      break;
    }
    --*widest;
    --total;
  }
  return widths;
}

std::string Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                 bool utf8) {
  std::string line;
  for (size_t i = 0; i < widths.size(); ++i) {
    line += Pad(Shorten(OneLine(cells[i]), widths[i], utf8), widths[i] + kGap);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string CsvCell(const std::string& cell) {
  std::string text = cell;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) {
    text.insert(0, 1, '\'');
  }
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    line += (i == 0 ? "" : ",") + CsvCell(cells[i]);
  }
  return line + "\n";
}

std::string MarkdownLine(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    line += " ";
    for (const char c : OneLine(cell)) {
      line += c == '|' || c == '<' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
    line += " |";
  }
  return line + "\n";
}

}  // namespace

std::string TableText(const Table& table, size_t width, bool utf8) {
  const std::vector<size_t> widths = FittedWidths(table, width);
  std::vector<std::string> heads;
  std::transform(table.columns.begin(), table.columns.end(), std::back_inserter(heads), Head);
  std::string text = Line(heads, widths, utf8);
  for (const auto& row : table.rows) {
    text += Line(row, widths, utf8);
  }
  return text;
}

std::string CsvText(const Table& table) {
  std::string text = CsvLine(table.columns);
  for (const auto& row : table.rows) {
    text += CsvLine(row);
  }
  return text;
}

std::string MarkdownText(const Table& table) {
  std::string text = MarkdownLine(table.columns) + "|";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    text += " --- |";
  }
  text += "\n";
  for (const auto& row : table.rows) {
    text += MarkdownLine(row);
  }
  return text;
}

}  // namespace onward::cli
