// Where signed checkpoints go, so that this server cannot take them back.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace onward::audit {

// A checkpoint on its way.
struct SignedCheckpoint {
  std::string inventory;
  uint64_t tree_size = 0;
  std::string note;
};

// {"inventory":"acme","treeSize":812,"note":"..."} and the end of the line: what files and standard output hold.
std::string LineOf(const SignedCheckpoint& checkpoint);

// Used by one thread.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  // As it was given, without what may be secret.
  virtual const std::string& name() const = 0;
  // Arrived on return, or an error that says why not.
  virtual absl::Status Push(const SignedCheckpoint& checkpoint) = 0;
};

// stdout; file:PATH, which lines are added to and synced; http://... and https://..., which the note is posted
// to. INVALID_ARGUMENT for anything else.
absl::StatusOr<std::unique_ptr<Sink>> MakeSink(std::string_view spec);

// Posts the note as text/plain; any answer of 200 to 299 within 10 seconds is good. No redirects.
std::unique_ptr<Sink> MakeHttpSink(std::string url);

}  // namespace onward::audit
