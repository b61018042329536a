// `start()`, and `stop()`, which gives `[[thread, start, duration, name], ...]` as JSON text, times in nanoseconds from
// the first event. The profiler watches the whole process, so it may be started from any thread. Its header is part of
// the wheel; level 2 of the host tracer has every op, and next to nothing of what the library does besides.
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <node_api.h>
#include "tsl/profiler/lib/profiler_session.h"
#include "tsl/profiler/protobuf/xplane.pb.h"

static std::unique_ptr<tsl::ProfilerSession> session;

static napi_value Fail(napi_env env, const absl::Status& status) {
  napi_throw_error(env, nullptr, std::string(status.message()).c_str());
  return nullptr;
}

static napi_value Start(napi_env env, napi_callback_info) {
  tensorflow::ProfileOptions options = tsl::ProfilerSession::DefaultOptions();
  options.set_host_tracer_level(2);
  options.set_device_tracer_level(0);
  options.set_python_tracer_level(0);
  session = tsl::ProfilerSession::Create(options);
  absl::Status status = session->Status();
  if (!status.ok()) session.reset();
  return status.ok() ? nullptr : Fail(env, status);
}

static void Quote(const std::string& text, std::string* out) {
  out->push_back('"');
  for (unsigned char c : text) {
    char escaped[8];
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", c);
      out->append(escaped);
    } else out->push_back(static_cast<char>(c));
  }
  out->push_back('"');
}

static std::string Print(const tensorflow::profiler::XSpace& space) {
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const auto& plane : space.planes())
    for (const auto& line : plane.lines())
      if (line.events_size() > 0 && line.timestamp_ns() < first) first = line.timestamp_ns();
  std::string text = "[";
  for (const auto& plane : space.planes())
    for (const auto& line : plane.lines())
      for (const auto& event : line.events()) {
        auto metadata = plane.event_metadata().find(event.metadata_id());
        if (metadata == plane.event_metadata().end()) continue;
        if (text.size() > 1) text.push_back(',');
        int64_t start = line.timestamp_ns() - first + event.offset_ps() / 1000;
        text += "[" + std::to_string(line.id()) + "," + std::to_string(start) + ","
             + std::to_string(event.duration_ps() / 1000) + ",";
        Quote(metadata->second.name(), &text);
        text.push_back(']');
      }
  return text + "]";
}

static napi_value Stop(napi_env env, napi_callback_info) {
  tensorflow::profiler::XSpace space;
  if (session) {
    absl::Status status = session->CollectData(&space);
    session.reset();
    if (!status.ok()) return Fail(env, status);
  }
  std::string text = Print(space);
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

static napi_value Init(napi_env env, napi_value exports) {
  napi_property_descriptor functions[] = {
    {"start", nullptr, Start, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
    {"stop", nullptr, Stop, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, 2, functions);
  return exports;
}
NAPI_MODULE(profiler, Init)
