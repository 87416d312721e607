// An inventory as the bytes of an exported file, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "storage/audit_source.h"
#include "storage/export_file.h"
#include "storage/store.h"

namespace onward::storage {

inline std::string ExportOf(const Store& store, const std::string& inventory) {
  const auto source = store.Audit(inventory);
  EXPECT_TRUE(source.ok()) << source.status();
  std::string bytes;
  const auto written = WriteExport(**source,
                                   [&bytes](std::string_view piece) {
                                     bytes.append(piece);
                                     return absl::OkStatus();
                                   },
                                   {});
  EXPECT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->bytes, bytes.size());
  return bytes;
}

}  // namespace onward::storage
