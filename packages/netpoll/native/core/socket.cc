// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#include "socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

namespace cloudwego::netpoll {
namespace {

struct Raw {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

int resolve(const Endpoint& e, bool passive, Raw* raw) {
  if (e.unixSocket) {
    auto* u = reinterpret_cast<sockaddr_un*>(&raw->storage);
    if (e.name.empty() || e.name.size() >= sizeof u->sun_path) return ENAMETOOLONG;
#if !defined(__linux__)
    if (e.name[0] == '\0') return EADDRNOTAVAIL;
#endif
    u->sun_family = AF_UNIX;
    memcpy(u->sun_path, e.name.data(), e.name.size());
    // An abstract name has no terminator: every byte of the length counts.
    raw->length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + e.name.size() + (e.name[0] == '\0' ? 0 : 1));
    return 0;
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | (passive ? AI_PASSIVE : 0);
  char port[8];
  snprintf(port, sizeof port, "%u", static_cast<unsigned>(e.port));
  addrinfo* found = nullptr;
  if (getaddrinfo(e.name.c_str(), port, &hints, &found) != 0 || found == nullptr) return EADDRNOTAVAIL;
  memcpy(&raw->storage, found->ai_addr, found->ai_addrlen);
  raw->length = static_cast<socklen_t>(found->ai_addrlen);
  freeaddrinfo(found);
  return 0;
}

void on(int fd, int level, int name, int value = 1) {
  setsockopt(fd, level, name, &value, sizeof value);
}

/** Options of every TCP connection. Source: netpoll connection_impl.go (TCP_NODELAY is always on), Node's keepAlive. */
void tcpDefaults(int fd) {
  on(fd, IPPROTO_TCP, TCP_NODELAY);
  on(fd, SOL_SOCKET, SO_KEEPALIVE);
}

int streamSocket(int family) {
#if defined(__linux__)
  const int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
#else
  const int fd = socket(family, SOCK_STREAM, 0);
  if (fd < 0) return -errno;
  const int bad = prepareDescriptor(fd);
  if (bad == 0) return fd;
  close(fd);
  return bad;
#endif
}

int closeWith(int fd, int error) {
  close(fd);
  return -error;
}

}  // namespace

int prepareDescriptor(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return -errno;
#if defined(SO_NOSIGPIPE)
  on(fd, SOL_SOCKET, SO_NOSIGPIPE);
#endif
  return 0;
}

int openListener(const Endpoint& at, int backlog, uint32_t flags) {
  Raw raw;
  if (const int bad = resolve(at, true, &raw); bad != 0) return -bad;
  const int fd = streamSocket(raw.storage.ss_family);
  if (fd < 0) return fd;
  if (!at.unixSocket) {
    on(fd, SOL_SOCKET, SO_REUSEADDR);
    if (raw.storage.ss_family == AF_INET6) on(fd, IPPROTO_IPV6, IPV6_V6ONLY, (flags & kIpv6Only) != 0 ? 1 : 0);
    if ((flags & kReusePort) != 0) {
      const int yes = 1;
      if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0) return closeWith(fd, errno);
    }
    // Linux hands them down to accepted sockets, which saves two calls for each.
    tcpDefaults(fd);
  }
  if (bind(fd, raw.get(), raw.length) != 0 || listen(fd, backlog) != 0) return closeWith(fd, errno);
  return fd;
}

int openConnection(const Endpoint& to, bool* done) {
  Raw raw;
  if (const int bad = resolve(to, false, &raw); bad != 0) return -bad;
  const int fd = streamSocket(raw.storage.ss_family);
  if (fd < 0) return fd;
  if (!to.unixSocket) tcpDefaults(fd);
  int r;
  do r = connect(fd, raw.get(), raw.length);
  while (r != 0 && errno == EINTR);
  *done = r == 0;
  if (r != 0 && errno != EINPROGRESS) return closeWith(fd, errno);
  return fd;
}

int acceptConnection(int listener) {
#if defined(__linux__)
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return fd < 0 ? -errno : fd;
#else
  const int fd = accept(listener, nullptr, nullptr);
  if (fd < 0) return -errno;
  if (const int bad = prepareDescriptor(fd); bad != 0) {
    close(fd);
    return bad;
  }
  tcpDefaults(fd);
  return fd;
#endif
}

int setOption(int fd, int32_t option, int32_t value) {
  int r = 0;
  switch (option) {
    case kNoDelay:
      r = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value);
      break;
    case kKeepAlive: {
      const int enabled = value > 0 ? 1 : 0;
      r = setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &enabled, sizeof enabled);
      if (r != 0 || value <= 0) break;
      // Source: netpoll sys_keepalive_unix.go: idle time and interval are one value, the number of probes is the kernel's.
#if defined(TCP_KEEPIDLE)
      r = setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value);
#elif defined(TCP_KEEPALIVE)
      r = setsockopt(fd, IPPROTO_TCP, TCP_KEEPALIVE, &value, sizeof value);
#endif
#if defined(TCP_KEEPINTVL)
      if (r == 0) r = setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &value, sizeof value);
