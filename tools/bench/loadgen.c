// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Load for length-prefixed RPC servers, so that the load never sets the pace: one thread, epoll, one request frame repeated.
 *
 *   loadgen HOST PORT CONNECTIONS DEPTH WARMUP_MS MEASURE_MS < frame
 *
 * The frame on standard input is one whole request, length prefix (u32, big-endian, counts what follows) included. Every connection keeps DEPTH requests
 * in flight. Prints one line of JSON: answers, seconds, bytes, and percentiles of latency in microseconds.
 * Ends with status 1 and a sentence on standard error when a connection fails or an answer differs in length from the first one.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FRAME (1 << 20)
#define MAX_DEPTH 1024
#define BUCKETS 4096

struct conn {
  int fd;
  unsigned char head[4];
  unsigned got;        /* bytes of the present answer, prefix included */
  unsigned want;       /* whole length of the present answer; 0 = prefix incomplete */
  unsigned first;      /* ring of the times at which the requests in flight were sent */
  unsigned in_flight;
  uint64_t sent[MAX_DEPTH];
  size_t unsent;       /* bytes of queued requests that the socket has not taken */
  int watching_out;
};

static unsigned char *batch;   /* DEPTH copies of the frame */
static size_t frame_len;
static int depth;
static uint64_t answers, bytes_in, answer_len;
static uint64_t histogram[BUCKETS];

static void die(const char *what) {
  fprintf(stderr, "loadgen: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Buckets of 1 us up to 1,024 us, then of growing width: 32 for each power of two. */
static unsigned bucket_of(uint64_t us) {
  if (us < 1024) return (unsigned)us;
  unsigned power = 63 - (unsigned)__builtin_clzll(us);
  unsigned b = 1024 + (power - 10) * 32 + (unsigned)((us >> (power - 5)) & 31);
  return b < BUCKETS ? b : BUCKETS - 1;
}

static uint64_t value_of(unsigned bucket) {
  if (bucket < 1024) return bucket;
  unsigned power = (bucket - 1024) / 32 + 10;
  return ((uint64_t)(32 + (bucket - 1024) % 32)) << (power - 5);
}

static uint64_t percentile(uint64_t total, double p) {
  uint64_t wanted = (uint64_t)((double)total * p), seen = 0;
  for (unsigned i = 0; i < BUCKETS; i++) {
    seen += histogram[i];
    if (seen > wanted) return value_of(i);
  }
  return value_of(BUCKETS - 1);
}

static void watch(int ep, struct conn *c, int out) {
  if (c->watching_out == out) return;
  c->watching_out = out;
  struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c};
  if (epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e) < 0) die("epoll_ctl");
}

static void push(int ep, struct conn *c) {
  while (c->unsent > 0) {
    size_t offset = (frame_len - c->unsent % frame_len) % frame_len;
    ssize_t n = send(c->fd, batch + offset, c->unsent, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN) { errno = 0; watch(ep, c, 1); return; }
      die("send");
    }
    c->unsent -= (size_t)n;
  }
  watch(ep, c, 0);
}

static void queue(struct conn *c, int n, uint64_t now) {
  for (int i = 0; i < n; i++) c->sent[(c->first + c->in_flight++) % MAX_DEPTH] = now;
  c->unsent += (size_t)n * frame_len;
}

static int take(struct conn *c, const unsigned char *p, size_t n, uint64_t now, int measuring) {
  int done = 0;
  while (n > 0) {
    if (c->want == 0) {
      size_t k = 4 - c->got < n ? 4 - c->got : n;
      memcpy(c->head + c->got, p, k);
      c->got += (unsigned)k; p += k; n -= k;
      if (c->got < 4) break;
      c->want = 4 + ((unsigned)c->head[0] << 24 | (unsigned)c->head[1] << 16 | (unsigned)c->head[2] << 8 | c->head[3]);
      if (c->want > MAX_FRAME) { errno = 0; die("an answer is longer than 1 MiB"); }
    }
    size_t k = c->want - c->got < n ? c->want - c->got : n;
    c->got += (unsigned)k; p += k; n -= k;
    if (c->got < c->want) break;
    if (answer_len == 0) answer_len = c->want;
    if (c->want != answer_len) { errno = 0; die("an answer has another length than the first one"); }
    if (c->in_flight == 0) { errno = 0; die("an answer to no request"); }
    if (measuring) {
      answers++;
      bytes_in += c->want;
      histogram[bucket_of((now - c->sent[c->first]) / 1000)]++;
    }
    c->first = (c->first + 1) % MAX_DEPTH;
    c->in_flight--;
    c->got = c->want = 0;
    done++;
  }
  return done;
}

