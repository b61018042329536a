// Our kernel for the gradients of 3x3 filters, the transpose of the convolution's: less than half the products, too.
//
// The filter's gradient in F(2x2, 3x3): with V = B^T d B of a tile's pixels and U = A dy A^T of its gradient it is
// G^T (sum of V U over the tiles) G, 16 products a tile, channel and filter where the plain sum takes 36.
//
// `RcnnFilterGradient3x3(x [N, H, W, C], gradient [N, H, W, K]) -> filter [3, 3, C, K]` of a convolution of stride 1 with
// one pixel of zeros around the images. C is a multiple of 16 and K of 64. Each thread sums tiles of its own. For
// processors with AVX-512.
#pragma once
#include "convolution-3x3.h"
#include "shared.h"

namespace rcnn {
#pragma GCC push_options
#pragma GCC target("avx512f")

// A dy A^T of the 2 x 2 pixels of a tile, zero beyond the image: u[point * step + filter] of 64 filters from dy on.
static inline void TransformGradient(const float* dy, const Shape& s, Place at, float* u, int64_t step) {
  bool below = at.row + 1 < s.height, right = at.column + 1 < s.width;
  const float* first = dy + ((at.image * s.height + at.row) * s.width + at.column) * s.filters;
  const float* second = first + s.width * s.filters;
  const __m512 zero = _mm512_setzero_ps();
  for (int q = 0; q < kVectors; q++, first += kLanes, second += kLanes, u += kLanes) {
    __m512 a = _mm512_loadu_ps(first), b = right ? _mm512_loadu_ps(first + s.filters) : zero;
    __m512 c = below ? _mm512_loadu_ps(second) : zero, d = below && right ? _mm512_loadu_ps(second + s.filters) : zero;
    __m512 left[4] = {a, _mm512_add_ps(a, c), _mm512_sub_ps(a, c), _mm512_sub_ps(zero, c)};
    __m512 rest[4] = {b, _mm512_add_ps(b, d), _mm512_sub_ps(b, d), _mm512_sub_ps(zero, d)};
    for (int i = 0; i < 4; i++) {
      float* out = u + i * 4 * step;
      _mm512_storeu_ps(out, left[i]);
      _mm512_storeu_ps(out + step, _mm512_add_ps(left[i], rest[i]));
      _mm512_storeu_ps(out + 2 * step, _mm512_sub_ps(left[i], rest[i]));
      _mm512_storeu_ps(out + 3 * step, _mm512_sub_ps(zero, rest[i]));
    }
  }
}

// sum[R][64] += a^T b over the tiles: a[tile * pitch + r], b[tile][64], as many numbers as filters from row to row of sum.
template <int R>
static inline void Accumulate(const float* a, int64_t pitch, const float* b, int64_t tiles, int64_t filters, float* sum) {
  __m512 all[R][kVectors];
  for (int r = 0; r < R; r++)
    for (int q = 0; q < kVectors; q++) all[r][q] = _mm512_loadu_ps(sum + r * filters + q * kLanes);
  for (int64_t t = 0; t < tiles; t++, a += pitch, b += kColumns) {
    __m512 b0 = _mm512_loadu_ps(b), b1 = _mm512_loadu_ps(b + 16), b2 = _mm512_loadu_ps(b + 32), b3 = _mm512_loadu_ps(b + 48);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      __m512 factor = _mm512_set1_ps(a[r]);
      all[r][0] = _mm512_fmadd_ps(factor, b0, all[r][0]);
      all[r][1] = _mm512_fmadd_ps(factor, b1, all[r][1]);
      all[r][2] = _mm512_fmadd_ps(factor, b2, all[r][2]);
      all[r][3] = _mm512_fmadd_ps(factor, b3, all[r][3]);
    }
  }
  for (int r = 0; r < R; r++)
    for (int q = 0; q < kVectors; q++) _mm512_storeu_ps(sum + r * filters + q * kLanes, all[r][q]);
}

// Channels are a multiple of 16, so that what sixes leave over is 2 or 4.
static inline void AccumulateRows(int64_t rows, const float* a, int64_t pitch, const float* b, int64_t tiles, int64_t filters, float* sum) {
  if (rows >= 6) return Accumulate<6>(a, pitch, b, tiles, filters, sum);
  if (rows == 4) return Accumulate<4>(a, pitch, b, tiles, filters, sum);
  return Accumulate<2>(a, pitch, b, tiles, filters, sum);
}

// Adds the tiles from `from` to `to` to sum[16][depth][filters]; v[16][most][pitch] and u[16][filters / 64][most][64] are
// this thread's own.
static void AddTiles(const float* x, const float* dy, const Shape& s, int64_t from, int64_t to, int64_t most, int64_t pitch, float* v, float* u, float* sum) {
  int64_t count = to - from, blocks = s.filters / kColumns;
  for (int64_t t = 0; t < count; t++) {
    Place at = PlaceOf(s, from + t);
    TransformInput(x, s, at, v + t * pitch, most * pitch);
    for (int64_t block = 0; block < blocks; block++)
      TransformGradient(dy + block * kColumns, s, at, u + (block * most + t) * kColumns, blocks * most * kColumns);
  }
  for (int64_t point = 0; point < kPoints; point++) {
    for (int64_t block = 0; block < blocks; block++) {
      const float* factors = u + (point * blocks + block) * most * kColumns;
      for (int64_t channel = 0; channel < s.depth; channel += kRows)
        AccumulateRows(s.depth - channel, v + point * most * pitch + channel, pitch, factors, count, s.filters,
                       sum + (point * s.depth + channel) * s.filters + block * kColumns);
    }
  }
}

