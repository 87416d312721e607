#include "services/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "graph/base/status_macros.h"
#include "services/access/policy.h"
#include "services/listen_address.h"
#include "services/metrics/catalogue.h"
#include "services/option_specs.h"

namespace onward::services {
namespace {

constexpr size_t kConfigBytesMax = size_t{1} << 20;
constexpr int kUsageError = 2;
constexpr int kInvalidInput = 3;

constexpr const char* kExamples =
    R"(Every option can also be set in the environment (ONWARD_ and its name, as in
ONWARD_DRAIN_SECONDS=30) or in a file given with --config (drain-seconds = 30).
A flag wins over the environment, the environment over the file.

Examples:
  onwardd --data /var/lib/onward
  onwardd --data /var/lib/onward --listen unix:/run/onward/onward.sock --log-format json
  onwardd --store memory --listen 127.0.0.1:0
  onwardd --config /etc/onward/onwardd.toml --print-config
  onwardd --check-access-policy /etc/onward/access.yaml
  onwardd --data /var/lib/onward --listen 0.0.0.0:7430 --tls-cert tls.crt --tls-key tls.key \
    --tls-client-ca clients.crt --access-policy /etc/onward/access.yaml)";

// ONWARD_DRAIN_SECONDS for drain-seconds.
std::string EnvironmentName(const std::string& name) {
  return absl::StrCat("ONWARD_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

// Where a value stands, for messages, and the value.
struct Given {
  std::string origin;
  std::string value;
};
using Layer = std::map<std::string, Given>;

absl::StatusOr<std::string> ReadConfig(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::InvalidArgumentError(absl::StrCat("--config: cannot read ", path));
  }
  std::string text(kConfigBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kConfigBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("--config: ", path, " has more than ", kConfigBytesMax, " bytes"));
  }
  return text;
}

absl::Status AddItem(const std::string& path, const CLI::ConfigItem& item, Layer& layer) {
  if (item.name == "++" || item.name == "--") {
    return absl::OkStatus();  // begin and end of a section
  }
  const std::string name = absl::StrReplaceAll(item.name, {{"_", "-"}});
  const std::string origin = absl::StrCat(path, ": ", item.name);
  if (!item.parents.empty() || FindSpec(name) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": there is no option ", item.fullname()));
  }
  if (item.inputs.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(origin, " needs one value"));
  }
  if (!layer.emplace(name, Given{origin, item.inputs[0]}).second) {
    return absl::InvalidArgumentError(absl::StrCat(origin, " is there twice"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Layer> FromFile(const std::string& path) {
  Layer layer;
  ONWARD_ASSIGN_OR_RETURN(const std::string text, ReadConfig(path));
  std::istringstream in(text);
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(in)) {
      ONWARD_RETURN_IF_ERROR(AddItem(path, item, layer));
    }
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
  return layer;
}

Layer FromEnvironment(const Environment& environment) {
  Layer layer;
  for (const Spec& spec : Specs()) {
    const std::string variable = EnvironmentName(spec.name);
    if (std::optional<std::string> value = environment(variable)) {
      layer.emplace(spec.name, Given{variable, *std::move(value)});
    }
  }
  return layer;
}

// The command line as CLI11 sees it; values are checked later, with those of the other layers.
class Flags {
 public:
  Flags()
      : app_("The Onward server: who receives personal data, where, and on what legal footing",
             "onwardd"),
        values_(Specs().size()) {
    app_.set_version_flag("--version", ONWARD_VERSION);
    app_.add_option("--config", config_, "File with options (TOML or INI)")->type_name("FILE");
    app_.add_option("--check-access-policy", check_policy_, "Check an access policy, and end")
        ->type_name("FILE");
    app_.add_flag("--print-config", print_config_, "Print all options as they would be used");
    app_.add_flag("--list-metrics", list_metrics_, "Print what --metrics-listen serves, and end");
    const Options defaults;
    for (size_t i = 0; i < Specs().size(); ++i) {
      Add(Specs()[i], ValueOf(defaults, Specs()[i]), values_[i]);
    }
    app_.footer(kExamples);
  }

  // Throws CLI::ParseError.
  void Parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());
    app_.parse(std::move(arguments));
  }

  Layer Given() const {
    Layer layer;
    for (size_t i = 0; i < Specs().size(); ++i) {
      const std::string flag = absl::StrCat("--", Specs()[i].name);
      if (app_.count(flag) > 0) {
        layer.emplace(Specs()[i].name, services::Given{flag, values_[i]});
      }
    }
    return layer;
  }

  const CLI::App& app() const { return app_; }
  const std::string& config() const { return config_; }
  const std::string& check_policy() const { return check_policy_; }
  bool list_metrics() const { return list_metrics_; }
  bool print_config() const { return print_config_; }

 private:
  void Add(const Spec& spec, const std::string& fallback, std::string& value) {
    const std::string flag = absl::StrCat("--", spec.name);
    const bool is_flag = std::holds_alternative<FlagField>(spec.field);
    const std::string help =
        is_flag ? spec.help : absl::StrCat(spec.help, " ", Hint(spec, fallback));
    CLI::Option* option =
        is_flag ? app_.add_flag(flag, value, help) : app_.add_option(flag, value, help);
    option->group(spec.group);
    if (!is_flag) {
      option->type_name(std::holds_alternative<NumberField>(spec.field) ? "N" : spec.type);
    }
  }

  CLI::App app_;
  std::vector<std::string> values_;
  std::string config_;
  std::string check_policy_;
  bool print_config_ = false;
  bool list_metrics_ = false;
};