#endif
      break;
    }
    case kLinger: {
      linger l{};
      l.l_onoff = value >= 0 ? 1 : 0;
      l.l_linger = value >= 0 ? value : 0;
      r = setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
      break;
    }
    case kSendBuffer:
      r = setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value);
      break;
    case kReceiveBuffer:
      r = setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value);
      break;
    default:
      return -EINVAL;
  }
  return r == 0 ? 0 : -errno;
}

bool isListening(int fd) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

int takeError(int fd) {
  int value = 0;
  socklen_t length = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length) != 0) return errno;
  return value;
}

std::string addressText(int fd, bool peer) {
  Raw raw;
  raw.length = sizeof raw.storage;
  auto* const at = reinterpret_cast<sockaddr*>(&raw.storage);
  if ((peer ? getpeername(fd, at, &raw.length) : getsockname(fd, at, &raw.length)) != 0) return {};
  char host[INET6_ADDRSTRLEN] = "";
  if (raw.storage.ss_family == AF_INET) {
    const auto* a = reinterpret_cast<const sockaddr_in*>(&raw.storage);
    inet_ntop(AF_INET, &a->sin_addr, host, sizeof host);
    return std::string("4 ") + host + ' ' + std::to_string(ntohs(a->sin_port));
  }
  if (raw.storage.ss_family == AF_INET6) {
    const auto* a = reinterpret_cast<const sockaddr_in6*>(&raw.storage);
    inet_ntop(AF_INET6, &a->sin6_addr, host, sizeof host);
    return std::string("6 ") + host + ' ' + std::to_string(ntohs(a->sin6_port));
  }
  if (raw.storage.ss_family != AF_UNIX || raw.length <= offsetof(sockaddr_un, sun_path)) return {};
  const auto* u = reinterpret_cast<const sockaddr_un*>(&raw.storage);
  const size_t n = raw.length - offsetof(sockaddr_un, sun_path);
  return std::string("u ") + (u->sun_path[0] == '\0' ? std::string(u->sun_path, n) : std::string(u->sun_path, strnlen(u->sun_path, n)));
}

ptrdiff_t sendDescriptor(int fd, const uint8_t* data, size_t length, int descriptor) {
  // Other families send the byte and say nothing of the descriptor.
  Raw self;
  self.length = sizeof self.storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&self.storage), &self.length) != 0) return -errno;
  if (self.storage.ss_family != AF_UNIX) return -EOPNOTSUPP;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec io = {const_cast<uint8_t*>(data), length};
  msghdr m{};
  m.msg_iov = &io;
  m.msg_iovlen = 1;
  m.msg_control = control;
  m.msg_controllen = sizeof control;
  cmsghdr* const c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &descriptor, sizeof(int));
#if defined(MSG_NOSIGNAL)
  const ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
#else
  const ssize_t n = sendmsg(fd, &m, 0);
#endif
  return n < 0 ? -errno : n;
}

ptrdiff_t receiveDescriptor(int fd, uint8_t* data, size_t length, int* descriptor) {
  *descriptor = -1;
  // Room for more than one: what a peer sends too many of is closed here, not leaked.
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 16)];
  iovec io = {data, length};
  msghdr m{};
  m.msg_iov = &io;
  m.msg_iovlen = 1;
  m.msg_control = control;
  m.msg_controllen = sizeof control;
#if defined(MSG_CMSG_CLOEXEC)
  const ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
#else
  const ssize_t n = recvmsg(fd, &m, 0);
#endif
  if (n < 0) return -errno;
  for (cmsghdr* c = CMSG_FIRSTHDR(&m); c != nullptr; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int got;
      memcpy(&got, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
      if (*descriptor < 0) *descriptor = got;
      else close(got);
    }
  }
  return n;
}

}  // namespace cloudwego::netpoll
