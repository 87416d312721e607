// Shell completion scripts, made from the command table.
#pragma once

#include <string>
#include <string_view>

namespace onward::cli {

// The script for bash, zsh or fish; empty for another shell.
std::string CompletionScript(std::string_view shell);

}  // namespace onward::cli
