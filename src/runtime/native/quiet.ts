/** A tiny add-on that loads TensorFlow's smaller library first, without its start-up messages. */
import { join } from "node:path";

export const quietPathOf = (directory: string): string => join(directory, "quiet.node");

/**
 * TensorFlow's framework library writes two lines to standard error while it is being loaded, before it reads
 * TF_CPP_MIN_LOG_LEVEL. Where that asks for silence, this add-on loads the library with standard error shut, for the few
 * hundredths of a second that takes; TensorFlow's own add-on then finds it loaded. RCNN_LIBRARY is its place relative to this file.
 */
export const quietSource = `
#include <cstdlib>
#include <string>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>
#include <node_api.h>

static napi_value Init(napi_env env, napi_value exports) {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  Dl_info self;
  if (!level || std::atoi(level) < 1 || !dladdr(reinterpret_cast<void*>(&Init), &self)) return exports;
  std::string place(self.dli_fname);
  place = place.substr(0, place.rfind('/') + 1) + RCNN_LIBRARY;
  int kept = dup(2);
  int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept >= 0 && silence >= 0 && dup2(silence, 2) >= 0) {
    dlopen(place.c_str(), RTLD_LAZY | RTLD_LOCAL);
    dup2(kept, 2);
  }
  if (kept >= 0) close(kept);
  if (silence >= 0) close(silence);
  return exports;
}
NAPI_MODULE(quiet, Init)
`;
