#include "clients/cli/watch.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/records.h"
#include "clients/cli/text.h"
#include "services/exchange/short_names.h"

namespace onward::cli {
namespace {

using exchange::Json;
using exchange::NameOf;

constexpr size_t kLinesMax = 50;

// Lines up to the most that are shown; counts the others.
class Lines {
 public:
  void Add(const std::string& line) {
    if (shown_ < kLinesMax) {
      text_ += "    " + OneLine(line) + "\n";
      ++shown_;
    } else {
      ++left_;
    }
  }
  std::string Text() const {
    return left_ == 0 ? text_
                      : text_ + "    and " + std::to_string(left_) + " more: -o jsonl shows all\n";
  }

 private:
  std::string text_;
  size_t shown_ = 0;
  size_t left_ = 0;
};

std::string VerdictText(v1::Verdict verdict, const Style& style) {
  return verdict == v1::VERDICT_UNSPECIFIED ? "none"
                                            : style.Symbol(verdict) + " " + VerdictWord(verdict);
}

std::string ChangeText(const v1::VerdictChange& change, const Style& style) {
  std::string text = change.flow() + " to " + change.destination() + ": " +
                     VerdictText(change.before(), style) + style.Arrow() +
                     VerdictText(change.after(), style);
  if (change.after() != v1::VERDICT_UNSPECIFIED) {
    text += " (" + ReasonWords(change.reason_after()) + ")";
  }
  return text;
}

std::string FindingText(const v1::WatchedFinding& finding) {
  constexpr std::array<const char*, 4> kWords = {"?", "opened", "closed", "changed"};
  const auto change = static_cast<size_t>(finding.change());
  return std::string(change < kWords.size() ? kWords.at(change) : "?") + " " +
         finding.finding().code() + " " + finding.finding().subject() + ": " +
         finding.finding().detail();
}

std::string HeadLine(const v1::WatchResponse& response) {
  const v1::WatchEvent& event = response.event();
  std::string line = "revision " + std::to_string(event.revision());
  if (event.cause() == v1::WATCH_CAUSE_LAW) {
    return line + "  law register " + response.stamp().law_version();
  }
  if (event.cause() == v1::WATCH_CAUSE_DAY) {
    return line + "  on " + response.stamp().as_of();
  }
  const Json json = exchange::ToJson(event, exchange::EmptyFields::kKeep);
  if (json["committedAt"].is_string()) {
    line += "  " + json["committedAt"].get<std::string>();
  }
  line += event.author().empty() ? "" : "  " + event.author();
  return line + (event.comment().empty() ? "" : "  " + event.comment());
}

// A file without a name that holds the text, at its start; null: there is none.
std::unique_ptr<FILE, int (*)(FILE*)> FileOf(const std::string& text) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::tmpfile(), &std::fclose);
  if (file != nullptr &&
      (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
       std::fflush(file.get()) != 0 || std::fseek(file.get(), 0, SEEK_SET) != 0)) {
    file.reset();
  }
  return file;
}

}  // namespace

Json WatchEventJson(const v1::WatchResponse& response) {
  Json json = exchange::ToJson(response.event(), exchange::EmptyFields::kKeep);
  json.erase("more");
  json["stamp"] = exchange::ToJson(response.stamp(), exchange::EmptyFields::kKeep);
  return json;
}

std::string WatchEventText(const v1::WatchResponse& response, const Style& style) {
  const v1::WatchEvent& event = response.event();
  Lines lines;
  for (const v1::WatchedRecord& record : event.records()) {
    lines.Add((record.deleted() ? "deleted " : "written ") + KindWord(record.ref().kind()) + "/" +
              record.ref().id());
  }
  for (const v1::VerdictChange& change : event.verdict_changes()) {
    lines.Add(ChangeText(change, style));
  }
  for (const v1::WatchedFinding& finding : event.findings()) {
    lines.Add(FindingText(finding));
  }
  return style.Bold(OneLine(HeadLine(response))) + "\n" + lines.Text();
}

absl::StatusOr<int> RunWithInput(const std::string& command, const std::string& input) {
  const auto failed = [] {
    return Error(absl::StatusCode::kUnavailable, "COMMAND_FAILED",
                 "the command of --exec cannot be started");
  };
  const auto file = FileOf(input);
  if (file == nullptr) {
    return failed();
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(file.get()), STDIN_FILENO);
  std::string shell = "/bin/sh";
  std::string option = "-c";
  std::string text = command;
  const std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
  pid_t child = 0;
  const int error =
      posix_spawn(&child, shell.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return failed();
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return failed();
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace onward::cli
