// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <cstring>
#include <new>

#include "cloudwego/napi.h"

namespace cloudwego::netpoll {

Host* Host::create(napi_env env, const Memory& memory, double* stats, napi_value pinned, napi_value refs, napi_value onBatch) {
  Host* const h = new (std::nothrow) Host(env, memory, stats);
  if (h == nullptr) {
    napi::fail(env, "ENOMEM", "createLoop: no memory");
    return nullptr;
  }
  h->header_ = memory.header;
  if (!h->start(pinned, refs, onBatch)) {
    if (h->open_ == 0) delete h;
    else h->stop();
    return nullptr;
  }
  return h;
}

bool Host::start(napi_value pinned, napi_value refs, napi_value onBatch) {
  if (core_.open() != 0) {
    napi::fail(env_, "EMFILE", "createLoop: the system gave no event queue");
    return false;
  }
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env_, &loop) != napi_ok || napi_create_reference(env_, pinned, 1, &pinnedRef_) != napi_ok || napi_create_reference(env_, refs, 1, &refsRef_) != napi_ok ||
      napi_create_reference(env_, onBatch, 1, &onBatchRef_) != napi_ok || napi_add_async_cleanup_hook(env_, onCleanup, this, &hook_) != napi_ok) {
    napi::fail(env_, "EINVAL", "createLoop: the environment is going");
    return false;
  }
  poll_.data = prepare_.data = check_.data = idle_.data = this;
  if (uv_poll_init(loop, &poll_, core_.descriptor()) != 0) {
    napi_remove_async_cleanup_hook(hook_);
    hook_ = nullptr;
    napi::fail(env_, "EINVAL", "createLoop: the event queue cannot be watched");
    return false;
  }
  uv_prepare_init(loop, &prepare_);
  uv_check_init(loop, &check_);
  uv_idle_init(loop, &idle_);
  open_ = 4;
  uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* p, int, int) { static_cast<Host*>(p->data)->fired_ = true; });
  uv_prepare_start(&prepare_, [](uv_prepare_t* p) {
    Host* const h = static_cast<Host*>(p->data);
    h->flush();
    h->updateReference();
    const bool idle = h->core_.ready();
    if (idle == h->idling_) return;
    h->idling_ = idle;
    // An idle handle that is active keeps the loop from sleeping.
    if (idle) uv_idle_start(&h->idle_, [](uv_idle_t*) {});
    else uv_idle_stop(&h->idle_);
  });
  uv_check_start(&check_, [](uv_check_t* c) {
    Host* const h = static_cast<Host*>(c->data);
    if (h->fired_ || h->core_.ready()) h->turn();
  });
  for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&poll_), reinterpret_cast<uv_handle_t*>(&prepare_), reinterpret_cast<uv_handle_t*>(&check_), reinterpret_cast<uv_handle_t*>(&idle_)}) uv_unref(handle);
  return true;
}

void Host::turn() {
  fired_ = false;
  // What other handles of this turn wrote leaves before the batch: the table is empty when JavaScript is entered.
  flush();
  if (core_.round() > 0) {
    enter();
    flush();
  }
  updateReference();
}

/** One entry into JavaScript. Node runs microtasks and ticks before the call returns, so what they answer is in the out-table. */
void Host::enter() {
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return;
  napi_value receiver = nullptr;
  napi_value onBatch = nullptr;
  if (napi_get_global(env_, &receiver) == napi_ok && napi_get_reference_value(env_, onBatchRef_, &onBatch) == napi_ok) {
    if (napi_make_callback(env_, nullptr, receiver, onBatch, 0, nullptr, nullptr) == napi_pending_exception) {
      napi_value e = nullptr;
      // What a tick or a microtask threw is the process's uncaught exception, as if Node had called. In a worker that is being stopped nothing can run.
      if (napi_get_and_clear_last_exception(env_, &e) == napi_ok && e != nullptr) napi_fatal_exception(env_, e);
    }
  }
  napi_close_handle_scope(env_, scope);
}

void Host::flush() {
  if (header_[kOutCount] <= 0) return;
  const auto count = static_cast<uint32_t>(header_[kRefCount] > 0 ? header_[kRefCount] : 0);
  if (count == 0) {
    core_.flush(nullptr, 0);
    return;
  }
  napi_handle_scope scope = nullptr;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return;
  blocks_.assign(count, Ref{nullptr, 0});
  napi_value list = nullptr;
  if (napi_get_reference_value(env_, refsRef_, &list) == napi_ok && list != nullptr) {
    for (uint32_t i = 0; i < count; i++) {
      napi_value v = nullptr;
      napi_typedarray_type type;
      size_t length = 0;
      void* data = nullptr;
      // A block that was taken away meanwhile has another length than its entry: the core breaks that connection off.
      if (napi_get_element(env_, list, i, &v) != napi_ok || napi_get_typedarray_info(env_, v, &type, &length, &data, nullptr, nullptr) != napi_ok) continue;
      blocks_[i] = {static_cast<const uint8_t*>(data), length};
    }
  }
  core_.flush(blocks_.data(), count);
  // The loop holds no block longer than it needs it.
  if (list != nullptr) {
    napi_value none = nullptr;
    if (napi_get_undefined(env_, &none) == napi_ok) {
      for (uint32_t i = 0; i < count; i++) napi_set_element(env_, list, i, none);
    }
  }
  napi_close_handle_scope(env_, scope);
}

void Host::updateReference() {
  const int32_t quiet = header_[kQuiet];
  const bool wanted = quiet < 0 || core_.live() > static_cast<uint32_t>(quiet);
  if (wanted == referenced_) return;
  referenced_ = wanted;
  header_[kReferenced] = wanted ? 1 : 0;
  if (wanted) uv_ref(reinterpret_cast<uv_handle_t*>(&poll_));
  else uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
}

void Host::copyStats() const {
  Stats s = core_.stats();
  s.live = core_.live();
  memcpy(stats_, &s, sizeof s);
}

void Host::onCleanup(napi_async_cleanup_hook_handle, void* data) { static_cast<Host*>(data)->stop(); }

void Host::stop() {
  for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&poll_), reinterpret_cast<uv_handle_t*>(&prepare_), reinterpret_cast<uv_handle_t*>(&check_), reinterpret_cast<uv_handle_t*>(&idle_)}) uv_close(handle, onClosed);
  core_.close();
}

void Host::onClosed(uv_handle_t* handle) {
  Host* const h = static_cast<Host*>(handle->data);
  if (--h->open_ > 0) return;
  const napi_async_cleanup_hook_handle hook = h->hook_;
  delete h;
  if (hook != nullptr) napi_remove_async_cleanup_hook(hook);
}

}  // namespace cloudwego::netpoll
