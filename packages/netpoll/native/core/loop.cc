// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#include "loop.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <sys/uio.h>
#include <unistd.h>

namespace cloudwego::netpoll {
namespace {

constexpr uint32_t kMaxRead = 256 * 1024;
/** A round that has read so much serves nobody else. Measured: with 5,000 busy connections rounds of a whole slab cost a quarter more. */
constexpr uint32_t kRoundBytes = 64 * 1024;
/** A socket is not read into less than this. */
constexpr uint32_t kMinRoom = 4096;
/** Most records that one socket gives in a round. */
constexpr uint32_t kMostRecords = 4;
constexpr int kAcceptBurst = 64;
constexpr int kGather = 64;
/** Bytes of one connection's leftover that are sent before the others have their turn. */
constexpr size_t kDrainStep = 1024 * 1024;
/** Every read starts on a cache line of its own. */
constexpr uint32_t kAlign = 64;

#if defined(MSG_NOSIGNAL)
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;  // SO_NOSIGPIPE is set on every socket.
#endif

int64_t nowMicros() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1000000 + t.tv_nsec / 1000;
}

uint64_t keyOf(uint32_t slot, uint32_t generation) { return static_cast<uint64_t>(generation) << 32 | slot; }

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Loop::Loop(const Memory& memory) : m_(memory), slots_(std::min(memory.slots, kMaxSlots)), harvested_(nowMicros()) { chain_.resize(m_.outRecords); }

Loop::~Loop() { close(); }

int Loop::open() { return -poller_.open(); }

void Loop::close() {
  for (uint32_t i = 0; i < slots_.size(); i++) {
    Slot& s = slots_[i];
    if (s.kind != SlotKind::kFree) drop(i, s);
  }
  poller_.close();
}

// ── slots ──────────────────────────────────────────────────────────────────────────────────────────

Slot* Loop::find(Handle h) {
  if (h.slot < 0 || static_cast<uint32_t>(h.slot) >= slots_.size()) return nullptr;
  Slot& s = slots_[static_cast<uint32_t>(h.slot)];
  return s.kind != SlotKind::kFree && s.generation == h.generation ? &s : nullptr;
}

Handle Loop::install(int fd, SlotKind kind) {
  const int32_t i = slots_.take();
  if (i < 0) return {-ENFILE, 0};
  Slot& s = slots_[static_cast<uint32_t>(i)];
  const int bad = poller_.add(fd, keyOf(static_cast<uint32_t>(i), s.generation));
  if (bad != 0) {
    slots_.release(static_cast<uint32_t>(i));
    return {-bad, 0};
  }
  s.fd = fd;
  s.kind = kind;
  s.paused = kind != SlotKind::kListener;
  live_++;
  return {i, s.generation};
}

/** Closes the descriptor, unless it was taken out, and frees the slot. */
void Loop::drop(uint32_t i, Slot& s) {
  if (s.fd >= 0) {
    if (s.shared) poller_.remove(s.fd);
    ::close(s.fd);
  }
  const uint32_t generation = (s.generation + 1) & kGenerationMask;
  const bool queued = s.queued;
  const int32_t next = s.next;
  const int32_t head = s.head;
  const int32_t tail = s.tail;
  s = Slot();
  s.generation = generation;
  s.head = head;
  s.tail = tail;
  m_.pending[i] = 0;
  live_--;
  stats_.closed++;
  // While it is in the ready list its link is needed; the list frees it in passing.
  s.queued = queued;
  s.next = next;
  if (!queued) slots_.release(i);
}

void Loop::enqueue(uint32_t i, Slot& s) {
  if (s.queued) return;
  s.queued = true;
  s.next = -1;
  if (readyTail_ >= 0) slots_[static_cast<uint32_t>(readyTail_)].next = static_cast<int32_t>(i);
  else readyHead_ = static_cast<int32_t>(i);
  readyTail_ = static_cast<int32_t>(i);
  readyCount_++;
  if (waves_.empty()) waves_.push_back({0, harvested_});
  waves_.back().count++;
}

/** Takes the first out of the ready list, which is not empty. */
uint32_t Loop::next() {
  const auto i = static_cast<uint32_t>(readyHead_);
  Slot& s = slots_[i];
  readyHead_ = s.next;
  if (readyHead_ < 0) readyTail_ = -1;
  readyCount_--;
  s.queued = false;
  while (waves_.front().count == 0) waves_.pop_front();
  waves_.front().count--;
  return i;
}

void Loop::record(uint32_t i, const Slot& s, Kind kind, uint32_t offset, int32_t length) {
  int32_t* const r = m_.in + inCount_++ * kRecordInts;
  r[0] = static_cast<int32_t>(i);
  r[1] = static_cast<int32_t>(s.generation << 8 | static_cast<uint32_t>(kind));
  r[2] = static_cast<int32_t>(offset);
  r[3] = length;
}

// ── in ─────────────────────────────────────────────────────────────────────────────────────────────

uint32_t Loop::round() {
  slots_.recycle();
  slab_ = 1 - slab_;
  used_ = 0;
  inCount_ = 0;
  harvest();
  for (uint32_t n = readyCount_; n > 0 && inCount_ + kMostRecords <= m_.inRecords && used_ < kRoundBytes && used_ + kMinRoom <= m_.slabBytes; n--) {
    const uint32_t i = next();
    Slot& s = slots_[i];
    switch (s.kind) {
      case SlotKind::kFree:
        slots_.release(i);
        break;
      case SlotKind::kListener:
        accept(i, s);
        break;
      case SlotKind::kDialing:
        finishDial(i, s);
        break;
      case SlotKind::kConnection:
        serve(i, s);
        break;
    }
  }
  m_.header[kInCount] = static_cast<int32_t>(inCount_);
  m_.header[kSlab] = slab_;
  m_.header[kSlabUsed] = static_cast<int32_t>(used_);
  stats_.rounds++;
  stats_.records += inCount_;
  return inCount_;
}

/** Turns the events that wait into flags and puts their slots behind those that still have work. */
void Loop::harvest() {
  static_assert(sizeof(Event) <= 16, "events are on the stack");
  constexpr int kEvents = 1024;
  Event events[kEvents];
  const int n = poller_.wait(events, kEvents);
  const int64_t now = nowMicros();
  while (!waves_.empty() && waves_.front().count == 0) waves_.pop_front();
  // What an earlier round left over is served first, and has waited since before it was harvested.
  m_.header[kWaitedMicros] = static_cast<int32_t>(std::min<int64_t>(now - (waves_.empty() ? harvested_ : waves_.front().since), INT32_MAX));
  if (waves_.empty() || waves_.back().count > 0) waves_.push_back({0, harvested_});
  else waves_.back().since = harvested_;
  harvested_ = now;
  for (int k = 0; k < n; k++) {
    const Event& e = events[k];
    const Handle h = {static_cast<int32_t>(e.key & 0xffffffff), static_cast<uint32_t>(e.key >> 32)};
    Slot* const s = find(h);
    if (s == nullptr) continue;
    s->readable |= e.readable;
    s->hangup |= e.hangup;
    s->writable |= e.writable;
    s->suspect |= s->ended && e.hangup;
    const bool wanted = s->kind == SlotKind::kConnection ? (s->readable && !s->paused && !s->ended) || (s->writable && s->pending() > 0) || s->suspect : true;
    if (wanted) enqueue(static_cast<uint32_t>(h.slot), *s);
  }
}

void Loop::accept(uint32_t i, Slot& s) {
  if (s.paused) return;
  for (int burst = 0; burst < kAcceptBurst && inCount_ + kMostRecords <= m_.inRecords; burst++) {
    const int fd = acceptConnection(s.fd);
    if (fd < 0) {
      if (wouldBlock(-fd)) {
        s.readable = false;
        return;
      }
      // These concern the one connection, which is gone.
      if (fd == -EINTR || fd == -ECONNABORTED || fd == -EPROTO || fd == -EPERM) continue;
      s.paused = true;
      stats_.acceptFailures++;
      record(i, s, kAcceptFailed, 0, -fd);
      return;
    }
    const Handle h = install(fd, SlotKind::kConnection);
    if (h.slot < 0) {
      ::close(fd);
      s.paused = true;
      stats_.acceptFailures++;
      record(i, s, kAcceptFailed, 0, -h.slot);
      return;
    }
    stats_.accepted++;
    record(static_cast<uint32_t>(h.slot), slots_[static_cast<uint32_t>(h.slot)], kAccepted, i, 0);
  }
  enqueue(i, s);
}

void Loop::finishDial(uint32_t i, Slot& s) {
  if (s.failed) return;
  if (!s.connected) {
    if (!s.writable && !s.hangup) return;
    const int error = takeError(s.fd);
    if (error != 0) {
      fail(i, s, error);
      return;
    }
  }
  s.kind = SlotKind::kConnection;
  s.writable = false;
  stats_.dialed++;
  record(i, s, kConnected, 0, 0);
}

void Loop::serve(uint32_t i, Slot& s) {
  if (s.failed) return;
  if (s.writable) {
    s.writable = false;
    if (s.pending() > 0) drain(i, s);
  }
  if (s.drained) {
    s.drained = false;
    record(i, s, kDrained, 0, 0);
  }
  // After a failed write there may be bytes that came before it.
  const bool got = s.readable && !s.paused && !s.ended && read(i, s);
  if (s.suspect && !s.failed) {
    s.suspect = false;
    // Nobody reads behind the end, so that a reset would be seen with the next write only.
    if (const int error = takeError(s.fd); error != 0 && s.error == 0) s.error = error;
  }
  if (s.error != 0 && !s.failed) {
    if (got) enqueue(i, s);
    else fail(i, s, s.error);
  }
}

/** Reads once. True when bytes came. */
bool Loop::read(uint32_t i, Slot& s) {
  uint8_t* const to = m_.slab[slab_] + used_;
  const uint32_t room = std::min(m_.slabBytes - used_, kMaxRead);
  int descriptor = -1;
  ptrdiff_t n;
  if (s.descriptors) {
    n = receiveDescriptor(s.fd, to, room, &descriptor);
  } else {
    n = recv(s.fd, to, room, 0);
    if (n < 0) n = -errno;
  }
  stats_.reads++;
  if (descriptor >= 0) record(i, s, kDescriptor, 0, descriptor);
  if (n > 0) {
    record(i, s, kData, static_cast<uint32_t>(slab_) << 24 | used_, static_cast<int32_t>(n));
    used_ = std::min(m_.slabBytes, (used_ + static_cast<uint32_t>(n) + kAlign - 1) & ~(kAlign - 1));
    stats_.bytesIn += static_cast<double>(n);
    // A short read of a stream means that it is dry, unless its end is waiting or descriptors cut it.
    s.readable = static_cast<uint32_t>(n) == room || s.hangup || s.descriptors;
    if (s.readable) enqueue(i, s);
    return true;
  }
  if (n == 0) {
    s.readable = false;
    s.ended = true;
    record(i, s, kEnd, 0, 0);
  } else if (n == -EINTR) {
    enqueue(i, s);
  } else if (wouldBlock(static_cast<int>(-n))) {
    s.readable = false;
  } else {
    fail(i, s, static_cast<int>(-n));
  }
  return false;
}

// ── out ────────────────────────────────────────────────────────────────────────────────────────────

void Loop::flush(const Ref* refs, uint32_t refCount) {
  const auto n = std::min(static_cast<uint32_t>(m_.header[kOutCount]), m_.outRecords);
  m_.header[kOutCount] = 0;
  m_.header[kRefCount] = 0;
  if (n == 0) return;
  m_.header[kEpoch] = static_cast<int32_t>(static_cast<uint32_t>(m_.header[kEpoch]) + 1);
  dirty_.clear();
  for (uint32_t k = 0; k < n; k++) {
    const int32_t* const e = m_.out + k * kRecordInts;
    const Handle h = {e[0], static_cast<uint32_t>(e[1])};
    Slot* const s = find(h);
    if (s == nullptr || s->kind != SlotKind::kConnection) continue;
    chain_[k] = -1;
    if (s->tail < 0) {
      s->head = static_cast<int32_t>(k);
      dirty_.push_back(static_cast<uint32_t>(h.slot));
    } else {
      chain_[static_cast<uint32_t>(s->tail)] = static_cast<int32_t>(k);
    }
    s->tail = static_cast<int32_t>(k);
  }
  for (const uint32_t i : dirty_) send(i, slots_[i], refs, refCount);
}

/** What an entry points at, or false when it points outside what the host gave. */
bool Loop::locate(const int32_t* entry, const Ref* refs, uint32_t refCount, Ref* to) const {
  const int32_t where = entry[2];
  if (entry[3] < 0) return false;
  const auto length = static_cast<uint32_t>(entry[3]);
  if (where < 0) {
    const auto k = static_cast<uint32_t>(~where);
    if (k >= refCount || refs[k].length != length) return false;
    *to = refs[k];
    return true;
  }
  if (static_cast<uint64_t>(where) + length > m_.outputBytes) return false;
  *to = {m_.output + where, length};
  return true;
}

/** Writes the entries chained from `s.head` as one, in their order. */
void Loop::send(uint32_t i, Slot& s, const Ref* refs, uint32_t refCount) {
  int32_t next = s.head;
  s.head = s.tail = -1;
  if (s.error != 0 || s.failed || s.shut || s.shutWanted) return;
  while (next >= 0) {
    iovec io[kGather];
    int count = 0;
    size_t total = 0;
    for (; next >= 0 && count < kGather; next = chain_[static_cast<uint32_t>(next)], count++) {
      Ref block;
      if (!locate(m_.out + static_cast<uint32_t>(next) * kRecordInts, refs, refCount, &block)) {
        breakOff(i, s, EFAULT);
        return;
      }
      io[count] = {const_cast<uint8_t*>(block.data), block.length};
      total += block.length;
    }
    size_t sent = 0;
    if (s.pending() == 0) {
      ptrdiff_t r;
      do {
        if (count == 1) {
          r = ::send(s.fd, io[0].iov_base, io[0].iov_len, kSendFlags);
        } else {
          msghdr message{};
          message.msg_iov = io;
          message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);
          r = sendmsg(s.fd, &message, kSendFlags);
        }
      } while (r < 0 && errno == EINTR);
      stats_.writes++;
      if (r < 0 && !wouldBlock(errno)) {
        breakOff(i, s, errno);
        return;
      }
      sent = r < 0 ? 0 : static_cast<size_t>(r);
      stats_.bytesOut += static_cast<double>(sent);
      if (sent < total) stats_.partialWrites++;
    }
    if (sent < total) {
      for (int k = 0; k < count; k++) {
        const size_t skip = std::min(sent, io[k].iov_len);
        sent -= skip;
        keep(i, s, static_cast<const uint8_t*>(io[k].iov_base) + skip, io[k].iov_len - skip);
        if (s.error != 0) return;
      }
    }
  }
  notePending(i, s);
  if (s.drainWanted && s.pending() == 0) {
    s.drainWanted = false;
    s.drained = true;
    enqueue(i, s);
  }
}

