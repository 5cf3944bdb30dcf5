// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The core without Node, under sanitizers: random sequences of operations on connections whose both ends are here, against a model.
//
//   random SEED OPERATIONS
//
// Every end sends a stream of bytes that follows from its pair, its side and the offset; whoever receives knows what must come next. So a stale byte, a lost
// one, or one of another connection is seen at once. Tables and slabs are tiny, so that every limit is met all the time. At the end every descriptor must be
// gone. Prints one line of counts; status 1 and a sentence when the model is broken.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "../core/loop.h"

using namespace cloudwego::netpoll;

namespace {

[[noreturn]] void broken(const char* what, long long a = 0, long long b = 0) {
  fprintf(stderr, "random: %s (%lld, %lld)\n", what, a, b);
  exit(1);
}

int openDescriptors() {
  int n = 0;
  DIR* const d = opendir("/proc/self/fd");
  while (readdir(d) != nullptr) n++;
  closedir(d);
  return n;
}

uint8_t byteAt(uint32_t pair, uint32_t side, uint64_t offset) {
  uint64_t x = (static_cast<uint64_t>(pair) << 33) ^ (static_cast<uint64_t>(side) << 32) ^ offset;
  x *= 0x9e3779b97f4a7c15u;
  return static_cast<uint8_t>(x >> 56);
}

struct End {
  Handle handle{-1, 0};
  uint32_t pair = 0;
  uint32_t side = 0;
  bool named = false;  // an accepted end learns its pair from the first four bytes
  uint64_t sent = 0;
  uint64_t got = 0;
  bool ended = false;  // we said that nothing more comes
  bool peerEnded = false;
  bool reading = false;
  int descriptors = 0;
  std::vector<uint8_t> prefix;
};

constexpr uint32_t kInRecords = 24;
constexpr uint32_t kOutRecords = 32;
constexpr uint32_t kSlabBytes = 64 * 1024;
constexpr uint32_t kOutputBytes = 16 * 1024;
constexpr uint32_t kSlots = 512;

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    header_.resize(kHeaderInts);
    in_.resize(kInRecords * kRecordInts);
    out_.resize(kOutRecords * kRecordInts);
    slab_[0].resize(kSlabBytes);
    slab_[1].resize(kSlabBytes);
    output_.resize(kOutputBytes);
    pending_.resize(kSlots);
    Memory m;
    m.header = header_.data();
    m.in = in_.data();
    m.inRecords = kInRecords;
    m.out = out_.data();
    m.outRecords = kOutRecords;
    m.slab[0] = slab_[0].data();
    m.slab[1] = slab_[1].data();
    m.slabBytes = kSlabBytes;
    m.output = output_.data();
    m.outputBytes = kOutputBytes;
    m.pending = pending_.data();
    m.slots = kSlots;
    loop_.reset(new Loop(m));
    if (loop_->open() != 0) broken("no event queue");
    Endpoint unixAt;
    unixAt.unixSocket = true;
    unixAt.name = std::string("\0netpoll-random-", 16) + std::to_string(getpid());
    Endpoint tcpAt;
    tcpAt.name = "127.0.0.1";
    unixListener_ = loop_->listen(unixAt, 64, 0);
    tcpListener_ = loop_->listen(tcpAt, 64, 0);
    if (unixListener_.slot < 0 || tcpListener_.slot < 0) broken("listen", unixListener_.slot, tcpListener_.slot);
    unixAt_ = unixAt;
    tcpAt_ = tcpAt;
    const std::string text = loop_->address(tcpListener_, false);
    tcpAt_.port = static_cast<uint16_t>(atoi(text.substr(text.rfind(' ') + 1).c_str()));
  }

  void step() {
    switch (below(20)) {
      case 0:
        dial();
        break;
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
        write();
        break;
      case 7:
        if (End* e = any()) {
          loop_->pause(e->handle);
          e->reading = false;
        }
        break;
      case 8:
      case 9:
        if (End* e = any()) {
          loop_->resume(e->handle);
          e->reading = true;
        }
        break;
      case 10:
        if (End* e = any()) end(*e);
        break;
      case 11:
        if (End* e = any(); e != nullptr && below(3) == 0) close(*e, below(4) == 0);
        break;
      case 12:
        move();
        break;
      case 13:
        nonsense();
        break;
      case 14:
        pass();
        break;
      case 15:
        if (End* e = any()) loop_->wantDrain(e->handle);
        break;
      case 16:
        flush();
        break;
      default:
        round();
    }
  }

  void finish() {
    flush();
    while (!ends_.empty()) close(ends_.begin()->second, false);
    for (int i = 0; i < 10; i++) round();
    while (!ends_.empty()) close(ends_.begin()->second, false);
    for (const auto& d : dials_) loop_->close(d.second.handle, false);
    for (const int fd : passed_) ::close(fd);
    loop_.reset();
  }

  void report(uint64_t seed, long operations) const {
    const Stats& s = stats_;
    printf("seed %llu: %ld operations, %.0f rounds, %.0f records, %.0f bytes in, %.0f bytes out, %.0f partial writes, %.0f accepted, %.0f closed, %u passed, %u moved\n", static_cast<unsigned long long>(seed), operations,
           s.rounds, s.records, s.bytesIn, s.bytesOut, s.partialWrites, s.accepted, s.closed, passes_, moves_);
  }

 private:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  static uint64_t keyOf(Handle h) { return static_cast<uint64_t>(h.generation) << 32 | static_cast<uint32_t>(h.slot); }

  End* any() {
    if (ends_.empty()) return nullptr;
    auto i = ends_.lower_bound(random_());
    // Keys are generation and slot: walk a little, so that all are met.
    if (i == ends_.end()) i = ends_.begin();
    for (uint32_t n = below(static_cast<uint32_t>(ends_.size())); n > 0; n--)
      if (++i == ends_.end()) i = ends_.begin();
    return &i->second;
  }

  void dial() {
    if (ends_.size() + dials_.size() > 100) return;
    const Handle h = loop_->dial(below(2) == 0 ? unixAt_ : tcpAt_);
    if (h.slot < 0) {
      if (h.slot != -EAGAIN && h.slot != -ENFILE) broken("dial", h.slot);
      return;
    }
    End e;
    e.handle = h;
    e.pair = nextPair_++;
    e.side = 0;
    e.named = true;
    dials_[keyOf(h)] = e;
  }

  /** One entry, from the output slab or by reference. The slab is free again after each flush. */
  void write() {
    End* const e = any();
    if (e == nullptr || !e->named || e->ended) return;
    const bool byReference = below(4) == 0;
    const uint32_t length = 1 + below(byReference ? 100000 : 3000);
    if (header_[kOutCount] >= static_cast<int32_t>(kOutRecords) || (!byReference && used_ + length > kOutputBytes)) flush();
    uint8_t* to = nullptr;
    int32_t where = 0;
    if (byReference) {
      blocks_.emplace_back(length);
      to = blocks_.back().data();
      where = ~static_cast<int32_t>(blocks_.size() - 1);
    } else {
      to = output_.data() + used_;
      where = static_cast<int32_t>(used_);
      used_ += length;
    }
    for (uint32_t i = 0; i < length; i++) to[i] = byteAt(e->pair, e->side, e->sent++);
    int32_t* const entry = out_.data() + header_[kOutCount]++ * static_cast<int32_t>(kRecordInts);
    entry[0] = e->handle.slot;
    entry[1] = static_cast<int32_t>(e->handle.generation);
    entry[2] = where;
    entry[3] = static_cast<int32_t>(length);
    header_[kRefCount] = static_cast<int32_t>(blocks_.size());
  }

  void flush() {
    std::vector<Ref> refs;
    for (const auto& b : blocks_) refs.push_back({b.data(), b.size()});
    loop_->flush(refs.data(), static_cast<uint32_t>(refs.size()));
    if (header_[kOutCount] != 0) broken("the out-table is not empty after a flush", header_[kOutCount]);
    // What was borrowed is gone: what the loop still wants to send it must have copied.
    for (auto& b : blocks_) memset(b.data(), 0xdd, b.size());
    blocks_.clear();
    memset(output_.data(), 0xdd, output_.size());
    used_ = 0;
  }

  void end(End& e) {
    flush();
    if (!e.named) return;
    loop_->end(e.handle);
    e.ended = true;
  }

  void close(End& e, bool reset) {
    const Handle h = e.handle;
    // The peer of a connection that is cut is told less than was sent, never more.
    cut_.insert({e.pair, true});
    ends_.erase(keyOf(h));
    if (loop_->close(h, reset) != 0) broken("close of a live handle");
    if (loop_->close(h, reset) != -EBADF) broken("close of a dead handle");
  }

  /** Detaches an end and adopts it again, also while a record of it waits. */
  void move() {
    End* const e = any();
    if (e == nullptr || !e->named) return;
    flush();
    if (pending_[static_cast<size_t>(e->handle.slot)] > 0) return;
    std::string left;
    const Handle old = e->handle;
    const int fd = loop_->detach(old, &left);
    if (fd < 0 || !left.empty()) broken("detach", fd, static_cast<long long>(left.size()));
    const Handle now = loop_->adopt(fd);
    if (now.slot < 0) {
      if (now.slot != -ENFILE) broken("adopt", now.slot);
      ::close(fd);
      cut_.insert({e->pair, true});
      ends_.erase(keyOf(old));
      return;
    }
    End copy = *e;
    ends_.erase(keyOf(old));
    copy.handle = now;
    copy.peerEnded = false;
    loop_->resume(now);
    ends_[keyOf(now)] = copy;
    moves_++;
  }

  /** Sends a descriptor over a unix connection. A byte of the stream goes with it. */
  void pass() {
    End* const e = any();
    if (e == nullptr || !e->named || e->ended || loop_->address(e->handle, false).substr(0, 1) != "u") return;
    flush();
    int pair[2];
    if (pipe(pair) != 0) return;
    const int r = loop_->sendDescriptor(e->handle, pair[0], byteAt(e->pair, e->side, e->sent));
    if (r == 0) {
      e->sent++;
      passes_++;
    } else if (r != -EAGAIN && r != -EPIPE && r != -ECONNRESET && r != -ETOOMANYREFS) {
      broken("sendDescriptor", r);
    }
    ::close(pair[0]);
    ::close(pair[1]);
  }

  /** What no host should write: it must cost nobody but the connection it names. */
  void nonsense() {
    flush();
    if (below(50) != 0) {
      loop_->pause({static_cast<int32_t>(below(1000)) - 100, below(5) + 1000000});
      return;
    }
    End* const e = any();
    if (e == nullptr) return;
    const int32_t wheres[] = {-1, INT32_MIN, INT32_MAX, static_cast<int32_t>(kOutputBytes)};
    int32_t* const entry = out_.data();
    entry[0] = e->handle.slot;
    entry[1] = static_cast<int32_t>(e->handle.generation);
    entry[2] = wheres[below(4)];
    entry[3] = below(2) == 0 ? -5 : 77;
    header_[kOutCount] = 1;
    e->ended = true;
    cut_.insert({e->pair, true});
    flush();
  }

  void round() {
    flush();
    const uint32_t n = loop_->round();
    if (n > kInRecords) broken("more records than fit", n);
    for (uint32_t i = 0; i < n; i++) {
      const int32_t* const r = in_.data() + i * kRecordInts;
      const Handle h = {r[0], static_cast<uint32_t>(r[1]) >> 8};
      const auto kind = static_cast<Kind>(r[1] & 0xff);
      if (kind == kAccepted) {
        End e;
        e.handle = h;
        e.side = 1;
        e.reading = true;
        ends_[keyOf(h)] = e;
        small(h);
        loop_->acceptDescriptors(h);
        loop_->resume(h);
        continue;
      }
      if (kind == kAcceptFailed) {
        loop_->resume(h);
        continue;
      }
      if (const auto d = dials_.find(keyOf(h)); d != dials_.end()) {
        End e = d->second;
        dials_.erase(d);
        if (kind == kClosed) {
          loop_->close(h, false);
          continue;
        }
        if (kind != kConnected) broken("a dial got a record of kind", kind);
        ends_[keyOf(h)] = e;
        small(h);
        hello(ends_[keyOf(h)]);
        loop_->acceptDescriptors(h);
        loop_->resume(h);
        continue;
      }
      const auto found = ends_.find(keyOf(h));
      if (found == ends_.end()) {
        // Closed earlier in this batch; a descriptor is the host's all the same.
        if (kind == kDescriptor) ::close(r[3]);
        continue;
      }
      serve(found->second, kind, r);
    }
    // The slab is the loop's again.
    memset(slab_[header_[kSlab]].data(), 0xdd, kSlabBytes);
    stats_ = loop_->stats();
  }

  /** Small buffers, so that sockets are full most of the time. */
  void small(Handle h) {
    if (below(4) == 0) return;
    loop_->setOption(h, kSendBuffer, 4096);
    loop_->setOption(h, kReceiveBuffer, 4096);
  }

  /** The first bytes of a dialed end: its pair. They are not part of the stream. */
  void hello(End& e) {
    flush();
    memcpy(output_.data(), &e.pair, 4);
    int32_t* const entry = out_.data();
    entry[0] = e.handle.slot;
    entry[1] = static_cast<int32_t>(e.handle.generation);
    entry[2] = 0;
    entry[3] = 4;
    header_[kOutCount] = 1;
    flush();
  }

  void serve(End& e, Kind kind, const int32_t* r) {
    switch (kind) {
      case kData: {
        if (e.peerEnded) broken("bytes after the end", e.pair);
        const uint8_t* p = slab_[static_cast<uint32_t>(r[2]) >> 24].data() + (r[2] & 0xffffff);
        int32_t n = r[3];
        if (n <= 0 || (r[2] & 0xffffff) + n > static_cast<int32_t>(kSlabBytes)) broken("a record outside of the slab", r[2], n);
        while (!e.named && n > 0) {
          e.prefix.push_back(*p++);
          n--;
          if (e.prefix.size() < 4) continue;
          memcpy(&e.pair, e.prefix.data(), 4);
          e.named = true;
        }
        for (int32_t i = 0; i < n; i++) {
          if (p[i] != byteAt(e.pair, 1 - e.side, e.got)) broken("a wrong byte in pair, at", e.pair, static_cast<long long>(e.got));
          e.got++;
        }
        // Inside the batch everything may happen.
        if (below(12) == 0) end(e);
        else if (below(60) == 0) close(e, false);
        else if (End* other = any(); other != nullptr && below(60) == 0) close(*other, true);
        break;
      }
      case kEnd:
        if (e.peerEnded) broken("two ends", e.pair);
        e.peerEnded = true;
        checkWhole(e);
        if (e.ended) close(e, false);
        break;
      case kClosed:
        if (r[3] <= 0) broken("closed without an error", r[3]);
        close(e, false);
        break;
      case kDescriptor:
        passed_.push_back(r[3]);
        if (passed_.size() > 20) {
          for (const int fd : passed_) ::close(fd);
          passed_.clear();
        }
        break;
      case kDrained:
        break;
      default:
        broken("a record of kind", kind);
    }
  }

  /** An orderly end comes after every byte that was sent. */
  void checkWhole(const End& e) {
    if (!e.named || cut_.count(e.pair) > 0) return;
    for (const auto& [key, other] : ends_) {
      if (other.pair != e.pair || other.side == e.side || !other.named) continue;
      if (other.sent != e.got) broken("an end before the last byte", static_cast<long long>(other.sent), static_cast<long long>(e.got));
    }
  }

  std::mt19937_64 random_;
  std::vector<int32_t> header_, in_, out_, pending_;
  std::vector<uint8_t> slab_[2], output_;
  std::unique_ptr<Loop> loop_;
  Handle unixListener_{}, tcpListener_{};
  Endpoint unixAt_, tcpAt_;
  std::map<uint64_t, End> ends_, dials_;
  std::map<uint32_t, bool> cut_;
  std::vector<std::vector<uint8_t>> blocks_;
  std::vector<int> passed_;
  uint32_t used_ = 0;
  uint32_t nextPair_ = 1;
  uint32_t passes_ = 0;
  uint32_t moves_ = 0;
  Stats stats_{};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: random SEED OPERATIONS\n");
    return 2;
  }
  const uint64_t seed = strtoull(argv[1], nullptr, 10);
  const long operations = atol(argv[2]);
  const int before = openDescriptors();
  {
    World w(seed);
    for (long i = 0; i < operations; i++) w.step();
    w.finish();
    w.report(seed, operations);
  }
  const int after = openDescriptors();
  if (after != before) broken("descriptors leaked: before, after", before, after);
  return 0;
}
