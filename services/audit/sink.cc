#include "services/audit/sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace onward::audit {
namespace {

constexpr std::string_view kFile = "file:";
constexpr mode_t kMode = 0640;

absl::Status Failed(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::generic_category().message(errno)));
}

bool WriteFully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

class StdoutSink final : public Sink {
 public:
  const std::string& name() const override { return name_; }
  absl::Status Push(const SignedCheckpoint& checkpoint) override {
    return WriteFully(STDOUT_FILENO, LineOf(checkpoint)) ? absl::OkStatus()
                                                         : Failed("standard output");
  }

 private:
  const std::string name_ = "stdout";
};

class FileSink final : public Sink {
 public:
  explicit FileSink(std::string path) : path_(std::move(path)), name_("file:" + path_) {}

  const std::string& name() const override { return name_; }

  // Opened each time: whoever rotates files needs to tell nobody.
  absl::Status Push(const SignedCheckpoint& checkpoint) override {
    const int fd = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kMode);
    if (fd < 0) {
      return Failed("cannot open " + path_);
    }
    const absl::Cleanup close_it = [fd] { close(fd); };
    if (!WriteFully(fd, LineOf(checkpoint)) || fsync(fd) != 0) {
      return Failed("cannot write " + path_);
    }
    return absl::OkStatus();
  }

 private:
  const std::string path_;
  const std::string name_;
};

}  // namespace

std::string LineOf(const SignedCheckpoint& checkpoint) {
  // Ids and notes have no other character that JSON would not take as it is.
  const std::string note =
      absl::StrReplaceAll(checkpoint.note, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
  return absl::StrCat(R"({"inventory":")", checkpoint.inventory, R"(","treeSize":)",
                      checkpoint.tree_size, R"(,"note":")", note, "\"}\n");
}

absl::StatusOr<std::unique_ptr<Sink>> MakeSink(std::string_view spec) {
  if (spec == "stdout") {
    return std::unique_ptr<Sink>(std::make_unique<StdoutSink>());
  }
  if (spec.starts_with(kFile) && spec.size() > kFile.size()) {
    return std::unique_ptr<Sink>(
        std::make_unique<FileSink>(std::string(spec.substr(kFile.size()))));
  }
  if (spec.starts_with("http://") || spec.starts_with("https://")) {
    return MakeHttpSink(std::string(spec));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--audit-sink: \"", absl::string_view(spec.data(), spec.size()),
                   "\" is none of stdout, file:PATH, http://..., https://..."));
}

}  // namespace onward::audit
