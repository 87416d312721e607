#include "services/identity/small_file.h"

#include <fstream>

#include "absl/strings/str_cat.h"

namespace onward::identity {

absl::StatusOr<std::string> ReadSmallFile(const std::string& path, size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
  }
  std::string text(bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > bytes_max) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has more than ", bytes_max, " bytes"));
  }
  return text;
}

}  // namespace onward::identity
