// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <node_api.h>

// What the addons of this repository share above Node-API's C interface: arguments in, values out. No exceptions, no statics, nothing to link.
//
// Differs: node-addon-api is not used. With exceptions off it checks as little as this, and it is one more thing to fetch for a build from source.
namespace cloudwego::napi {

/** Arguments of one call, at most eight, and the data its function was made with. What is missing or of another type reads as 0, "" or null. */
template <typename Data>
class Call {
 public:
  Call(napi_env env, napi_callback_info info) : env_(env) {
    void* data = nullptr;
    count_ = kMost;
    if (napi_get_cb_info(env, info, &count_, values_, nullptr, &data) != napi_ok) count_ = 0;
    data_ = static_cast<Data*>(data);
  }

  napi_env env() const { return env_; }
  Data& data() const { return *data_; }
  napi_value operator[](size_t i) const { return i < count_ ? values_[i] : nullptr; }

  int32_t i32(size_t i) const {
    int32_t v = 0;
    if (i < count_) napi_get_value_int32(env_, values_[i], &v);
    return v;
  }

  uint32_t u32(size_t i) const {
    uint32_t v = 0;
    if (i < count_) napi_get_value_uint32(env_, values_[i], &v);
    return v;
  }

  bool flag(size_t i) const {
    bool v = false;
    if (i < count_) napi_get_value_bool(env_, values_[i], &v);
    return v;
  }

  std::string text(size_t i) const {
    size_t n = 0;
    if (i >= count_ || napi_get_value_string_utf8(env_, values_[i], nullptr, 0, &n) != napi_ok) return {};
    std::string s(n, '\0');
    napi_get_value_string_utf8(env_, values_[i], s.data(), n + 1, &n);
    return s;
  }

 private:
  static constexpr size_t kMost = 8;
  napi_env env_;
  size_t count_;
  napi_value values_[kMost];
  Data* data_;
};

inline napi_value number(napi_env env, double v) {
  napi_value r = nullptr;
  napi_create_double(env, v, &r);
  return r;
}

inline napi_value number(napi_env env, int32_t v) {
  napi_value r = nullptr;
  napi_create_int32(env, v, &r);
  return r;
}

inline napi_value text(napi_env env, const std::string& s) {
  napi_value r = nullptr;
  napi_create_string_utf8(env, s.data(), s.size(), &r);
  return r;
}

inline napi_value fail(napi_env env, const char* code, const char* message) {
  napi_throw_error(env, code, message);
  return nullptr;
}

/** One function of an object. */
struct Method {
  const char* name;
  napi_callback run;
};

template <size_t N>
inline napi_value object(napi_env env, const Method (&methods)[N], void* data) {
  napi_value o = nullptr;
  if (napi_create_object(env, &o) != napi_ok) return nullptr;
  for (const Method& m : methods) {
    napi_value f = nullptr;
    if (napi_create_function(env, m.name, NAPI_AUTO_LENGTH, m.run, data, &f) != napi_ok || napi_set_named_property(env, o, m.name, f) != napi_ok) return nullptr;
  }
  return o;
}

/** A property that holds an ArrayBuffer, or of a list of them the one at `index`. Null when it does not. */
inline uint8_t* buffer(napi_env env, napi_value from, const char* name, size_t* length, int index = -1) {
  napi_value v = nullptr;
  if (napi_get_named_property(env, from, name, &v) != napi_ok) return nullptr;
  if (index >= 0 && napi_get_element(env, v, static_cast<uint32_t>(index), &v) != napi_ok) return nullptr;
  bool is = false;
  void* data = nullptr;
  if (napi_is_arraybuffer(env, v, &is) != napi_ok || !is || napi_get_arraybuffer_info(env, v, &data, length) != napi_ok) return nullptr;
  return static_cast<uint8_t*>(data);
}

}  // namespace cloudwego::napi
