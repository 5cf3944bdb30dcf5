// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The functions that JavaScript sees. Handles are two numbers, slot and generation; results are numbers, below zero minus errno. See src/poll/native.ts.

#include <fcntl.h>
#include <unistd.h>

#include "cloudwego/napi.h"
#include "host.h"

namespace cloudwego::netpoll {
namespace {

using Args = napi::Call<Host>;

constexpr double kSlotRange = 1 << 20;

/** generation · 2^20 + slot, or minus errno. */
napi_value give(Args& a, Handle h) {
  a.data().updateReference();
  return napi::number(a.env(), h.slot < 0 ? static_cast<double>(h.slot) : h.generation * kSlotRange + h.slot);
}

Handle handleOf(const Args& a) { return {a.i32(0), a.u32(1)}; }

Endpoint endpointOf(const Args& a) {
  Endpoint e;
  e.unixSocket = a.flag(0);
  e.name = a.text(1);
  e.port = static_cast<uint16_t>(a.u32(2));
  return e;
}

napi_value listen(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return give(a, a.data().core().listen(endpointOf(a), a.i32(3), a.u32(4)));
}

napi_value listenOn(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return give(a, a.data().core().listenOn(a.i32(0)));
}

napi_value dial(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return give(a, a.data().core().dial(endpointOf(a)));
}

napi_value adopt(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return give(a, a.data().core().adopt(a.i32(0)));
}

napi_value pause(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::number(env, a.data().core().pause(handleOf(a)));
}

napi_value resume(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::number(env, a.data().core().resume(handleOf(a)));
}

napi_value end(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().flush();
  return napi::number(env, a.data().core().end(handleOf(a)));
}

napi_value close(napi_env env, napi_callback_info info) {
  Args a(env, info);
  const int r = a.data().core().close(handleOf(a), a.flag(2));
  a.data().updateReference();
  return napi::number(env, r);
}

/** { fd, left } or minus errno; what was written in this turn is sent, or is in `left`. */
napi_value detach(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().flush();
  std::string left;
  const int fd = a.data().core().detach(handleOf(a), &left);
  a.data().updateReference();
  if (fd < 0) return napi::number(env, fd);
  napi_value r = nullptr;
  napi_value buffer = nullptr;
  if (napi_create_object(env, &r) != napi_ok || napi_create_buffer_copy(env, left.size(), left.data(), nullptr, &buffer) != napi_ok || napi_set_named_property(env, r, "fd", napi::number(env, fd)) != napi_ok ||
      napi_set_named_property(env, r, "left", buffer) != napi_ok) {
    ::close(fd);
    return nullptr;
  }
  return r;
}

napi_value wantDrain(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::number(env, a.data().core().wantDrain(handleOf(a)));
}

napi_value setOption(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::number(env, a.data().core().setOption(handleOf(a), a.i32(2), a.i32(3)));
}

napi_value acceptDescriptors(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::number(env, a.data().core().acceptDescriptors(handleOf(a)));
}

napi_value sendDescriptor(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().flush();
  return napi::number(env, a.data().core().sendDescriptor(handleOf(a), a.i32(2), static_cast<uint8_t>(a.u32(3))));
}

napi_value address(napi_env env, napi_callback_info info) {
  Args a(env, info);
  return napi::text(env, a.data().core().address(handleOf(a), a.flag(2)));
}

napi_value flush(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().flush();
  return nullptr;
}

napi_value reference(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().updateReference();
  return nullptr;
}

napi_value stats(napi_env env, napi_callback_info info) {
  Args a(env, info);
  a.data().copyStats();
  return nullptr;
}

constexpr napi::Method kMethods[] = {
    {"listen", listen},
    {"listenOn", listenOn},
    {"dial", dial},
    {"adopt", adopt},
    {"pause", pause},
    {"resume", resume},
    {"end", end},
    {"close", close},
    {"detach", detach},
    {"wantDrain", wantDrain},
    {"setOption", setOption},
    {"acceptDescriptors", acceptDescriptors},
    {"sendDescriptor", sendDescriptor},
    {"address", address},
    {"flush", flush},
    {"reference", reference},
    {"stats", stats},
};

/** createLoop(memory, refs, onBatch): memory is { header, in, out, slabs: [2], output, pending, stats }, all ArrayBuffers that are never detached. */
napi_value createLoop(napi_env env, napi_callback_info info) {
  napi::Call<void*> a(env, info);
  size_t header = 0;
  size_t in = 0;
  size_t out = 0;
  size_t slab[2] = {0, 0};
  size_t output = 0;
  size_t pending = 0;
  size_t stats = 0;
  Memory m;
  m.header = reinterpret_cast<int32_t*>(napi::buffer(env, a[0], "header", &header));
  m.in = reinterpret_cast<int32_t*>(napi::buffer(env, a[0], "in", &in));
  m.out = reinterpret_cast<int32_t*>(napi::buffer(env, a[0], "out", &out));
  m.slab[0] = napi::buffer(env, a[0], "slabs", &slab[0], 0);
  m.slab[1] = napi::buffer(env, a[0], "slabs", &slab[1], 1);
  m.output = napi::buffer(env, a[0], "output", &output);
  m.pending = reinterpret_cast<int32_t*>(napi::buffer(env, a[0], "pending", &pending));
  auto* const counts = reinterpret_cast<double*>(napi::buffer(env, a[0], "stats", &stats));
  constexpr size_t kRecord = kRecordInts * sizeof(int32_t);
  if (header < kHeaderInts * sizeof(int32_t) || in < 16 * kRecord || out < kRecord || slab[0] < 65536 || slab[0] != slab[1] || slab[0] >= 1 << 24 || output < 4096 || output > INT32_MAX || pending < sizeof(int32_t) ||
      stats < sizeof(Stats)) {
    return napi::fail(env, "EINVAL", "createLoop: memory is missing or too small");
  }
  m.inRecords = static_cast<uint32_t>(in / kRecord);
  m.outRecords = static_cast<uint32_t>(out / kRecord);
  m.slabBytes = static_cast<uint32_t>(slab[0]);
  m.outputBytes = static_cast<uint32_t>(output);
  m.slots = static_cast<uint32_t>(pending / sizeof(int32_t));
  napi_valuetype type = napi_undefined;
  if (a[2] == nullptr || napi_typeof(env, a[2], &type) != napi_ok || type != napi_function) return napi::fail(env, "EINVAL", "createLoop: got no function for the batch");
  Host* const host = Host::create(env, m, counts, a[0], a[1], a[2]);
  return host == nullptr ? nullptr : napi::object(env, kMethods, host);
}

/** Closes a descriptor that came over a unix socket or was detached, for hosts that have no use for it. */
napi_value closeDescriptor(napi_env env, napi_callback_info info) {
  napi::Call<void*> a(env, info);
  const int fd = a.i32(0);
  // 0, 1 and 2 are the process's own. Source: netpoll never closes them either.
  return napi::number(env, fd > 2 && ::close(fd) == 0 ? 0 : -1);
}

}  // namespace

napi_value init(napi_env env, napi_value exports) {
  constexpr napi::Method kExports[] = {{"createLoop", createLoop}, {"closeDescriptor", closeDescriptor}};
  for (const napi::Method& m : kExports) {
    napi_value f = nullptr;
    if (napi_create_function(env, m.name, NAPI_AUTO_LENGTH, m.run, nullptr, &f) != napi_ok || napi_set_named_property(env, exports, m.name, f) != napi_ok) return nullptr;
  }
  napi_value driver = napi::text(env, Poller::name());
  napi_set_named_property(env, exports, "driver", driver);
  return exports;
}

}  // namespace cloudwego::netpoll

NAPI_MODULE_INIT() { return cloudwego::netpoll::init(env, exports); }
