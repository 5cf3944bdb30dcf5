// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// What a loop and its host share: memory that the host allocates once and both read and write, never at the same time.
//
//   header   16 × i32                    see Header
//   in       records × 4 × i32           slot | generation << 8 · kind | slab << 24 · offset | length or errno
//   out      entries × 4 × i32           slot | generation | offset in `output`, or ~index of a referenced block | length
//   pending  slots × i32                 bytes of a connection that the socket has not taken
//   slab     2 × up to 16 MiB            what was read in this round and in the one before
//   output   what the out-table points into; free again after every flush
//
// The tables are apart, and the out count is zeroed before the host is called, so that a host that fails in the middle can never send stale bytes.
namespace cloudwego::netpoll {

enum Kind : int32_t {
  kData = 1,          // bytes in the slab
  kEnd = 2,           // the peer half-closed
  kClosed = 3,        // the socket failed; length = errno. Of a dial: it failed
  kDrained = 4,       // the socket took everything that was pending
  kAccepted = 5,      // a new connection; offset = slot of the listener
  kConnected = 6,     // a dial succeeded
  kAcceptFailed = 7,  // the listener rests until it is resumed; length = errno
  kDescriptor = 8,    // a descriptor came over a unix socket; length = the descriptor, now the host's
};

enum Header : int32_t {
  kInCount = 0,
  kWaitedMicros = 1,  // how long the oldest record can have waited
  kOutCount = 2,
  kRefCount = 3,
  kEpoch = 4,  // counts flushes
  kSlab = 5,   // the slab of this round
  kSlabUsed = 6,
  kQuiet = 7,       // connections that shall not keep the process alive
  kReferenced = 8,  // whether the loop does
  kHeaderInts = 16,
};

constexpr uint32_t kRecordInts = 4;
/** Half of the 2^20 slots that an id has room for: the others number connections that are not this core's (TLS). */
constexpr uint32_t kMaxSlots = 1u << 19;
constexpr uint32_t kGenerationMask = 0xffffff;

/** Memory of the host that a loop works on. Lives longer than the loop. */
struct Memory {
  int32_t* header = nullptr;
  int32_t* in = nullptr;
  uint32_t inRecords = 0;
  int32_t* out = nullptr;
  uint32_t outRecords = 0;
  uint8_t* slab[2] = {nullptr, nullptr};
  uint32_t slabBytes = 0;
  uint8_t* output = nullptr;
  uint32_t outputBytes = 0;
  int32_t* pending = nullptr;
  uint32_t slots = 0;
};

/** A block that an out entry refers to instead of the output slab. Borrowed for the length of a flush. */
struct Ref {
  const uint8_t* data;
  size_t length;
};

/** Counted since the loop was opened. All doubles, so that a host can read them as one array. */
struct Stats {
  double rounds, records, bytesIn, bytesOut, reads, writes, partialWrites, accepted, dialed, closed, acceptFailures, live;
};

}  // namespace cloudwego::netpoll
