// From ids to the numbers of a list that has them. Internal to this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace onward::snapshot {

// A hash table with open addresses that holds numbers alone; the list answers what id a number has.
class IdTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Of the numbers below `size`. `id_at(number)`: each id once.
  template <class IdAt>
  void Make(size_t size, const IdAt& id_at) {
    size_t slots = 1;
    while (slots * 2 < size * 3) {
      slots *= 2;
    }
    slots_.assign(size == 0 ? 0 : slots, kNone);
    for (uint32_t number = 0; number < size; ++number) {
      size_t at = First(id_at(number));
      while (slots_[at] != kNone) {
        at = Next(at);
      }
      slots_[at] = number;
    }
  }

  // kNone: no such id.
  template <class IdAt>
  uint32_t Find(std::string_view id, const IdAt& id_at) const {
    if (slots_.empty()) {
      return kNone;
    }
    for (size_t at = First(id); slots_[at] != kNone; at = Next(at)) {
      if (id_at(slots_[at]) == id) {
        return slots_[at];
      }
    }
    return kNone;
  }

  size_t bytes() const { return slots_.capacity() * sizeof(uint32_t); }

 private:
  size_t First(std::string_view id) const {
    return std::hash<std::string_view>()(id) & (slots_.size() - 1);
  }
  size_t Next(size_t at) const { return (at + 1) & (slots_.size() - 1); }

  // Two thirds are taken at most.
  std::vector<uint32_t> slots_;
};

}  // namespace onward::snapshot
