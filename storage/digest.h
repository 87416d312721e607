// SHA-256, and the fixed encoding that hashes are taken over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace onward::storage {

inline constexpr size_t kDigestBytes = 32;

// SHA-256 of the bytes: 32 bytes.
std::string Sha256(std::string_view bytes);

// SHA-256 of bytes that come in parts.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  ~Sha256Stream();

  void Add(std::string_view bytes);
  // Once, last.
  std::string Digest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Collects values in an encoding in which no two lists of values have the same bytes: texts with
// their length before them, numbers big-endian.
class DigestInput {
 public:
  // `purpose` keeps hashes of different things apart; its version is part of it.
  explicit DigestInput(std::string_view purpose) { Text(purpose); }

  DigestInput& Number(uint64_t number);
  DigestInput& Text(std::string_view text);
  std::string Digest() const { return Sha256(bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace onward::storage
