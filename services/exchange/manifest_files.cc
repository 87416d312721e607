#include "services/exchange/manifest_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

namespace onward::exchange {
namespace {

namespace fs = std::filesystem;

constexpr int kFolderDepthMax = 64;

bool IsManifestName(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with("."); }

// Whether `path`, its links followed, lies below `folder`.
bool LiesBelow(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) {
    return false;
  }
  const fs::path root = fs::canonical(folder, error);
  if (error) {
    return false;
  }
  return std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

class Loader {
 public:
  Loader(const ManifestLimits& limits, Problems& problems, std::vector<std::string>& skipped)
      : limits_(limits), problems_(problems), skipped_(skipped) {}

  void Load(const std::string& path, std::istream& input) {
    if (path == "-") {
      Read("-", input);
      return;
    }
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
      Fail(path, "no such file or folder");
    } else if (fs::is_directory(status)) {
      LoadFolder(path);
    } else if (fs::is_regular_file(status) || fs::is_fifo(status) ||
               fs::is_character_file(status)) {
      LoadFile(path);
    } else {
      Fail(path, "neither a file nor a folder");
    }
  }

  std::vector<ManifestText> Take() { return std::move(texts_); }

 private:
  void Fail(const std::string& file, std::string message) {
    problems_.Add({{file, 0, 0}, "", std::move(message)});
  }

  // Takes a link to a file inside the folder; anything else that is a link is left out.
  bool Wanted(const fs::directory_entry& entry, const fs::path& folder) {
    std::error_code error;
    if (entry.is_symlink(error) &&
        (entry.is_directory(error) || !LiesBelow(entry.path(), folder))) {
      skipped_.push_back(entry.path().string());
      return false;
    }
    return entry.is_regular_file(error) && IsManifestName(entry.path());
  }

  void LoadFolder(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> files;
    fs::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (IsHidden(entry->path()) || entry.depth() > kFolderDepthMax) {
        entry.disable_recursion_pending();
      } else if (Wanted(*entry, folder)) {
        files.push_back(entry->path().string());
      }
    }
    if (error) {
      Fail(folder, "cannot be read: " + error.message());
      return;
    }
    if (files.empty()) {
      Fail(folder, "no *.yaml or *.yml file in this folder");
    }
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) {
      LoadFile(file);
    }
  }

  void LoadFile(const std::string& file) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (!error && !seen_.insert(real).second) {
      return;
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      Fail(file, "cannot be opened for reading");
      return;
    }
    Read(file, in);
  }

  void Read(const std::string& file, std::istream& in) {
    if (full_) {
      return;
    }
    ManifestText text{file, {}};
    std::vector<char> block(size_t{1} << 16);
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
      text.text.append(block.data(), static_cast<size_t>(in.gcount()));
      if (text.text.size() > limits_.file_bytes_max) {
        Fail(file, "larger than " + std::to_string(limits_.file_bytes_max >> 20U) +
                       " MiB; split the file");
        return;
      }
    }
    if (in.bad()) {
      Fail(file, "cannot be read");
      return;
    }
    total_ += text.text.size();
    if (total_ > limits_.total_bytes_max || texts_.size() >= limits_.files_max) {
      full_ = true;
      Fail(file, "the manifests are more than " + std::to_string(limits_.files_max) + " files or " +
                     std::to_string(limits_.total_bytes_max >> 20U) + " MiB in all");
      return;
    }
    texts_.push_back(std::move(text));
  }

  const ManifestLimits& limits_;
  Problems& problems_;
  std::vector<std::string>& skipped_;
  std::vector<ManifestText> texts_;
  std::set<fs::path> seen_;
  size_t total_ = 0;
  bool full_ = false;
};

}  // namespace

std::vector<ManifestText> LoadManifestTexts(const std::vector<std::string>& paths,
                                            std::istream& input, const ManifestLimits& limits,
                                            Problems& problems, std::vector<std::string>& skipped) {
  Loader loader(limits, problems, skipped);
  for (const std::string& path : paths) {
    loader.Load(path, input);
  }
  return loader.Take();
}

}  // namespace onward::exchange
