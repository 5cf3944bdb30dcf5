// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "tables.h"

namespace cloudwego::netpoll {

/** Bytes that a socket did not take, copied, until it does. Empty it holds no memory. */
class Leftover {
 public:
  Leftover() = default;
  Leftover(const Leftover&) = delete;
  Leftover& operator=(const Leftover&) = delete;
  ~Leftover() { free(data_); }

  size_t size() const { return end_ - start_; }
  const uint8_t* data() const { return data_ + start_; }

  /** False when there is no memory; nothing is appended then. */
  bool append(const uint8_t* bytes, size_t length) {
    if (length == 0) return true;
    if (end_ + length > capacity_ && !makeRoom(length)) return false;
    memcpy(data_ + end_, bytes, length);
    end_ += length;
    return true;
  }

  void take(size_t length) {
    start_ += length;
    if (start_ == end_) clear();
  }

  void clear() {
    free(data_);
    data_ = nullptr;
    start_ = end_ = capacity_ = 0;
  }

 private:
  bool makeRoom(size_t length) {
    const size_t used = size();
    // Moving what is left costs no more than was sent before it.
    if (used + length <= capacity_ && start_ >= used) {
      memmove(data_, data_ + start_, used);
    } else {
      size_t wanted = capacity_ == 0 ? 4096 : capacity_ * 2;
      while (wanted < used + length) wanted *= 2;
      auto* const next = static_cast<uint8_t*>(malloc(wanted));
      if (next == nullptr) return false;
      if (used > 0) memcpy(next, data_ + start_, used);
      free(data_);
      data_ = next;
      capacity_ = wanted;
    }
    start_ = 0;
    end_ = used;
    return true;
  }

  uint8_t* data_ = nullptr;
  size_t start_ = 0;
  size_t end_ = 0;
  size_t capacity_ = 0;
};

enum class SlotKind : uint8_t { kFree, kListener, kDialing, kConnection };

struct Slot {
  int fd = -1;
  uint32_t generation = 0;  // 24 bits
  int32_t next = -1;        // in the ready list
  int32_t head = -1;        // entries of the out-table that this flush found, chained
  int32_t tail = -1;
  int error = 0;  // a write failed; told once what was read before is told
  SlotKind kind = SlotKind::kFree;
  bool queued = false;    // in the ready list
  bool readable = false;  // an edge came and the socket was not yet read dry
  bool writable = false;
  bool hangup = false;  // the end or an error is behind what can be read
  bool paused = false;
  bool ended = false;   // read to its end
  bool suspect = false;  // something happened to it after that: a reset, mostly
  bool failed = false;  // kClosed was told
  bool shut = false;
  bool shutWanted = false;
  bool drainWanted = false;
  bool drained = false;
  bool connected = false;    // a dial that succeeded at once
  bool descriptors = false;  // take descriptors from the peer
  bool shared = false;       // somebody else may hold the descriptor: closing it does not unregister it
  std::unique_ptr<Leftover> left;

  size_t pending() const { return left ? left->size() : 0; }
};

/** Slots by number. They never move. */
class Slots {
 public:
  explicit Slots(uint32_t limit) : limit_(limit) {}

  uint32_t size() const { return size_; }
  Slot& operator[](uint32_t i) { return blocks_[i / kBlock][i % kBlock]; }

  /** A free slot, or -1. */
  int32_t take() {
    if (!free_.empty()) {
      const uint32_t i = free_.back();
      free_.pop_back();
      return static_cast<int32_t>(i);
    }
    if (size_ == limit_) return -1;
    if (size_ % kBlock == 0) blocks_.emplace_back(new Slot[kBlock]);
    return static_cast<int32_t>(size_++);
  }

  /** Used again only after `recycle`: a record of this round must not meet its slot's next owner. */
  void release(uint32_t i) { released_.push_back(i); }

  void recycle() {
    free_.insert(free_.end(), released_.begin(), released_.end());
    released_.clear();
  }

 private:
  static constexpr uint32_t kBlock = 1024;
  uint32_t limit_;
  uint32_t size_ = 0;
  std::vector<std::unique_ptr<Slot[]>> blocks_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> released_;
};

}  // namespace cloudwego::netpoll
