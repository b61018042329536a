// The kernels that are compiled with the native back end, as one add-on.
#include "convolution-1x1.h"
#include "convolution-3x3.h"
#include "filter-gradient-3x3.h"
#include "roi-align.h"

namespace rcnn {
// Node unloads an add-on with the last thread that uses it; an op that registers a second time ends the process.
static napi_value Init(napi_env env, napi_value exports) {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&Init), &self)) dlopen(self.dli_fname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  return exports;
}
NAPI_MODULE(kernels, Init)
}  // namespace rcnn
