// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/socket.h>

// Sockets without a loop: addresses, options, what differs between Linux and the others. Every function gives a descriptor or 0, or minus errno.
namespace cloudwego::netpoll {

/** A numeric host and port, or a path; a path that starts with NUL is an abstract name (Linux). Names are the host's to resolve. */
struct Endpoint {
  bool unixSocket = false;
  std::string name;
  uint16_t port = 0;
};

enum ListenFlags : uint32_t { kReusePort = 1, kIpv6Only = 2 };

/** Options of one socket; values in `setOption`. */
enum Option : int32_t {
  kNoDelay = 1,
  kKeepAlive = 2,   // seconds until the first probe and between probes; 0 = off
  kLinger = 3,      // seconds; -1 = off
  kSendBuffer = 4,  // bytes
  kReceiveBuffer = 5,
};

int openListener(const Endpoint& at, int backlog, uint32_t flags);
/** A socket whose connection is begun; `*done` where it is made already. */
int openConnection(const Endpoint& to, bool* done);
int acceptConnection(int listener);
/** Makes an inherited or received descriptor fit for a loop: non-blocking, not inherited by children. */
int prepareDescriptor(int fd);
int setOption(int fd, int32_t option, int32_t value);
/** Whether `fd` is a stream socket that listens. */
bool isListening(int fd);
/** The error that a socket keeps, cleared by asking. */
int takeError(int fd);

/**
 * An address of a socket as text: `4 127.0.0.1 80`, `6 ::1 80`, `u /path`, `u \0abstract`, or empty where there is none (an unnamed unix socket too).
 */
std::string addressText(int fd, bool peer);

/** Sends `data` with a descriptor beside it over a unix socket. Bytes sent, or minus errno; -EOPNOTSUPP over any other. The descriptor stays the caller's. */
ptrdiff_t sendDescriptor(int fd, const uint8_t* data, size_t length, int descriptor);
/** Receives bytes and, where one comes beside them, a descriptor (else -1). As recv: 0 at the end, minus errno. */
ptrdiff_t receiveDescriptor(int fd, uint8_t* data, size_t length, int* descriptor);

}  // namespace cloudwego::netpoll
