// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "poller.h"
#include "slot.h"
#include "socket.h"
#include "tables.h"

namespace cloudwego::netpoll {

/** A connection, dial or listener: slot and generation, as the tables write them. Minus errno in `slot` where one could not be had. */
struct Handle {
  int32_t slot;
  uint32_t generation;
};

/**
 * The event loop's core: sockets on one side, tables on the other. It calls nobody and never waits.
 *
 *   host's loop: descriptor() is readable, or ready()
 *     ─▶ round()   every ready socket is read once ─▶ in-table
 *     ─▶ host works through the in-table and fills the out-table
 *     ─▶ flush()   one gathered write for each connection; what a socket does not take is copied and sent when it can
 *
 * Bounds:  a round reads about 64 KiB, so that what it read, what is answered and the tables stay in the processor's cache, at most 256 KiB of one socket, and
 *          gives at most as many records as the in-table holds; what could not be served stays in a list, in order, and makes ready() true.
 * Threads: none; one loop belongs to one thread.
 * Errors:  minus errno. A handle whose generation has passed is -EBADF everywhere, and nothing else happens.
 */
class Loop {
 public:
  explicit Loop(const Memory& memory);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /** 0 or minus errno. */
  int open();
  /** Closes every socket. Nothing is sent any more. */
  void close();

  int descriptor() const { return poller_.descriptor(); }
  /** Whether a round has work without an event. */
  bool ready() const { return readyHead_ >= 0; }
  /** Listeners, dials and connections. */
  uint32_t live() const { return live_; }
  const Stats& stats() const { return stats_; }

  /** Fills the in-table; the number of records. */
  uint32_t round();
  /** Empties the out-table. */
  void flush(const Ref* refs, uint32_t refCount);

  Handle listen(const Endpoint& at, int backlog, uint32_t flags);
  /** Takes over a descriptor that listens. */
  Handle listenOn(int fd);
  Handle dial(const Endpoint& to);
  /** Takes over a connected descriptor; paused, as accepted and dialed ones are. On failure it stays the caller's. */
  Handle adopt(int fd);

  int pause(Handle h);
  int resume(Handle h);
  /** Half-closes once everything pending is sent. */
  int end(Handle h);
  /** Closes at once. `reset`: with RST, so that the peer sees it is no orderly end. */
  int close(Handle h, bool reset);
  /** The descriptor, which the loop forgets; what it had not sent goes to `left`. */
  int detach(Handle h, std::string* left);
  /** Asks for kDrained, once nothing is pending. */
  int wantDrain(Handle h);
  int setOption(Handle h, int32_t option, int32_t value);
  /** Takes descriptors that come over a unix socket from now on. */
  int acceptDescriptors(Handle h);
  /** Sends one byte with a descriptor beside it; -EAGAIN while anything is pending. */
  int sendDescriptor(Handle h, int descriptor, uint8_t byte);
  std::string address(Handle h, bool peer);

 private:
  Slot* find(Handle h);
  Handle install(int fd, SlotKind kind);
  void drop(uint32_t i, Slot& s);
  void enqueue(uint32_t i, Slot& s);
  void harvest();
  uint32_t next();
  void serve(uint32_t i, Slot& s);
  void accept(uint32_t i, Slot& s);
  void finishDial(uint32_t i, Slot& s);
  bool read(uint32_t i, Slot& s);
  void drain(uint32_t i, Slot& s);
  void send(uint32_t i, Slot& s, const Ref* refs, uint32_t refCount);
  bool locate(const int32_t* entry, const Ref* refs, uint32_t refCount, Ref* to) const;
  void keep(uint32_t i, Slot& s, const uint8_t* data, size_t length);
  void breakOff(uint32_t i, Slot& s, int error);
  void fail(uint32_t i, Slot& s, int error);
  void notePending(uint32_t i, const Slot& s);
  void record(uint32_t i, const Slot& s, Kind kind, uint32_t offset, int32_t length);

  /** What was put into the ready list between two harvests: how many of it are there still, and the harvest before them. */
  struct Wave {
    uint32_t count;
    int64_t since;
  };

  Memory m_;
  Poller poller_;
  Slots slots_;
  Stats stats_{};
  uint32_t live_ = 0;
  uint32_t inCount_ = 0;
  uint32_t used_ = 0;
  int slab_ = 0;
  int64_t harvested_ = 0;
  int32_t readyHead_ = -1;
  int32_t readyTail_ = -1;
  uint32_t readyCount_ = 0;
  std::deque<Wave> waves_;
  std::vector<int32_t> chain_;
  std::vector<uint32_t> dirty_;
};

}  // namespace cloudwego::netpoll
