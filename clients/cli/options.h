// Options of a command: a thin front of the parser, whose header is dear to compile. Commands know this file only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace onward::cli {

// An option or argument that was added. The variables that it fills must live until the command line is parsed.
class Added {
 public:
  explicit Added(CLI::Option* option) : option_(option) {}

  Added Required();
  // Not together with `other`.
  Added Excludes(Added other);

 private:
  CLI::Option* option_;
};

// Names as in "-o,--output"; `type` is what help shows for the value.
Added AddText(CLI::App& app, const std::string& name, std::string& value, const std::string& type,
              const std::string& help);
// One of `words`.
Added AddWord(CLI::App& app, const std::string& name, std::string& value,
              const std::vector<std::string>& words, const std::string& type,
              const std::string& help);
// A repeatable option, one value each time.
Added AddListFlag(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                  const std::string& type, const std::string& help);
// A date as YYYY-MM-DD.
Added AddDateFlag(CLI::App& app, const std::string& name, std::string& date,
                  const std::string& help);
// A whole number from `min` to `max`.
Added AddNumber(CLI::App& app, const std::string& name, uint32_t& value, uint32_t min, uint32_t max,
                const std::string& type, const std::string& help);
Added AddNumber(CLI::App& app, const std::string& name, uint64_t& value, const std::string& type,
                const std::string& help);
// More than nothing, at most a day.
Added AddSeconds(CLI::App& app, const std::string& name, double& seconds, const std::string& help);
Added AddSwitch(CLI::App& app, const std::string& name, bool& value, const std::string& help);

// Arguments: words without a name, in order.
Added AddArgument(CLI::App& app, const std::string& name, std::string& value,
                  const std::string& help = "");
// One of `words`.
Added AddChoice(CLI::App& app, const std::string& name, std::string& value,
                const std::vector<std::string>& words, const std::string& help = "");
Added AddArguments(CLI::App& app, const std::string& name, std::vector<std::string>& values);
// An option that was added before, by one of its names.
Added FindOption(CLI::App& app, const std::string& name);
// Whether it stands on the command line. Once that is parsed.
bool IsGiven(const CLI::App& app, const std::string& name);

}  // namespace onward::cli
