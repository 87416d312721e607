#include "clients/cli/text.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "services/exchange/utf8.h"

namespace onward::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Marks that stand on the character before them.
constexpr std::array<Range, 9> kZeroWidth = {{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x064B, 0x065F},
                                              {0x1AB0, 0x1AFF},
                                              {0x1DC0, 0x1DFF},
                                              {0x200B, 0x200D},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE0F}}};
// East Asian wide and full-width forms, emoji.
constexpr std::array<Range, 10> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0xFFE0, 0xFFE6},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};

template <size_t N>
bool Contains(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

size_t WidthOf(char32_t c) {
  if (Contains(kZeroWidth, c)) {
    return 0;
  }
  return Contains(kWide, c) ? 2 : 1;
}

bool IsUnprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x2028 ||
         c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

// Bytes of `text` that fit into `width` columns.
size_t Fit(std::string_view text, size_t width) {
  size_t used = 0;
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end;
    used += WidthOf(exchange::NextCodePoint(text, next).value_or(0xFFFD));
    if (used > width) {
      break;
    }
    end = next;
  }
  return end;
}

// Puts a word longer than a line onto lines of its own; the rest of it stays on the last one.
void AddLongWord(std::string_view word, size_t width, std::vector<std::string>& lines) {
  while (DisplayWidth(word) > width) {
    const size_t end = std::max<size_t>(1, Fit(word, width));
    lines.emplace_back(word.substr(0, end));
    word.remove_prefix(end);
  }
  lines.emplace_back(word);
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t offset = 0; offset < text.size();) {
    width += WidthOf(exchange::NextCodePoint(text, offset).value_or(0xFFFD));
  }
  return width;
}

std::string OneLine(std::string_view text) {
  std::string line;
  for (size_t offset = 0; offset < text.size();) {
    const char32_t c = exchange::NextCodePoint(text, offset).value_or(0xFFFD);
    exchange::AppendUtf8(IsUnprintable(c) ? U' ' : c, line);
  }
  return line;
}

std::string Shorten(std::string_view text, size_t width, bool utf8) {
  if (DisplayWidth(text) <= width) {
    return std::string(text);
  }
  const std::string_view mark = utf8 ? "…" : "...";
  const size_t mark_width = utf8 ? 1 : 3;
  if (width <= mark_width) {
    return std::string(text.substr(0, Fit(text, width)));
  }
  std::string_view kept = text.substr(0, Fit(text, width - mark_width));
  while (kept.ends_with(' ')) {
    kept.remove_suffix(1);
  }
  return std::string(kept) + std::string(mark);
}

std::string Pad(std::string_view text, size_t width) {
  const size_t used = DisplayWidth(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  bool open = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) {
      continue;
    }
    if (open && DisplayWidth(lines.back()) + 1 + DisplayWidth(word) <= width) {
      lines.back() += " " + std::string(word);
    } else {
      AddLongWord(word, width, lines);
      open = true;
    }
  }
  return lines;
}

std::string JoinShort(const std::vector<std::string>& words, size_t width, bool utf8) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string next = (i == 0 ? "" : ", ") + words[i];
    const size_t left = words.size() - i - 1;
    const std::string rest = left == 0 ? "" : " +" + std::to_string(left);
    if (i > 0 && DisplayWidth(text) + DisplayWidth(next) + rest.size() > width) {
      return text + " +" + std::to_string(left + 1);
    }
    text += i == 0 ? Shorten(next, width > rest.size() ? width - rest.size() : 1, utf8) : next;
  }
  return text;
}

std::string Count(size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string BytesText(uint64_t bytes) {
  constexpr uint64_t kStep = 1'000;
  const char* const units[] = {"B", "KB", "MB", "GB", "TB"};
  size_t unit = 0;
  uint64_t whole = bytes;
  uint64_t tenths = 0;
  for (; whole >= kStep && unit + 1 < std::size(units); ++unit) {
    tenths = whole % kStep / (kStep / 10);
    whole /= kStep;
  }
  const std::string tail = unit == 0 || whole >= 100 ? "" : "." + std::to_string(tenths);
  return std::to_string(whole) + tail + " " + units[unit];
}

}  // namespace onward::cli
