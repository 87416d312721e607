// Exit codes; each means one thing.
#pragma once

namespace onward::cli {

// Nothing found.
inline constexpr int kExitOk = 0;
// Findings, or a difference.
inline constexpr int kExitFindings = 1;
// The command line is wrong.
inline constexpr int kExitUsage = 2;
// An input is invalid, or names what does not exist.
inline constexpr int kExitInvalid = 3;
// Not authenticated, or not allowed.
inline constexpr int kExitDenied = 4;
// A conflict, or a precondition that does not hold.
inline constexpr int kExitConflict = 5;
// The server is not there, failed, or the time ran out.
inline constexpr int kExitUnavailable = 6;
// Done in part.
inline constexpr int kExitPartial = 7;

}  // namespace onward::cli
