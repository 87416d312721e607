#include "clients/cli/options.h"

#include <CLI/CLI.hpp>

#include "services/exchange/record_reader.h"

namespace onward::cli {
namespace {

const CLI::Validator& IsDate() {
  static const CLI::Validator kValidator(
      [](std::string& text) {
        return exchange::IsCalendarDate(text) ? std::string()
                                              : "no such date: " + text + " (YYYY-MM-DD)";
      },
      "", "date");
  return kValidator;
}

}  // namespace

Added Added::Required() {
  option_->required();
  return *this;
}

Added Added::Excludes(Added other) {
  option_->excludes(other.option_);
  return *this;
}

Added AddText(CLI::App& app, const std::string& name, std::string& value, const std::string& type,
              const std::string& help) {
  return Added(app.add_option(name, value, help)->type_name(type));
}

Added AddWord(CLI::App& app, const std::string& name, std::string& value,
              const std::vector<std::string>& words, const std::string& type,
              const std::string& help) {
  return Added(app.add_option(name, value, help)
                   ->type_name(type)
                   ->check(CLI::IsMember(words).description("")));
}

Added AddListFlag(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                  const std::string& type, const std::string& help) {
  return Added(app.add_option(name, values, help)->type_name(type)->allow_extra_args(false));
}

Added AddDateFlag(CLI::App& app, const std::string& name, std::string& date,
                  const std::string& help) {
  return Added(app.add_option(name, date, help)->type_name("DATE")->check(IsDate()));
}

Added AddNumber(CLI::App& app, const std::string& name, uint32_t& value, uint32_t min, uint32_t max,
                const std::string& type, const std::string& help) {
  return Added(app.add_option(name, value, help)
                   ->type_name(type)
                   ->check(CLI::Range(min, max).description("")));
}

Added AddNumber(CLI::App& app, const std::string& name, uint64_t& value, const std::string& type,
                const std::string& help) {
  return Added(app.add_option(name, value, help)->type_name(type));
}

Added AddSeconds(CLI::App& app, const std::string& name, double& seconds, const std::string& help) {
  return Added(app.add_option(name, seconds, help)
                   ->type_name("SECONDS")
                   ->check(CLI::Range(0.001, 86'400.0).description("")));
}

Added AddSwitch(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  return Added(app.add_flag(name, value, help));
}

Added AddArgument(CLI::App& app, const std::string& name, std::string& value,
                  const std::string& help) {
  return Added(app.add_option(name, value, help));
}

Added AddChoice(CLI::App& app, const std::string& name, std::string& value,
                const std::vector<std::string>& words, const std::string& help) {
  return Added(app.add_option(name, value, help)->check(CLI::IsMember(words).description("")));
}

Added AddArguments(CLI::App& app, const std::string& name, std::vector<std::string>& values) {
  return Added(app.add_option(name, values));
}

Added FindOption(CLI::App& app, const std::string& name) { return Added(app.get_option(name)); }

bool IsGiven(const CLI::App& app, const std::string& name) { return app.count(name) > 0; }

}  // namespace onward::cli
