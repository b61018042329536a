// A tiny add-on that is loaded before TensorFlow's: it keeps the libraries for good, and their start-up messages away.
// When the last worker thread that uses TensorFlow's own add-on ends, Node unloads it; to load the libraries a second
// time ends the process, so they are pinned here. And the framework library writes two lines to standard error while it
// is being loaded, before it reads TF_CPP_MIN_LOG_LEVEL; where that asks for silence, standard error is shut for the few
// hundredths of a second that takes. RCNN_LIBRARIES is their folder relative to the compiled file.
#include <cstdlib>
#include <string>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>
#include <node_api.h>

static void Pin(const std::string& path) { dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE); }

static void PinQuietly(const std::string& path) {
  int kept = dup(2);
  int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (kept >= 0 && silence >= 0) dup2(silence, 2);
  Pin(path);
  if (kept >= 0) dup2(kept, 2);
  if (kept >= 0) close(kept);
  if (silence >= 0) close(silence);
}

static napi_value Init(napi_env env, napi_value exports) {
  Dl_info self;
  if (!dladdr(reinterpret_cast<void*>(&Init), &self)) return exports;
  std::string file(self.dli_fname);
  std::string folder = file.substr(0, file.rfind('/') + 1) + RCNN_LIBRARIES + "/";
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  std::string framework = folder + "libtensorflow_framework.so.2";
  if (level && std::atoi(level) > 0) PinQuietly(framework); else Pin(framework);
  Pin(folder + "libtensorflow_cc.so.2");
  return exports;
}
NAPI_MODULE(preload, Init)
