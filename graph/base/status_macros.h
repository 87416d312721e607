// Early return on absl::Status and absl::StatusOr, which Abseil itself does not offer.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ONWARD_CONCAT_INNER(a, b) a##b
#define ONWARD_CONCAT(a, b) ONWARD_CONCAT_INNER(a, b)

// Returns from the function if `expr` is not OK.
#define ONWARD_RETURN_IF_ERROR(expr)                                \
  do {                                                              \
    if (absl::Status onward_status = (expr); !onward_status.ok()) { \
      return onward_status;                                         \
    }                                                               \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration.
// Declares or assigns `lhs` from a StatusOr, or returns its status.
#define ONWARD_ASSIGN_OR_RETURN(lhs, expr) \
  ONWARD_ASSIGN_OR_RETURN_INNER(ONWARD_CONCAT(onward_result_, __LINE__), lhs, expr)
#define ONWARD_ASSIGN_OR_RETURN_INNER(result, lhs, expr) \
  auto result = (expr);                                  \
  if (!result.ok()) {                                    \
    return std::move(result).status();                   \
  }                                                      \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
