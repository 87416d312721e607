#include "services/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "services/metrics/catalogue.h"

namespace onward::metrics {
namespace {

Family FamilyOf(std::string_view name, std::optional<double> value) {
  Family family{&MetricOf(name), {}};
  if (value) {
    family.samples.push_back({{}, *value});
  }
  return family;
}

std::string TextOf(const char* path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Field `number` of /proc/self/stat, counted from 1 as its manual does, beyond the name of the program, which may hold blanks.
std::optional<double> StatField(const std::string& stat, size_t number) {
  constexpr size_t kAfterName = 3;
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 > stat.size()) {
    return std::nullopt;
  }
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 2), ' ');
  double value = 0;
  if (number - kAfterName >= fields.size() ||
      !absl::SimpleAtod(fields[number - kAfterName], &value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<double> BootTime() {
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(TextOf("/proc/stat"), '\n'))) {
    double seconds = 0;
    if (line.starts_with("btime ") && absl::SimpleAtod(line.substr(6), &seconds)) {
      return seconds;
    }
  }
  return std::nullopt;
}

std::optional<double> OpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator it("/proc/self/fd", error);
  if (error) {
    return std::nullopt;
  }
  double count = 0;
  for (const std::filesystem::directory_iterator end; it != end && !error; it.increment(error)) {
    ++count;
  }
  return count;
}

std::optional<double> OpenFilesMax() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::nullopt;
  }
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<Family> ProcessFamilies() {
  constexpr size_t kUserTime = 14;
  constexpr size_t kSystemTime = 15;
  constexpr size_t kStartTime = 22;
  constexpr size_t kResidentPages = 24;
  const std::string stat = TextOf("/proc/self/stat");
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto user = StatField(stat, kUserTime);
  const auto system = StatField(stat, kSystemTime);
  const auto started = StatField(stat, kStartTime);
  const auto boot = BootTime();
  auto resident = StatField(stat, kResidentPages);
  if (resident) {
    *resident *= static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  std::optional<double> start;
  if (started && boot) {
    start = *boot + *started / ticks;
  }
  std::optional<double> cpu;
  if (user && system) {
    cpu = (*user + *system) / ticks;
  }
  return {FamilyOf("process_start_time_seconds", start), FamilyOf("process_cpu_seconds_total", cpu),
          FamilyOf("process_resident_memory_bytes", resident),
          FamilyOf("process_open_fds", OpenFiles()), FamilyOf("process_max_fds", OpenFilesMax())};
}

}  // namespace onward::metrics