absl::StatusOr<Options> Merge(const Flags& flags, const Environment& environment) {
  const std::optional<std::string> from_environment = environment("ONWARD_CONFIG");
  const std::string config =
      flags.config().empty() ? from_environment.value_or("") : flags.config();
  std::array<Layer, 3> layers;
  if (!config.empty()) {
    ONWARD_ASSIGN_OR_RETURN(layers[0], FromFile(config));
  }
  layers[1] = FromEnvironment(environment);
  layers[2] = flags.Given();
  Options options;
  for (const Layer& layer : layers) {
    for (const auto& [name, given] : layer) {
      ONWARD_RETURN_IF_ERROR(Set(*FindSpec(name), given.value, given.origin, options));
    }
  }
  return options;
}

// A file that --config reads back.
std::string Printed(const Options& options) {
  std::string text;
  std::string group;
  for (const Spec& spec : Specs()) {
    if (group != spec.group) {
      absl::StrAppend(&text, text.empty() ? "" : "\n", "# ", spec.group, "\n");
      group = spec.group;
    }
    const bool quoted = std::holds_alternative<TextField>(spec.field);
    const char* quote = quoted ? "\"" : "";
    absl::StrAppend(&text, spec.name, " = ", quote, ValueOf(options, spec), quote, "  # ",
                    Allowed(spec), "\n");
  }
  return text;
}

ParsedOptions UsageError(std::string_view message) {
  ParsedOptions parsed;
  parsed.text = absl::StrCat("onwardd: ", absl::string_view(message.data(), message.size()),
                             "\nSee onwardd --help.\n");
  parsed.exit_code = kUsageError;
  return parsed;
}

ParsedOptions Printing(std::string text) {
  ParsedOptions parsed;
  parsed.text = std::move(text);
  return parsed;
}

ParsedOptions CheckPolicy(const std::string& path) {
  const absl::StatusOr<access::PolicyPtr> policy = access::Policy::Read(path);
  if (policy.ok()) {
    return Printing(absl::StrCat(path, ": fine, ", (*policy)->rules(), " rules\n"));
  }
  ParsedOptions parsed;
  parsed.text = absl::StrCat(policy.status().message(), "\n");
  parsed.exit_code = kInvalidInput;
  return parsed;
}

ParsedOptions FromFlags(const Flags& flags, const Environment& environment) {
  absl::StatusOr<Options> options = Merge(flags, environment);
  if (!options.ok()) {
    return UsageError(std::string(options.status().message()));
  }
  if (flags.print_config()) {
    return Printing(Printed(*options));
  }
  if (absl::Status status = CheckOptions(*options); !status.ok()) {
    return UsageError(std::string(status.message()));
  }
  ParsedOptions parsed;
  parsed.run = true;
  parsed.options = *std::move(options);
  return parsed;
}

}  // namespace

Environment ProcessEnvironment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): at start
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

ParsedOptions ParseOptions(const std::vector<std::string>& arguments,
                           const Environment& environment) {
  Flags flags;
  try {
    flags.Parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return Printing(flags.app().help());
  } catch (const CLI::CallForVersion&) {
    return Printing(absl::StrCat("onwardd ", ONWARD_VERSION, "\n"));
  } catch (const CLI::ParseError& error) {
    return UsageError(error.what());
  }
  if (flags.list_metrics()) {
    return Printing(metrics::CataloguePage());
  }
  return flags.check_policy().empty() ? FromFlags(flags, environment)
                                      : CheckPolicy(flags.check_policy());
}

absl::Status CheckOptions(const Options& options) {
  for (const Spec& spec : Specs()) {
    Options copy;
    ONWARD_RETURN_IF_ERROR(Set(spec, ValueOf(options, spec), absl::StrCat("--", spec.name), copy));
  }
  if (options.listen.empty()) {
    return absl::InvalidArgumentError("--listen: HOST:PORT or unix:PATH is required");
  }
  if (!options.metrics_listen.empty()) {
    ONWARD_RETURN_IF_ERROR(ParseMetricsAddress(options.metrics_listen).status());
  }
  if (options.store == "rocksdb" && options.data.empty()) {
    return absl::InvalidArgumentError("--data DIR is required (or --store memory, to try it out)");
  }
  return absl::OkStatus();
}

}  // namespace onward::services
