// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <node_api.h>
#include <uv.h>

#include "../core/loop.h"

namespace cloudwego::netpoll {

/**
 * Nests a core loop in the loop of one Node environment (the main thread or a worker).
 *
 *   prepare  flush what timers, promises and other handles wrote; see to it that the loop does not sleep while there is work
 *   poll     the core's descriptor is readable: remembered
 *   check    one round, one entry into JavaScript with its microtasks, one flush. It runs before setImmediate, so before deadlines
 *
 * Owns:    itself. The environment's cleanup hook closes every socket and the handles, then deletes it; JavaScript runs no more by then.
 */
class Host {
 public:
  /** `memory` holds references on what the core works on; `refs` is the array of referenced blocks. Null and a pending exception on failure. */
  static Host* create(napi_env env, const Memory& memory, double* stats, napi_value pinned, napi_value refs, napi_value onBatch);

  Loop& core() { return core_; }
  void flush();
  /** Keeps the process alive exactly while there is a socket that is to do so. */
  void updateReference();
  void copyStats() const;

 private:
  Host(napi_env env, const Memory& memory, double* stats) : env_(env), stats_(stats), core_(memory) {}
  bool start(napi_value pinned, napi_value refs, napi_value onBatch);
  void turn();
  void enter();
  void stop();
  static void onCleanup(napi_async_cleanup_hook_handle hook, void* data);
  static void onClosed(uv_handle_t* handle);

  napi_env env_;
  double* stats_;
  Loop core_;
  uv_poll_t poll_{};
  uv_prepare_t prepare_{};
  uv_check_t check_{};
  uv_idle_t idle_{};
  int open_ = 0;
  bool fired_ = false;
  bool idling_ = false;
  bool referenced_ = false;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  napi_ref pinnedRef_ = nullptr;
  napi_ref refsRef_ = nullptr;
  napi_ref onBatchRef_ = nullptr;
  int32_t* header_ = nullptr;
  std::vector<Ref> blocks_;
};

}  // namespace cloudwego::netpoll
