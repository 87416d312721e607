#include "graph/query/finding_catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <tuple>

namespace onward::query {
namespace {

TEST(FindingCatalogueTest, NumbersAreThePlacesInTheTable) {
  size_t place = 0;
  for (const FindingKind& kind : FindingCatalogue()) {
    EXPECT_EQ(static_cast<size_t>(kind.number), place++) << kind.code;
    EXPECT_EQ(&KindOf(kind.number), &kind);
    EXPECT_EQ(FindFindingKind(kind.code), &kind);
  }
  EXPECT_EQ(place, static_cast<size_t>(FindingCode::kParentInThirdCountry) + 1);
  EXPECT_EQ(FindFindingKind("NO_SUCH_CODE"), nullptr);
}

TEST(FindingCatalogueTest, OrderedBySeverityThenCode) {
  const auto kinds = FindingCatalogue();
  EXPECT_TRUE(std::is_sorted(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) {
    return std::tie(a.severity, a.code) < std::tie(b.severity, b.code);
  }));
}

TEST(FindingCatalogueTest, EveryEntryIsComplete) {
  std::set<std::string_view> codes;
  for (const FindingKind& kind : FindingCatalogue()) {
    EXPECT_TRUE(codes.insert(kind.code).second) << kind.code;
    EXPECT_EQ(kind.code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
              std::string_view::npos);
    for (const std::string_view text : {kind.title, kind.source, kind.meaning, kind.remedy}) {
      EXPECT_FALSE(text.empty()) << kind.code;
    }
    EXPECT_EQ(kind.meaning.back(), '.') << kind.code;
    EXPECT_EQ(kind.remedy.back(), '.') << kind.code;
  }
}

TEST(FindingCatalogueTest, TheCheckedInPageIsTheGeneratedOne) {
  std::ifstream file(ONWARD_FINDINGS_PAGE);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), FindingCataloguePage())
      << "write it anew: onward findings catalogue > graph/query/FINDINGS.md";
}

}  // namespace
}  // namespace onward::query
