// law_register_compiler OUT.cc FILE.txtpb...: checks the register and writes its binary form as a C++
// source, for services/law_register/built_in.h. Exits 1 and says why if the register is refused.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "services/law_register.h"

namespace {

constexpr size_t kBytesPerLine = 24;

// Deterministic: the register has no maps, and its lists are in order.
bool WriteSource(const std::string& bytes, const std::string& path) {
  std::ofstream out(path, std::ios::trunc);
  out << "// Made by law_register_compiler from graph/law/register; do not edit.\n"
      << "#include \"services/law_register/built_in.h\"\n\n"
      << "namespace onward::services {\n\n"
      << "const std::size_t kBuiltInRegisterSize = " << bytes.size() << ";\n"
      << "const unsigned char kBuiltInRegister[] = {";
  for (size_t i = 0; i < bytes.size(); ++i) {
    out << (i % kBytesPerLine == 0 ? "\n" : "")
        << static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) << ",";
  }
  out << "\n};\n\n}  // namespace onward::services\n";
  out.close();
  return !out.fail();
}

absl::Status Compile(const std::string& out, const std::vector<std::string>& files) {
  auto message = onward::services::ReadRegisterFiles(files);
  if (!message.ok()) {
    return message.status();
  }
  const auto loaded = onward::services::LoadRegister(*std::move(message));
  if (!loaded.ok()) {
    return loaded.status();
  }
  if (!WriteSource(loaded->message->SerializeAsString(), out)) {
    return absl::UnavailableError(out + ": cannot be written");
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: law_register_compiler OUT.cc FILE.txtpb...\n";
    return 2;
  }
  const absl::Status status = Compile(argv[1], std::vector<std::string>(argv + 2, argv + argc));
  if (!status.ok()) {
    std::cerr << status.message() << "\n";
    return 1;
  }
  return 0;
}
