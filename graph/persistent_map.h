// An ordered map whose versions share what they have in common: a copy costs nothing, a change about
// log(size), whatever the copies do, and less where much is changed after one copy. Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace onward {

// A treap: a search tree in order of Key that is a heap by a hash of the keys, so that it is balanced
// whatever the order of changes, and the same entries always make the same tree. Keys are compared with <,
// also with what only looks like one (std::string_view for std::string); equal ones must hash alike.
// Entries are replaced, never taken away. Safe to read from several threads; Set changes this copy alone, and must not run while the
// copy that this one was made from goes: what nobody else has is changed in place.
template <class Key, class Value>
class PersistentMap {
  struct Node;
  using NodePtr = std::shared_ptr<Node>;

 public:
  bool empty() const { return root_ == nullptr; }
  size_t size() const { return size_; }

  // Null: no such key. The value lives as long as this version of the map or a copy.
  template <class Like>
  const Value* Find(const Like& key) const {
    const Node* node = root_.get();
    while (node != nullptr) {
      if (key < node->key) {
        node = node->left.get();
      } else if (node->key < key) {
        node = node->right.get();
      } else {
        return &node->value;
      }
    }
    return nullptr;
  }

  void Set(Key key, Value value) {
    const bool is_new = Find(key) == nullptr;
    size_ += is_new ? 1 : 0;
    Put(root_, Entry{std::move(key), std::move(value)}, is_new);
  }

  // Calls visit(key, value) in order of key.
  template <class Visit>
  void Each(const Visit& visit) const {
    std::vector<const Node*> above;
    const Node* node = root_.get();
    while (node != nullptr || !above.empty()) {
      for (; node != nullptr; node = node->left.get()) {
        above.push_back(node);
      }
      node = above.back();
      above.pop_back();
      visit(node->key, node->value);
      node = node->right.get();
    }
  }

  // Bytes of the nodes, what keys and values point to apart.
  size_t bytes() const { return size_ * (sizeof(Node) + kControlBytes); }

 private:
  // Of a shared pointer's counts.
  static constexpr size_t kControlBytes = 16;

  struct Entry {
    Key key;
    Value value;
  };
  struct Node {
    Key key;
    Value value;
    uint64_t rank = 0;
    NodePtr left;
    NodePtr right;
  };

  static uint64_t RankOf(const Key& key) {
    uint64_t x = std::hash<Key>()(key) + 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }

  // The node as one that may be changed. What leads to it belongs to this version alone, so the node does too if it is held once.
  static Node& Own(NodePtr& node) {
    if (node.use_count() > 1) {
      node = std::make_shared<Node>(*node);
    }
    return *node;
  }

  // Copies what is shared of the way from the root down to where the entry belongs.
  static void Put(NodePtr& root, Entry entry, bool is_new) {
    const uint64_t rank = RankOf(entry.key);
    NodePtr* at = &root;
    while (*at != nullptr && !(is_new && (*at)->rank < rank)) {
      Node& node = Own(*at);
      if (entry.key < node.key) {
        at = &node.left;
      } else if (node.key < entry.key) {
        at = &node.right;
      } else {
        node.value = std::move(entry.value);
        return;
      }
    }
    auto made = std::make_shared<Node>();
    Node& node = *made;
    Split(std::move(*at), entry.key, node.left, node.right);
    node.key = std::move(entry.key);
    node.value = std::move(entry.value);
    node.rank = rank;
    *at = std::move(made);
  }

  // What comes before the key, which is not in the tree, and what comes after.
  static void Split(NodePtr tree, const Key& key, NodePtr& before, NodePtr& after) {
    NodePtr* left = &before;
    NodePtr* right = &after;
    while (tree != nullptr) {
      Node& node = Own(tree);
      if (node.key < key) {
        *left = std::move(tree);
        left = &node.right;
        tree = std::exchange(node.right, nullptr);
      } else {
        *right = std::move(tree);
        right = &node.left;
        tree = std::exchange(node.left, nullptr);
      }
    }
  }

  NodePtr root_;
  size_t size_ = 0;
};

}  // namespace onward