int main(int argc, char **argv) {
  if (argc != 7) { fprintf(stderr, "usage: loadgen HOST PORT CONNECTIONS DEPTH WARMUP_MS MEASURE_MS < frame\n"); return 2; }
  int connections = atoi(argv[3]);
  depth = atoi(argv[4]);
  uint64_t warmup = (uint64_t)atoi(argv[5]) * 1000000u, measure = (uint64_t)atoi(argv[6]) * 1000000u;
  if (connections < 1 || connections > 65535 || depth < 1 || depth > MAX_DEPTH) { fprintf(stderr, "loadgen: CONNECTIONS 1 to 65535, DEPTH 1 to %d\n", MAX_DEPTH); return 2; }

  unsigned char *frame = malloc(MAX_FRAME);
  for (ssize_t n; (n = read(0, frame + frame_len, MAX_FRAME - frame_len)) > 0;) frame_len += (size_t)n;
  if (frame_len < 4) { fprintf(stderr, "loadgen: no frame on standard input\n"); return 2; }
  batch = malloc(frame_len * ((size_t)depth + 1));
  for (int i = 0; i <= depth; i++) memcpy(batch + frame_len * (size_t)i, frame, frame_len);

  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1) { errno = 0; die("HOST must be an IPv4 address"); }
  int ep = epoll_create1(0);
  struct conn *conns = calloc((size_t)connections, sizeof *conns);
  for (int i = 0; i < connections; i++) {
    struct conn *c = &conns[i];
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof a) < 0) die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e) < 0) die("epoll_ctl");
  }

  uint64_t start = now_ns(), measured_from = 0, measured_to = 0;
  for (int i = 0; i < connections; i++) { queue(&conns[i], depth, start); push(ep, &conns[i]); }

  static unsigned char in[256 * 1024];
  struct epoll_event events[256];
  uint64_t last_answer = start;
  for (;;) {
    int n = epoll_wait(ep, events, 256, 1000);
    if (n < 0 && errno != EINTR) die("epoll_wait");
    uint64_t now = now_ns();
    int measuring = now - start >= warmup;
    if (measuring && measured_from == 0) {
      measured_from = now;
      fprintf(stderr, "measure\n");
      fflush(stderr);
    }
    if (now - start >= warmup + measure) { measured_to = now; break; }
    if (n == 0 && now - last_answer > 5000000000u) { errno = 0; die("no answer for five seconds"); }
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) push(ep, c);
      if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      ssize_t got = recv(c->fd, in, sizeof in, 0);
      if (got == 0) { errno = 0; die("the server closed a connection"); }
      if (got < 0) {
        if (errno == EAGAIN) { errno = 0; continue; }
        die("recv");
      }
      now = now_ns();
      int done = take(c, in, (size_t)got, now, measuring);
      if (done > 0) {
        last_answer = now;
        queue(c, done, now);
        push(ep, c);
      }
    }
  }
  fprintf(stderr, "end\n");
  printf("{\"answers\":%llu,\"seconds\":%.6f,\"bytes\":%llu,\"p50\":%llu,\"p99\":%llu,\"p999\":%llu}\n", (unsigned long long)answers,
         (double)(measured_to - measured_from) / 1e9, (unsigned long long)bytes_in, (unsigned long long)percentile(answers, 0.5),
         (unsigned long long)percentile(answers, 0.99), (unsigned long long)percentile(answers, 0.999));
  return 0;
}
