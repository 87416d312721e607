// A request for each method of the contract, well formed and about records that are named by words: one table, so that a method
// without an entry is seen by every test that walks the contract.
#pragma once

#include <google/protobuf/descriptor.h>

#include <map>
#include <optional>
#include <string>

namespace onward::service_test {

// What stands in place of {inventory}, {from} and so on.
using Words = std::map<std::string, std::string>;

// Those that are needed: an inventory; parties that data go from and to; a flow, agreement and activity of them; a text for
// notes and names; an id that was not used before.
Words WordsOf(const std::string& inventory, const std::string& from, const std::string& to);

// As bytes; nullopt: the table has none. Writes are dry runs unless the word "dry" says false.
std::optional<std::string> RequestFor(const google::protobuf::MethodDescriptor& method,
                                      const Words& words);

// Text of a message of the type with words in it, as bytes. It must be a text of that type.
std::string BytesOfText(const google::protobuf::Descriptor& type, const std::string& text,
                        const Words& words);

}  // namespace onward::service_test
