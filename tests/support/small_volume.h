// A small volume of its own, to be filled: a tmpfs. Only where this process may mount one.
#pragma once

#include <sys/mount.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace onward::testing {

class SmallVolume {
 public:
  // Mounts it on an existing folder, which must outlive it.
  SmallVolume(std::string folder, uint64_t mebibytes)
      : folder_(std::move(folder)),
        mounted_(mount("tmpfs", folder_.c_str(), "tmpfs", 0,
                       ("size=" + std::to_string(mebibytes) + "m").c_str()) == 0) {}
  ~SmallVolume() {
    if (mounted_) {
      umount2(folder_.c_str(), MNT_DETACH);
    }
  }
  SmallVolume(const SmallVolume&) = delete;
  SmallVolume& operator=(const SmallVolume&) = delete;

  bool mounted() const { return mounted_; }

  // Somebody else's file that leaves about so many bytes free; 0: full to the last byte.
  void Leave(uint64_t bytes) const {
    std::ofstream out(folder_ + "/filler", std::ios::binary | std::ios::app);
    const std::string block(bytes == 0 ? 4 << 10 : 64 << 10, 'f');
    while (out && std::filesystem::space(folder_).available > bytes) {
      out << block << std::flush;
    }
  }
  void Free() const { std::filesystem::remove(folder_ + "/filler"); }

 private:
  const std::string folder_;
  const bool mounted_;
};

}  // namespace onward::testing
