#include "tests/service/any_call.h"

#include <grpcpp/generic/generic_stub.h>

#include "absl/strings/str_cat.h"

namespace onward::service_test {
namespace {

using google::protobuf::MethodDescriptor;
using testing::BufferOf;
using testing::BytesOf;

std::string TextOf(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    text.append(key.data(), key.size()).append(" ").append(value.data(), value.size()).append("\n");
  }
  return text;
}

// One thing after the other.
class Steps {
 public:
  Steps() = default;
  ~Steps() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  grpc::CompletionQueue* queue() { return &queue_; }
  // Waits for what was begun last; false: it could not be done.
  bool Done() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

 private:
  grpc::CompletionQueue queue_;
};

}  // namespace

std::string Reply::Bytes() const {
  std::string bytes;
  for (const std::string& message : messages) {
    bytes += message;
  }
  return absl::StrCat(bytes, status.error_message(), status.error_details(), metadata);
}

Reply CallAny(const std::shared_ptr<grpc::Channel>& channel, const MethodDescriptor& method,
              const std::vector<std::string>& requests, grpc::ClientContext& context,
              size_t messages_max) {
  const std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  grpc::GenericStub stub(channel);
  Steps steps;
  const auto call = stub.PrepareCall(&context, path, steps.queue());
  call->StartCall(nullptr);
  bool open = steps.Done();
  const size_t sent = method.client_streaming() ? requests.size() : 1;
  for (size_t i = 0; i < sent && open; ++i) {
    call->Write(BufferOf(requests[i]), nullptr);
    open = steps.Done();
  }
  call->WritesDone(nullptr);
  steps.Done();
  Reply reply;
  while (true) {
    grpc::ByteBuffer buffer;
    call->Read(&buffer, nullptr);
    if (!steps.Done()) {
      break;
    }
    // What was under way when it was cancelled is read and left.
    if (!reply.enough) {
      reply.messages.push_back(BytesOf(buffer));
      reply.enough = reply.messages.size() == messages_max;
      if (reply.enough) {
        context.TryCancel();
      }
    }
  }
  call->Finish(&reply.status, nullptr);
  steps.Done();
  reply.metadata =
      TextOf(context.GetServerInitialMetadata()) + TextOf(context.GetServerTrailingMetadata());
  return reply;
}

std::unique_ptr<google::protobuf::Message> Parsed(const google::protobuf::Descriptor& type,
                                                  const std::string& bytes) {
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  if (!message->ParseFromString(bytes)) {
    message.reset();
  }
  return message;
}

}  // namespace onward::service_test