// G^T m G for one channel and 16 filters; m is the sum over the threads' own, which lie `own` numbers apart.
static inline void TransformSum(const float* sums, const std::vector<int64_t>& owners, int64_t own, const Shape& s, int64_t place, float* y) {
  int64_t step = s.depth * s.filters;
  const __m512 half = _mm512_set1_ps(0.5f);
  __m512 t[3][4];
  for (int j = 0; j < 4; j++) {
    __m512 m[4];
    for (int i = 0; i < 4; i++) {
      m[i] = _mm512_setzero_ps();
      for (int64_t owner : owners) m[i] = _mm512_add_ps(m[i], _mm512_loadu_ps(sums + owner * own + (i * 4 + j) * step + place));
    }
    __m512 middle = _mm512_mul_ps(half, _mm512_add_ps(m[1], m[2]));
    t[0][j] = _mm512_add_ps(m[0], middle);
    t[1][j] = _mm512_mul_ps(half, _mm512_sub_ps(m[1], m[2]));
    t[2][j] = _mm512_add_ps(middle, m[3]);
  }
  for (int i = 0; i < 3; i++) {
    float* out = y + i * 3 * step + place;
    __m512 middle = _mm512_mul_ps(half, _mm512_add_ps(t[i][1], t[i][2]));
    _mm512_storeu_ps(out, _mm512_add_ps(t[i][0], middle));
    _mm512_storeu_ps(out + step, _mm512_mul_ps(half, _mm512_sub_ps(t[i][1], t[i][2])));
    _mm512_storeu_ps(out + 2 * step, _mm512_add_ps(middle, t[i][3]));
  }
}
#pragma GCC pop_options

class FilterGradient3x3 : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &dy = context->input(1);
    Shape s{x.dim_size(0), x.dim_size(1), x.dim_size(2), x.dim_size(3), dy.dim_size(3)};
    bool fits = dy.shape() == TensorShape({s.images, s.height, s.width, s.filters}) && s.depth % kLanes == 0 && s.filters % kColumns == 0;
    OP_REQUIRES(context, fits, errors::InvalidArgument("RcnnFilterGradient3x3 of ", x.shape().DebugString(), " and ", dy.shape().DebugString()));
    Tensor *y = nullptr, v, u, sums;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({3, 3, s.depth, s.filters}), &y));
    auto* pool = context->device()->tensorflow_cpu_worker_threads()->workers;
    int64_t threads = pool->NumThreads() + 1, pitch = s.depth + kLanes, own = kPoints * s.depth * s.filters;
    int64_t shares = (s.Tiles() + kMost - 1) / kMost;
    shares = (shares + threads - 2) / (threads - 1) * (threads - 1);
    int64_t most = (s.Tiles() + shares - 1) / std::max<int64_t>(shares, 1);
    OP_REQUIRES_OK(context, context->allocate_temp(DT_FLOAT, TensorShape({threads, kPoints * most * pitch}), &v));
    OP_REQUIRES_OK(context, context->allocate_temp(DT_FLOAT, TensorShape({threads, kPoints * most * s.filters}), &u));
    OP_REQUIRES_OK(context, context->allocate_temp(DT_FLOAT, TensorShape({threads, own}), &sums));
    const float *px = x.flat<float>().data(), *pd = dy.flat<float>().data();
    float *pv = v.flat<float>().data(), *pu = u.flat<float>().data(), *ps = sums.flat<float>().data(), *py = y->flat<float>().data();
    std::vector<char> began(threads, 0);
    thread::ThreadPool::SchedulingParams single(thread::ThreadPool::SchedulingStrategy::kFixedBlockSize, std::nullopt, 1);
    pool->ParallelForWithWorkerId(shares, single, [&](int64_t from, int64_t to, int worker) {
      float* sum = ps + worker * own;
      if (!began[worker]) std::fill_n(sum, own, 0.0f);
      began[worker] = 1;
      for (int64_t share = from; share < to; share++)
        AddTiles(px, pd, s, std::min(share * most, s.Tiles()), std::min((share + 1) * most, s.Tiles()), most, pitch,
                 pv + worker * kPoints * most * pitch, pu + worker * kPoints * most * s.filters, sum);
    });
    std::vector<int64_t> owners;
    for (int64_t thread = 0; thread < threads; thread++)
      if (began[thread]) owners.push_back(thread);
    pool->ParallelFor(s.depth, 64 * s.filters, [&](int64_t from, int64_t to) {
      for (int64_t place = from * s.filters; place < to * s.filters; place += kLanes) TransformSum(ps, owners, own, s, place, py);
    });
  }

 private:
  // Tiles at once: enough that a product is worth reading and writing its sums.
  static constexpr int64_t kMost = 128;
};

REGISTER_OP("RcnnFilterGradient3x3")
    .Input("x: float")
    .Input("gradient: float")
    .Output("filter: float")
    .SetShapeFn([](shape_inference::InferenceContext* context) {
      context->set_output(0, context->MakeShape({3, 3, context->Dim(context->input(0), 3), context->Dim(context->input(1), 3)}));
      return absl::OkStatus();
    });
REGISTER_KERNEL_BUILDER(Name("RcnnFilterGradient3x3").Device(DEVICE_CPU), FilterGradient3x3);
}  // namespace rcnn
