/** The C++ source of the kernels that are compiled with the native back end, as one add-on. */
import { convolution1x1Source } from "./convolution-1x1.ts";
import { convolution3x3Source } from "./convolution-3x3.ts";
import { filterGradient3x3Source } from "./filter-gradient-3x3.ts";
import { roiAlignSource } from "./roi-align.ts";

const head = `#include <immintrin.h>
#include <algorithm>
#include <cstdint>
#include <vector>
#include <dlfcn.h>
#include <node_api.h>
#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace rcnn {
using namespace tensorflow;

// A product is computed in tiles of 6 x 64 numbers, which fill the registers.
constexpr int kLanes = 16, kColumns = 64, kVectors = kColumns / kLanes, kRows = 6;

// A map that no cache holds until it is read goes past them, which spares reading what it overwrites. Such stores are
// in no order: after the last one of a share comes a fence.
static bool IsPastCache(const Tensor& y) { return y.NumElements() >= 6 << 20; }

__attribute__((target("avx512f"))) static inline void Store(float* place, __m512 numbers, bool past) {
  if (past) _mm512_stream_ps(place, numbers);
  else _mm512_storeu_ps(place, numbers);
}
`;

const tail = `// Node unloads an add-on with the last thread that uses it; an op that registers a second time ends the process.
static napi_value Init(napi_env env, napi_value exports) {
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&Init), &self)) dlopen(self.dli_fname, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  return exports;
}
NAPI_MODULE(kernels, Init)
}  // namespace rcnn
`;

export const kernelsSource = [
  head,
  convolution3x3Source,
  filterGradient3x3Source,
  convolution1x1Source,
  roiAlignSource,
  tail,
].join("\n");
