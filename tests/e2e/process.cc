#include "tests/e2e/process.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace onward::e2e {
namespace {

namespace fs = std::filesystem;
constexpr int kSignalBase = 128;
constexpr std::chrono::milliseconds kConnectStep{200};
constexpr std::chrono::seconds kConnectMax{120};

int CodeOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

// This process's environment, without what would change how the programs behave.
std::vector<std::string> Environment() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (text.rfind("ONWARD_", 0) != 0 && text.rfind("NO_COLOR=", 0) != 0) {
      all.push_back(text);
    }
  }
  all.emplace_back("NO_COLOR=1");
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Starts a program in `folder` with both outputs in files.
pid_t Spawn(std::vector<std::string> command, const fs::path& folder, const fs::path& out,
            const fs::path& err) {
  constexpr mode_t kMode = 0600;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, kMode);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, kMode);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::vector<std::string> environment = Environment();
  pid_t pid = -1;
  const std::string program = command.front();
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, Pointers(command).data(),
                                Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "start " + program);
  }
  return pid;
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return CodeOf(status);
}

Outcome RunIn(const fs::path& folder, const std::vector<std::string>& command) {
  const TempFolder outputs;
  const pid_t pid = Spawn(command, folder, outputs.File("out"), outputs.File("err"));
  Outcome outcome;
  outcome.exit_code = WaitFor(pid);
  outcome.out = ReadAll(outputs.File("out"));
  outcome.err = ReadAll(outputs.File("err"));
  return outcome;
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = (fs::temp_directory_path() / "onward-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "make a folder " + pattern);
  }
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string ReadAll(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void WriteAll(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  if (!out) {
    throw std::runtime_error("write " + file.string());
  }
}

Outcome RunProgram(const std::vector<std::string>& command) {
  return RunIn(fs::current_path(), command);
}

Outcome RunOnward(const std::vector<std::string>& arguments) {
  return RunOnwardIn(fs::current_path(), arguments);
}

Outcome RunOnwardIn(const fs::path& folder, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {ONWARD_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunIn(folder, command);
}

ServerProcess::ServerProcess(const fs::path& data, const fs::path& socket,
                             const std::vector<std::string>& options)
    : log_(socket.string() + ".log"), address_("unix:" + socket.string()) {
  std::vector<std::string> command = {ONWARDD_PROGRAM, "--data", data.string(), "--listen",
                                      address_};
  command.insert(command.end(), options.begin(), options.end());
  pid_ = Spawn(command, socket.parent_path(), socket.string() + ".out", log_);
  grpc::ChannelArguments arguments;
  arguments.SetInt("grpc.use_local_subchannel_pool", 1);
  arguments.SetInt("grpc.initial_reconnect_backoff_ms", 10);
  arguments.SetInt("grpc.max_reconnect_backoff_ms", 50);
  channel_ = grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
  const auto give_up = std::chrono::system_clock::now() + kConnectMax;
  while (!Ended() && !channel_->WaitForConnected(std::chrono::system_clock::now() + kConnectStep)) {
    if (std::chrono::system_clock::now() > give_up) {
      Kill();
    }
  }
}

ServerProcess::~ServerProcess() { Kill(); }

std::string ServerProcess::err() const { return ReadAll(log_); }

bool ServerProcess::Ended() {
  if (pid_ <= 0) {
    return true;
  }
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = CodeOf(status);
    pid_ = -1;
  }
  return pid_ <= 0;
}

int ServerProcess::Wait() {
  exit_code_ = WaitFor(pid_);
  pid_ = -1;
  return exit_code_;
}

void ServerProcess::Kill() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    Wait();
  }
}

int ServerProcess::Terminate() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    Wait();
  }
  return exit_code_;
}

}  // namespace onward::e2e
