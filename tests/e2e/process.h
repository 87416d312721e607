// Programs as a user runs them: started, waited for, killed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/channel.h"

namespace onward::e2e {

// A new folder with a short path (Unix sockets allow about 100 characters); removed by the destructor.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string ReadAll(const std::filesystem::path& file);
void WriteAll(const std::filesystem::path& file, const std::string& text);

// How a program ended and what it printed.
struct Outcome {
  // 128 + signal where a signal ended it.
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs a program to its end; `command` starts with its path.
Outcome RunProgram(const std::vector<std::string>& command);
// Runs `onward` to its end, without colour and without a server from the environment.
Outcome RunOnward(const std::vector<std::string>& arguments);
// The same in another working folder, so that messages show paths as given.
Outcome RunOnwardIn(const std::filesystem::path& folder, const std::vector<std::string>& arguments);

// onwardd on a data folder and a Unix socket. The destructor kills it.
class ServerProcess {
 public:
  // Starts the program, with `options` beside these two, and waits until it answers or ends.
  ServerProcess(const std::filesystem::path& data, const std::filesystem::path& socket,
                const std::vector<std::string>& options = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // False: it ended by itself; `exit_code()` and `err()` say how.
  bool running() const { return pid_ > 0; }
  int exit_code() const { return exit_code_; }
  std::string err() const;
  // unix:PATH
  const std::string& address() const { return address_; }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  // kill -9; returns when the process is gone.
  void Kill();
  // SIGTERM; returns when the process is gone, with its exit code.
  int Terminate();

 private:
  int Wait();
  bool Ended();

  std::filesystem::path log_;
  std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

}  // namespace onward::e2e
