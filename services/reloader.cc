#include "services/reloader.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/logging.h"

namespace onward::services {
namespace {

// Changes when one of the files does.
std::string SignatureOf(const std::vector<std::string>& paths) {
  std::string signature;
  for (const std::string& path : paths) {
    struct stat info {};
    if (stat(path.c_str(), &info) == 0) {
      absl::StrAppend(&signature, info.st_dev, " ", info.st_ino, " ", info.st_size, " ",
                      info.st_mtim.tv_sec, " ", info.st_mtim.tv_nsec);
    }
    signature += ";";
  }
  return signature;
}

}  // namespace

Reloader::Reloader(std::vector<ReloadItem> items, const Log* log, std::chrono::milliseconds every)
    : log_(log) {
  for (ReloadItem& item : items) {
    std::string seen = SignatureOf(item.paths);
    items_.push_back({std::move(item), std::move(seen), ""});
  }
  if (!items_.empty()) {
    thread_.emplace(every, PeriodicThread::First::kAfterInterval,
                    [this](const std::atomic<bool>& /*stopping*/) { LookAtAll(false); });
  }
}

void Reloader::LookAtAll(bool always) {
  const MutexLock lock(mutex_);
  for (Watched& watched : items_) {
    Look(watched, always);
  }
}

void Reloader::Look(Watched& watched, bool always) {
  // Before the files are read: what changes meanwhile is seen at the next look.
  std::string signature = SignatureOf(watched.item.paths);
  const bool changed = signature != watched.seen;
  if (!changed && !always && watched.refused.empty()) {
    return;
  }
  watched.seen = std::move(signature);
  const absl::Status status = watched.item.load();
  const std::string why(status.message());
  const bool news = changed || always || why != watched.refused;
  watched.refused = why;
  if (log_ == nullptr || !news) {
    return;
  }
  if (status.ok()) {
    log_->Write(LogLevel::kInfo, "files were taken up", {{"what", watched.item.what}});
  } else {
    log_->Write(LogLevel::kError, "files were refused; the last good ones stay in effect",
                {{"what", watched.item.what}, {"error", why}});
  }
}

}  // namespace onward::services
