// What there is to say about each option: the one table behind flags, environment, file and help.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "services/options.h"

namespace onward::services {

using TextField = std::string Options::*;
using NumberField = uint64_t Options::*;
using FlagField = bool Options::*;

// One tunable: everything that there is to say about it.
struct Spec {
  const char* name;
  const char* group;
  const char* help;
  std::variant<TextField, NumberField, FlagField> field;
  // Numbers: the range.
  uint64_t min = 0;
  uint64_t max = 0;
  // Texts: the words allowed; empty: any text.
  std::vector<std::string> words = {};
  // Texts: what the value is called.
  const char* type = "WORD";
};

// All of them, in the order of the help.
const std::vector<Spec>& Specs();
// Null: no such option.
const Spec* FindSpec(const std::string& name);

std::string ValueOf(const Options& options, const Spec& spec);
// What may be given, in words.
std::string Allowed(const Spec& spec);
// The same, shorter, with the default: (1 to 1000; default 4).
std::string Hint(const Spec& spec, const std::string& fallback);
// Sets one option from text. `origin` says where the text stands. INVALID_ARGUMENT names all three.
absl::Status Set(const Spec& spec, const std::string& value, const std::string& origin,
                 Options& options);

}  // namespace onward::services
