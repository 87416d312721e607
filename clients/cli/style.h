// Colours and symbols; never colour alone.
#pragma once

#include <string>
#include <string_view>

#include "clients/cli/environment.h"
#include "clients/cli/flags.h"
#include "onward/v1/verdict.pb.h"

namespace onward::cli {

struct Style {
  bool colour = false;
  bool utf8 = true;

  std::string Bold(std::string_view text) const;
  std::string Dim(std::string_view text) const;
  // In the colour of the verdict.
  std::string Of(v1::Verdict verdict, std::string_view text) const;
  // ✗ ? ! ✓ and a dot, or one ASCII character.
  std::string Symbol(v1::Verdict verdict) const;
  std::string Arrow() const { return utf8 ? " → " : " -> "; }
  std::string Dot() const { return utf8 ? " · " : " - "; }
};

// Colour on a terminal only, unless NO_COLOR or --no-color says otherwise.
Style MakeStyle(const Environment& environment, const OutputFlags& flags);

// lacking, undetermined, conditional, covered, not a transfer; "none" for unspecified.
std::string VerdictWord(v1::Verdict verdict);

// The larger the worse.
int Severity(v1::Verdict verdict);

// What a reason means, as a sentence part for people.
std::string ReasonWords(v1::VerdictReason reason);

}  // namespace onward::cli
