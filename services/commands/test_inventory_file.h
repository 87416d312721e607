// An inventory as the bytes of its exported file, and such bytes as an inventory: for tests.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/commands/inventory_file.h"
#include "tests/support/status_matchers.h"

namespace onward::commands {

inline std::string ExportedBytes(const Engine& engine,
                                 const std::string& inventory = kDefaultInventory) {
  std::string bytes;
  ONWARD_EXPECT_OK(ExportInventory(
      engine, inventory,
      [&bytes](std::string_view piece) {
        bytes.append(piece);
        return absl::OkStatus();
      },
      {}, CallContext()));
  return bytes;
}

// In one piece.
inline absl::StatusOr<storage::ExportSummary> ImportBytes(Engine& engine, const std::string& bytes,
                                                          const std::string& as) {
  bool given = false;
  return ImportInventory(
      engine, as,
      [&]() -> absl::StatusOr<std::optional<std::string>> {
        return std::exchange(given, true) ? std::nullopt : std::optional<std::string>(bytes);
      },
      CallContext());
}

}  // namespace onward::commands
