// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The one difference between systems: how readiness is learned. A driver is a class Poller with
//
//   int open();                            0 or errno
//   void close();
//   int descriptor() const;                readable while an event waits: it nests in the host's loop
//   int add(int fd, uint64_t key);         0 or errno; edges of readable, writable and hung up from now on
//   void remove(int fd);
//   int wait(Event* events, int max);      the events that are there, without waiting; -1 and errno
//   static const char* name();
//
// Edges, not levels: a socket is registered once in its life, and the loop remembers what is left to do. So a pause, a full socket and a long read
// cost no system call.
namespace cloudwego::netpoll {

struct Event {
  uint64_t key;
  bool readable;
  bool writable;
  bool hangup;
};

}  // namespace cloudwego::netpoll

#if defined(__linux__)
#include "epoll.h"
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
#include "kqueue.h"
#else
#error "no driver for this system"
#endif
