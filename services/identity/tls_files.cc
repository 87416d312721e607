#include "services/identity/tls_files.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/base/status_macros.h"
#include "services/identity/certificate.h"
#include "services/identity/small_file.h"

namespace onward::identity {
namespace {

constexpr size_t kPemFileBytesMax = size_t{1} << 20;

}  // namespace

absl::StatusOr<TlsMaterial> TlsFiles::Read() const {
  TlsMaterial material;
  ONWARD_ASSIGN_OR_RETURN(material.chain_pem, ReadSmallFile(paths_.cert, kPemFileBytesMax));
  ONWARD_ASSIGN_OR_RETURN(material.key_pem, ReadSmallFile(paths_.key, kPemFileBytesMax));
  if (!paths_.client_ca.empty()) {
    ONWARD_ASSIGN_OR_RETURN(material.client_ca_pem,
                            ReadSmallFile(paths_.client_ca, kPemFileBytesMax));
    if (material.client_ca_pem.empty()) {
      return absl::InvalidArgumentError("the client CA file is empty");
    }
  }
  const int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_->Now().time_since_epoch()).count();
  ONWARD_RETURN_IF_ERROR(
      CheckPair(material.key_pem, material.chain_pem, material.client_ca_pem, now));
  ONWARD_ASSIGN_OR_RETURN(material.not_after, NotAfter(material.chain_pem));
  return material;
}

absl::StatusOr<std::unique_ptr<TlsFiles>> TlsFiles::Open(TlsPaths paths, const Clock* clock) {
  std::unique_ptr<TlsFiles> files(new TlsFiles(std::move(paths), clock));
  ONWARD_RETURN_IF_ERROR(files->Reload());
  return files;
}

absl::Status TlsFiles::Reload() {
  absl::StatusOr<TlsMaterial> read = Read();
  if (!read.ok()) {
    ++failures_;
    return absl::InvalidArgumentError(absl::StrCat("certificate ", paths_.cert, " with key ",
                                                   paths_.key, ": ", read.status().message()));
  }
  const MutexLock lock(mutex_);
  const bool same = material_ != nullptr && material_->chain_pem == read->chain_pem &&
                    material_->key_pem == read->key_pem &&
                    material_->client_ca_pem == read->client_ca_pem;
  if (!same) {
    material_ = std::make_shared<const TlsMaterial>(*std::move(read));
  }
  return absl::OkStatus();
}

std::shared_ptr<const TlsMaterial> TlsFiles::material() const {
  const MutexLock lock(mutex_);
  return material_;
}

}  // namespace onward::identity