void Loop::keep(uint32_t i, Slot& s, const uint8_t* data, size_t length) {
  if (length == 0) return;
  if (!s.left) s.left.reset(new (std::nothrow) Leftover());
  if (!s.left || !s.left->append(data, length)) breakOff(i, s, ENOMEM);
}

/** Sends what is left over, a step of it. The kernel tells when there is room again. */
void Loop::drain(uint32_t i, Slot& s) {
  size_t budget = kDrainStep;
  while (s.pending() > 0) {
    if (budget == 0) {
      s.writable = true;
      enqueue(i, s);
      break;
    }
    const ptrdiff_t r = ::send(s.fd, s.left->data(), std::min(s.left->size(), budget), kSendFlags);
    if (r < 0 && errno == EINTR) continue;
    if (r < 0 && wouldBlock(errno)) break;
    if (r < 0) {
      breakOff(i, s, errno);
      return;
    }
    stats_.writes++;
    stats_.bytesOut += static_cast<double>(r);
    s.left->take(static_cast<size_t>(r));
    budget -= static_cast<size_t>(r);
  }
  notePending(i, s);
  if (s.pending() > 0) return;
  s.left.reset();
  s.drainWanted = false;
  s.drained = true;
  if (s.shutWanted) {
    s.shutWanted = false;
    s.shut = true;
    shutdown(s.fd, SHUT_WR);
  }
}

