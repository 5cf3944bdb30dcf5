// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <sys/types.h>
// After types.h, which it needs.
#include <sys/event.h>
#include <sys/time.h>
#include <fcntl.h>
#include <unistd.h>

#include "poller.h"

namespace cloudwego::netpoll {

/** The driver of macOS and the BSDs. Written from the manual; not yet run on such a system. */
class Poller {
 public:
  int open() {
    fd_ = kqueue();
    if (fd_ < 0) return errno;
    fcntl(fd_, F_SETFD, FD_CLOEXEC);
    return 0;
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  int descriptor() const { return fd_; }

  int add(int fd, uint64_t key) {
    struct kevent e[2];
    void* const data = reinterpret_cast<void*>(static_cast<uintptr_t>(key));
    EV_SET(&e[0], fd, EVFILT_READ, EV_ADD | EV_CLEAR, 0, 0, data);
    EV_SET(&e[1], fd, EVFILT_WRITE, EV_ADD | EV_CLEAR, 0, 0, data);
    // A listener has no write filter, which is no failure.
    if (kevent(fd_, &e[0], 1, nullptr, 0, nullptr) != 0) return errno;
    kevent(fd_, &e[1], 1, nullptr, 0, nullptr);
    return 0;
  }

  void remove(int fd) {
    struct kevent e[2];
    EV_SET(&e[0], fd, EVFILT_READ, EV_DELETE, 0, 0, nullptr);
    EV_SET(&e[1], fd, EVFILT_WRITE, EV_DELETE, 0, 0, nullptr);
    kevent(fd_, &e[0], 1, nullptr, 0, nullptr);
    kevent(fd_, &e[1], 1, nullptr, 0, nullptr);
  }

  int wait(Event* events, int max) {
    if (max > kMax) max = kMax;
    const timespec now = {0, 0};
    const int n = kevent(fd_, nullptr, 0, raw_, max, &now);
    for (int i = 0; i < n; i++) {
      const struct kevent& e = raw_[i];
      const bool end = (e.flags & (EV_EOF | EV_ERROR)) != 0;
      const bool read = e.filter == EVFILT_READ;
      events[i] = {static_cast<uint64_t>(reinterpret_cast<uintptr_t>(e.udata)), read || end, !read || end, end};
    }
    return n;
  }

  static const char* name() { return "kqueue"; }

 private:
  static constexpr int kMax = 1024;
  int fd_ = -1;
  struct kevent raw_[kMax];
};

}  // namespace cloudwego::netpoll
