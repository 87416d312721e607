#include "services/metrics/process.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
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

// In seconds since 1970, the same whenever it is asked for. From clocks, not from /proc/stat, which a unit may not see.
std::optional<double> StartTime(const std::string& stat, double ticks) {
  constexpr size_t kStartTime = 22;
  constexpr double kNanos = 1e9;
  static const std::optional<double> kStarted = [&]() -> std::optional<double> {
    const auto after_boot = StatField(stat, kStartTime);
    timespec boot{};
    if (!after_boot || clock_gettime(CLOCK_BOOTTIME, &boot) != 0) {
      return std::nullopt;
    }
    const double now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    const double up = static_cast<double>(boot.tv_sec) + static_cast<double>(boot.tv_nsec) / kNanos;
    return now - up + *after_boot / ticks;
  }();
  return kStarted;
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
  constexpr size_t kResidentPages = 24;
  const std::string stat = TextOf("/proc/self/stat");
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto user = StatField(stat, kUserTime);
  const auto system = StatField(stat, kSystemTime);
  auto resident = StatField(stat, kResidentPages);
  if (resident) {
    *resident *= static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  std::optional<double> cpu;
  if (user && system) {
    cpu = (*user + *system) / ticks;
  }
  return {FamilyOf("process_start_time_seconds", StartTime(stat, ticks)),
          FamilyOf("process_cpu_seconds_total", cpu),
          FamilyOf("process_resident_memory_bytes", resident),
          FamilyOf("process_open_fds", OpenFiles()), FamilyOf("process_max_fds", OpenFilesMax())};
}

}  // namespace onward::metrics
