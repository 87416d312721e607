#include "services/exchange/nearest.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace onward::exchange {
namespace {

constexpr size_t kMaxWord = 64;

std::string Fold(std::string_view word) {
  std::string folded;
  for (const char c : word) {
    if (c != '-' && c != '_') {
      folded.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
  }
  return folded;
}

// Edit distance; two neighbours swapped count as one edit.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    above[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::vector<std::string> Nearest(std::string_view word, const std::vector<std::string>& known,
                                 size_t max) {
  const std::string folded = Fold(word);
  if (folded.empty() || word.size() > kMaxWord) {
    return {};
  }
  std::vector<std::pair<size_t, const std::string*>> near;
  for (const std::string& candidate : known) {
    const std::string other = Fold(candidate.substr(0, kMaxWord));
    const size_t distance = Distance(folded, other);
    const bool starts = folded.size() >= 3 && other.starts_with(folded);
    if (distance <= std::max<size_t>(1, std::min(folded.size(), other.size()) / 3) || starts) {
      near.emplace_back(distance, &candidate);
    }
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> words;
  for (size_t i = 0; i < near.size() && i < max; ++i) {
    words.push_back(*near[i].second);
  }
  return words;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string> near = Nearest(word, known);
  if (near.empty()) {
    return "";
  }
  std::string text = "; did you mean " + near[0];
  for (size_t i = 1; i < near.size(); ++i) {
    text += (i + 1 == near.size() ? " or " : ", ") + near[i];
  }
  return text + "?";
}

}  // namespace onward::exchange
