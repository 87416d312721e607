#include "storage/schema.h"

#include <random>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "onward/store/v1/record.pb.h"
#include "storage/digest.h"
#include "storage/errors.h"
#include "storage/proto_bytes.h"

namespace onward::storage {

absl::Status CheckFormat(std::string_view folder, uint32_t found) {
  if (found > kFormat) {
    return FormatTooNew(folder, found, kFormat);
  }
  if (found == 0) {
    return Corrupted(folder, "format 0 never was");
  }
  return absl::OkStatus();
}

std::string EncodeState(const StoreState& state) {
  store::v1::StoreState message;
  message.set_format(state.format);
  message.set_incarnation(state.incarnation);
  message.set_sequence(state.sequence);
  message.set_root(state.root);
  message.set_previous_root(state.previous_root);
  message.set_next_inventory(state.next_inventory);
  message.set_laws(state.laws);
  message.set_law_hash(state.law_hash);
  message.set_restored_as(state.restored_as);
  return Serialise(message);
}

absl::StatusOr<StoreState> DecodeState(std::string_view bytes) {
  store::v1::StoreState message;
  if (!Parse(bytes, message) || message.root().size() != kDigestBytes) {
    return Corrupted("state of the store", "its bytes are no state");
  }
  return StoreState{message.format(), message.incarnation(),   message.sequence(),
                    message.root(),   message.previous_root(), message.next_inventory(),
                    message.laws(),   message.law_hash(),      message.restored_as()};
}

const std::string& IncarnationOf(const StoreState& state) {
  return state.restored_as.empty() ? state.incarnation : state.restored_as;
}

StoreState NewState(std::string incarnation) {
  StoreState state;
  state.root = DigestInput("onward.root.1").Text(incarnation).Digest();
  state.previous_root = state.root;
  state.incarnation = std::move(incarnation);
  return state;
}

StoreState NextState(const StoreState& state, const std::string& hashes) {
  StoreState next = state;
  next.format = kFormat;
  next.sequence = state.sequence + 1;
  next.previous_root = state.root;
  next.root =
      DigestInput("onward.batch.1").Text(state.root).Number(next.sequence).Text(hashes).Digest();
  return next;
}

std::string NewIncarnation() {
  std::string bytes(16, '\0');
  std::random_device device;
  for (char& byte : bytes) {
    byte = static_cast<char>(device() & 0xFF);
  }
  return absl::BytesToHexString(bytes);
}

}  // namespace onward::storage
