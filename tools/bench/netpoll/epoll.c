// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The ceiling: echo of whatever comes with nothing but epoll, recv and send in one thread. What a socket does not take is kept and nothing is read until
 * it is sent. Prints `LISTEN 127.0.0.1:PORT`.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct conn {
  int fd;
  unsigned char *left;
  size_t from, to;
};

static unsigned char in[256 * 1024];
static int ep;

static void watch(struct conn *c, unsigned events, int op) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(ep, op, c->fd, &e);
}

static void drop(struct conn *c) {
  close(c->fd);
  free(c->left);
  free(c);
}

static void serve(struct conn *c) {
  ssize_t n = recv(c->fd, in, sizeof in, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    drop(c);
    return;
  }
  ssize_t sent = send(c->fd, in, (size_t)n, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    drop(c);
    return;
  }
  if (sent < 0) sent = 0;
  if (sent == n) return;
  c->to = (size_t)(n - sent);
  c->from = 0;
  c->left = malloc(c->to);
  memcpy(c->left, in + sent, c->to);
  watch(c, EPOLLOUT, EPOLL_CTL_MOD);
}

static void drain(struct conn *c) {
  ssize_t sent = send(c->fd, c->left + c->from, c->to - c->from, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    drop(c);
    return;
  }
  if (sent > 0) c->from += (size_t)sent;
  if (c->from < c->to) return;
  free(c->left);
  c->left = NULL;
  watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int l = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof a;
  setsockopt(l, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind(l, (struct sockaddr *)&a, sizeof a) < 0 || listen(l, 4096) < 0) return 1;
  getsockname(l, (struct sockaddr *)&a, &size);
  printf("LISTEN 127.0.0.1:%d\n", ntohs(a.sin_port));
  fflush(stdout);
  ep = epoll_create1(0);
  struct conn listener = {.fd = l};
  watch(&listener, EPOLLIN, EPOLL_CTL_ADD);
  struct epoll_event events[1024];
  for (;;) {
    int n = epoll_wait(ep, events, 1024, -1);
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      if (c == &listener) {
        for (int fd; (fd = accept4(l, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
          struct conn *k = calloc(1, sizeof *k);
          k->fd = fd;
          watch(k, EPOLLIN, EPOLL_CTL_ADD);
        }
      } else if (c->left != NULL) {
        drain(c);
      } else {
        serve(c);
      }
    }
  }
}
