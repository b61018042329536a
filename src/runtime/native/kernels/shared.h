// What the kernels share.
#pragma once
#include <immintrin.h>
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
}  // namespace rcnn
