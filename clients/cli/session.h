// A client of a server, or of the same service in this process on manifests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/flags.h"
#include "clients/cpp/client.h"
#include "services/exchange/manifest_reader.h"
#include "services/offline.h"

namespace onward::cli {

class Session {
 public:
  // With files: reads them, starts the service in this process and applies them. Else a client of the
  // server that the flags or ONWARD_SERVER name.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const SourceFlags& flags, Context& context);
  // The service in this process without records, for questions about the law.
  static absl::StatusOr<std::unique_ptr<Session>> OpenBuiltIn(Context& context);

  client::Client& client() { return *client_; }

 private:
  Session() = default;
  absl::Status Dial(const SourceFlags& flags, const Context& context);
  absl::Status StartOffline(const SourceFlags& flags, const Context& context);
  absl::Status ApplyFiles(const SourceFlags& flags, Context& context);

  // Outlives the client's channel.
  std::unique_ptr<services::OfflineService> service_;
  std::unique_ptr<client::Client> client_;
};

// A kind of record, and where records of it are.
struct KindSession {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::unique_ptr<Session> session;

  client::Client& client() const { return session->client(); }
};

// The kind that the word means, then as Session::Open.
absl::StatusOr<KindSession> OpenForKind(const std::string& word, const SourceFlags& flags,
                                        Context& context);

// Address that the flags or the environment name.
std::string ServerAddress(const SourceFlags& flags, const Environment& environment);

// Reads manifests; what is wrong goes to the context.
absl::StatusOr<exchange::Manifest> LoadManifest(const std::vector<std::string>& files,
                                                Context& context);

// An Apply of all records of the manifest, mutation i being entry i.
v1::ApplyRequest ApplyRequestOf(const exchange::Manifest& manifest, const std::string& inventory,
                                bool merge_sources);

}  // namespace onward::cli