/** Nothing can be sent any more. It is told in the next round, after what the peer sent before. */
void Loop::breakOff(uint32_t i, Slot& s, int error) {
  s.error = error;
  s.left.reset();
  notePending(i, s);
  enqueue(i, s);
}

void Loop::fail(uint32_t i, Slot& s, int error) {
  s.failed = true;
  s.left.reset();
  notePending(i, s);
  record(i, s, kClosed, 0, error);
}

void Loop::notePending(uint32_t i, const Slot& s) { m_.pending[i] = static_cast<int32_t>(std::min<size_t>(s.pending(), INT32_MAX)); }

// ── commands ───────────────────────────────────────────────────────────────────────────────────────

Handle Loop::listen(const Endpoint& at, int backlog, uint32_t flags) {
  const int fd = openListener(at, backlog, flags);
  if (fd < 0) return {fd, 0};
  const Handle h = install(fd, SlotKind::kListener);
  if (h.slot < 0) ::close(fd);
  return h;
}

Handle Loop::listenOn(int fd) {
  if (!isListening(fd)) return {-EINVAL, 0};
  if (const int bad = prepareDescriptor(fd); bad != 0) return {bad, 0};
  const Handle h = install(fd, SlotKind::kListener);
  if (h.slot >= 0) slots_[static_cast<uint32_t>(h.slot)].shared = true;
  return h;
}

