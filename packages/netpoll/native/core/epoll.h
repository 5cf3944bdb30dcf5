// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <sys/epoll.h>
#include <unistd.h>

#include "poller.h"

namespace cloudwego::netpoll {

/** The driver of Linux. */
class Poller {
 public:
  int open() {
    fd_ = epoll_create1(EPOLL_CLOEXEC);
    return fd_ < 0 ? errno : 0;
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  int descriptor() const { return fd_; }

  int add(int fd, uint64_t key) {
    epoll_event e{};
    e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    e.data.u64 = key;
    return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : errno;
  }

  void remove(int fd) {
    epoll_event e{};  // Kernels before 2.6.9 want one.
    epoll_ctl(fd_, EPOLL_CTL_DEL, fd, &e);
  }

  int wait(Event* events, int max) {
    if (max > kMax) max = kMax;
    const int n = epoll_wait(fd_, raw_, max, 0);
    for (int i = 0; i < n; i++) {
      const uint32_t e = raw_[i].events;
      events[i] = {raw_[i].data.u64, (e & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0, (e & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
                   (e & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
    }
    return n;
  }

  static const char* name() { return "epoll"; }

 private:
  static constexpr int kMax = 1024;
  int fd_ = -1;
  epoll_event raw_[kMax];
};

}  // namespace cloudwego::netpoll
