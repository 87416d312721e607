// Each method of the contract, found in its descriptors, so that a new one is fuzzed from its first day. An even first byte: the others
// say what the request's fields hold; an odd one: they are the request.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cctype>
#include <random>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/fuzz/message_filler.h"
#include "tests/fuzz/rpc_caller.h"
#include "tests/fuzz/targets.h"
#include "tests/support/contract.h"

namespace onward::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// Messages of a stream to the server.
constexpr size_t kRequests = 3;
// What was written is forgotten after so many calls, so that memory stays flat.
constexpr int kCallsOfOneServer = 500;
constexpr uint64_t kCost = 25;

std::unique_ptr<Message> NewMessage(const Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

std::vector<std::string> RequestsOf(const MethodDescriptor& method, std::string_view bytes) {
  const bool raw = !bytes.empty() && bytes.front() % 2 == 1;
  bytes.remove_prefix(bytes.empty() ? 0 : 1);
  std::vector<std::string> requests;
  const size_t count = method.client_streaming() ? kRequests : 1;
  requests.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view part = bytes.substr(bytes.size() * i / count, bytes.size() / count);
    if (raw) {
      requests.emplace_back(part);
    } else {
      const auto message = NewMessage(*method.input_type());
      FillMessage(part, *message);
      requests.push_back(message->SerializeAsString());
    }
  }
  return requests;
}

bool Parses(const Descriptor& type, const std::string& bytes) {
  return NewMessage(type)->ParseFromString(bytes);
}

bool NamesItsReason(const grpc::Status& status) {
  google::rpc::Status details;
  bool named = false;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      named = named || (detail.UnpackTo(&info) && !info.reason().empty());
    }
  }
  return named;
}

void RequireOrder(const MethodDescriptor& method, const std::vector<std::string>& requests,
                  const Reply& reply) {
  for (const std::string& message : reply.messages) {
    Require(Parses(*method.output_type(), message), "an answer is of its type");
  }
  if (reply.status.ok() || reply.cancelled) {
    return;
  }
  for (const std::string& request : requests) {
    if (!Parses(*method.input_type(), request)) {
      return;
    }
  }
  const grpc::StatusCode code = reply.status.error_code();
  const std::string answer = method.full_name() + " answered " + std::to_string(code) + " " +
                             reply.status.error_message() + ": ";
  // A file that is sent may be damaged; the store is not.
  const bool damaged = code == grpc::StatusCode::DATA_LOSS && !method.client_streaming();
  Require(code != grpc::StatusCode::INTERNAL && code != grpc::StatusCode::UNKNOWN && !damaged,
          (answer + "no request breaks the server").c_str());
  Require(code != grpc::StatusCode::DEADLINE_EXCEEDED, (answer + "a call ends").c_str());
  Require(NamesItsReason(reply.status), (answer + "an error names its reason").c_str());
}

void Fuzz(const MethodDescriptor& method, std::string_view bytes) {
  static std::unique_ptr<RpcCaller>& caller = *new std::unique_ptr<RpcCaller>();
  static int calls = 0;
  if (calls++ % kCallsOfOneServer == 0) {
    caller = std::make_unique<RpcCaller>();
  }
  const std::vector<std::string> requests = RequestsOf(method, bytes);
  RequireOrder(method, requests, caller->Call(method, requests));
}

// rpc_find_paths
std::string NameOf(const MethodDescriptor& method) {
  std::string name = "rpc";
  for (const char letter : method.name()) {
    if (std::isupper(static_cast<unsigned char>(letter)) != 0) {
      name += '_';
    }
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return name;
}

// Requests with few fields and with many.
std::vector<std::string> SeedsOf(const MethodDescriptor& method) {
  std::mt19937_64 random(std::hash<std::string>()(method.full_name()));
  std::vector<std::string> seeds;
  for (const size_t size : {8, 64, 256}) {
    std::string seed(size, '\0');
    for (size_t i = 1; i < size; ++i) {
      seed[i] = static_cast<char>(random());
    }
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

}  // namespace

std::vector<Target> RpcTargets() {
  std::vector<Target> targets;
  for (const MethodDescriptor* const method : ::onward::testing::Methods()) {
    targets.push_back({NameOf(*method), [method](std::string_view bytes) { Fuzz(*method, bytes); },
                       SeedsOf(*method), kCost});
  }
  return targets;
}

}  // namespace onward::fuzz