Handle Loop::dial(const Endpoint& to) {
  bool done = false;
  const int fd = openConnection(to, &done);
  if (fd < 0) return {fd, 0};
  const Handle h = install(fd, SlotKind::kDialing);
  if (h.slot < 0) {
    ::close(fd);
    return h;
  }
  if (done) {
    Slot& s = slots_[static_cast<uint32_t>(h.slot)];
    s.connected = true;
    enqueue(static_cast<uint32_t>(h.slot), s);
  }
  return h;
}

Handle Loop::adopt(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0) return {-errno, 0};
  if (type != SOCK_STREAM || isListening(fd)) return {-EINVAL, 0};
  if (const int bad = prepareDescriptor(fd); bad != 0) return {bad, 0};
  const Handle h = install(fd, SlotKind::kConnection);
  if (h.slot >= 0) slots_[static_cast<uint32_t>(h.slot)].shared = true;
  return h;
}

int Loop::pause(Handle h) {
  Slot* const s = find(h);
  if (s == nullptr) return -EBADF;
  s->paused = true;
  return 0;
}

int Loop::resume(Handle h) {
  Slot* const s = find(h);
  if (s == nullptr) return -EBADF;
  s->paused = false;
  // A listener that rested must look for itself: the edge may have come before.
  if (s->readable || s->kind == SlotKind::kListener) enqueue(static_cast<uint32_t>(h.slot), *s);
  return 0;
}

int Loop::end(Handle h) {
  Slot* const s = find(h);
  if (s == nullptr || s->kind != SlotKind::kConnection) return -EBADF;
  if (s->shut || s->shutWanted || s->failed) return 0;
  if (s->pending() > 0) {
    s->shutWanted = true;
    return 0;
  }
  s->shut = true;
  return shutdown(s->fd, SHUT_WR) == 0 ? 0 : -errno;
}

int Loop::close(Handle h, bool reset) {
  Slot* const s = find(h);
  if (s == nullptr) return -EBADF;
  if (reset) cloudwego::netpoll::setOption(s->fd, kLinger, 0);
  drop(static_cast<uint32_t>(h.slot), *s);
  return 0;
}

int Loop::detach(Handle h, std::string* left) {
  Slot* const s = find(h);
  if (s == nullptr || s->kind != SlotKind::kConnection) return -EBADF;
  if (s->left) left->assign(reinterpret_cast<const char*>(s->left->data()), s->left->size());
  const int fd = s->fd;
  poller_.remove(fd);
  s->fd = -1;
  drop(static_cast<uint32_t>(h.slot), *s);
  return fd;
}

int Loop::wantDrain(Handle h) {
  Slot* const s = find(h);
  if (s == nullptr) return -EBADF;
  s->drainWanted = true;
  return 0;
}

int Loop::setOption(Handle h, int32_t option, int32_t value) {
  Slot* const s = find(h);
  return s == nullptr ? -EBADF : cloudwego::netpoll::setOption(s->fd, option, value);
}

int Loop::acceptDescriptors(Handle h) {
  Slot* const s = find(h);
  if (s == nullptr) return -EBADF;
  s->descriptors = true;
  return 0;
}

int Loop::sendDescriptor(Handle h, int descriptor, uint8_t byte) {
  Slot* const s = find(h);
  if (s == nullptr || s->kind != SlotKind::kConnection) return -EBADF;
  if (s->pending() > 0) return -EAGAIN;
  if (s->error != 0 || s->shut) return -EPIPE;
  const ptrdiff_t n = cloudwego::netpoll::sendDescriptor(s->fd, &byte, 1, descriptor);
  return n < 0 ? static_cast<int>(n) : 0;
}

std::string Loop::address(Handle h, bool peer) {
  Slot* const s = find(h);
  return s == nullptr ? std::string() : addressText(s->fd, peer);
}

}  // namespace cloudwego::netpoll
