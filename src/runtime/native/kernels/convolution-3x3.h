// Our kernel for 3x3 convolutions of stride 1, which takes less than half the products.
//
// F(2x2, 3x3) of Lavin and Gray 2015 (Fast Algorithms for Convolutional Neural Networks, section 4.1): a tile of 2 x 2
// pixels takes 16 products a channel where the plain sum takes 36, and its transforms only add, subtract and halve, so
// that results are as exact. Tiles are transformed, multiplied and transformed back while they lie in a core's cache.
//
// `RcnnConvolution3x3(x [N, H, W, C], filter [3, 3, C, K], bias [K]) -> y [N, H, W, K]`: one pixel of zeros around the
// images; `relu` clips y; `turned`: the filter is [3, 3, K, C], and y the gradient of the images of its convolution. C is
// a multiple of 16 and K of 64. For processors with AVX-512.
#pragma once
#include "shared.h"

namespace rcnn {
#pragma GCC push_options
#pragma GCC target("avx512f")

constexpr int kPoints = 16;

struct Shape {
  int64_t images, height, width, depth, filters;
  int64_t TileRows() const { return (height + 1) / 2; }
  int64_t TileColumns() const { return (width + 1) / 2; }
  int64_t Tiles() const { return images * TileRows() * TileColumns(); }
};

struct Place { int64_t image, row, column; };

static inline Place PlaceOf(const Shape& s, int64_t tile) {
  int64_t row = tile / s.TileColumns();
  return {row / s.TileRows(), row % s.TileRows() * 2, tile % s.TileColumns() * 2};
}

// B^T d B of the 4 x 4 pixels around a tile, zero beyond the image: v[point * step + channel].
static inline void TransformInput(const float* x, const Shape& s, Place at, float* v, int64_t step) {
  int64_t top = at.row - 1, left = at.column - 1;
  bool inside = top >= 0 && left >= 0 && top + 4 <= s.height && left + 4 <= s.width;
  const float* image = x + at.image * s.height * s.width * s.depth;
  for (int64_t channel = 0; channel < s.depth; channel += kLanes) {
    __m512 t[4][4];
    for (int j = 0; j < 4; j++) {
      __m512 d[4];
      for (int i = 0; i < 4; i++) {
        int64_t row = top + i, column = left + j;
        bool real = inside || (row >= 0 && row < s.height && column >= 0 && column < s.width);
        d[i] = real ? _mm512_loadu_ps(image + (row * s.width + column) * s.depth + channel) : _mm512_setzero_ps();
      }
      t[0][j] = _mm512_sub_ps(d[0], d[2]);
      t[1][j] = _mm512_add_ps(d[1], d[2]);
      t[2][j] = _mm512_sub_ps(d[2], d[1]);
      t[3][j] = _mm512_sub_ps(d[1], d[3]);
    }
    for (int i = 0; i < 4; i++) {
      float* out = v + i * 4 * step + channel;
      _mm512_storeu_ps(out, _mm512_sub_ps(t[i][0], t[i][2]));
      _mm512_storeu_ps(out + step, _mm512_add_ps(t[i][1], t[i][2]));
      _mm512_storeu_ps(out + 2 * step, _mm512_sub_ps(t[i][2], t[i][1]));
      _mm512_storeu_ps(out + 3 * step, _mm512_sub_ps(t[i][1], t[i][3]));
    }
  }
}

// The filter's 16 numbers from row i, column j on; turned: the filter of the gradient of the images.
static inline __m512 LoadFilter(const float* f, const Shape& s, bool turned, int i, int j, int64_t channel, int64_t filter) {
  if (!turned) return _mm512_loadu_ps(f + ((i * 3 + j) * s.depth + channel) * s.filters + filter);
  const float* first = f + (((2 - i) * 3 + 2 - j) * s.filters + filter) * s.depth + channel;
  __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  __m512i places = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(static_cast<int>(s.depth)));
  return _mm512_i32gather_ps(places, first, 4);
}

// G g G^T: u[block of 64 filters][point][channel][64].
static void TransformFilter(const float* f, const Shape& s, bool turned, int64_t block, float* u) {
  const __m512 half = _mm512_set1_ps(0.5f);
  for (int64_t channel = 0; channel < s.depth; channel++) {
    for (int q = 0; q < kVectors; q++) {
      __m512 t[4][3];
      for (int j = 0; j < 3; j++) {
        __m512 g[3];
        for (int i = 0; i < 3; i++) g[i] = LoadFilter(f, s, turned, i, j, channel, block * kColumns + q * kLanes);
        __m512 ends = _mm512_add_ps(g[0], g[2]);
        t[0][j] = g[0];
        t[1][j] = _mm512_mul_ps(half, _mm512_add_ps(ends, g[1]));
        t[2][j] = _mm512_mul_ps(half, _mm512_sub_ps(ends, g[1]));
        t[3][j] = g[2];
      }
      int64_t step = s.depth * kColumns;
      for (int i = 0; i < 4; i++) {
        float* out = u + (block * kPoints + i * 4) * step + channel * kColumns + q * kLanes;
        __m512 ends = _mm512_add_ps(t[i][0], t[i][2]);
        _mm512_storeu_ps(out, t[i][0]);
        _mm512_storeu_ps(out + step, _mm512_mul_ps(half, _mm512_add_ps(ends, t[i][1])));
        _mm512_storeu_ps(out + 2 * step, _mm512_mul_ps(half, _mm512_sub_ps(ends, t[i][1])));
        _mm512_storeu_ps(out + 3 * step, t[i][2]);
      }
    }
  }
}

// out[R][64] = a[R][depth] b[depth][64].
template <int R>
static inline void Multiply(const float* a, const float* b, int64_t depth, float* out) {
  __m512 sum[R][kVectors];
  for (int r = 0; r < R; r++)
    for (int q = 0; q < kVectors; q++) sum[r][q] = _mm512_setzero_ps();
  for (int64_t p = 0; p < depth; p++, b += kColumns) {
    __m512 b0 = _mm512_loadu_ps(b), b1 = _mm512_loadu_ps(b + 16), b2 = _mm512_loadu_ps(b + 32), b3 = _mm512_loadu_ps(b + 48);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      __m512 factor = _mm512_set1_ps(a[r * depth + p]);
      sum[r][0] = _mm512_fmadd_ps(factor, b0, sum[r][0]);
      sum[r][1] = _mm512_fmadd_ps(factor, b1, sum[r][1]);
      sum[r][2] = _mm512_fmadd_ps(factor, b2, sum[r][2]);
      sum[r][3] = _mm512_fmadd_ps(factor, b3, sum[r][3]);
    }
  }
  for (int r = 0; r < R; r++)
    for (int q = 0; q < kVectors; q++) _mm512_storeu_ps(out + r * kColumns + q * kLanes, sum[r][q]);
}

static inline void MultiplyRows(int rows, const float* a, const float* b, int64_t depth, float* out) {
  switch (rows) {
    case 1: return Multiply<1>(a, b, depth, out);
    case 2: return Multiply<2>(a, b, depth, out);
    case 3: return Multiply<3>(a, b, depth, out);
    case 4: return Multiply<4>(a, b, depth, out);
    case 5: return Multiply<5>(a, b, depth, out);
    default: return Multiply<6>(a, b, depth, out);
  }
}

// A^T m A, with the bias: the 2 x 2 pixels of a tile, as far as they lie in the image.
static inline void TransformOutput(const float* m, int64_t step, const float* bias, bool relu, bool past, const Shape& s, Place at,
                                   int64_t filter, float* y) {
  const __m512 zero = _mm512_setzero_ps();
  float* first = y + ((at.image * s.height + at.row) * s.width + at.column) * s.filters + filter;
  for (int q = 0; q < kVectors; q++, m += kLanes) {
    __m512 t[2][4];
    for (int j = 0; j < 4; j++) {
      __m512 m1 = _mm512_loadu_ps(m + (4 + j) * step), m2 = _mm512_loadu_ps(m + (8 + j) * step);
      t[0][j] = _mm512_add_ps(_mm512_add_ps(_mm512_loadu_ps(m + j * step), m1), m2);
      t[1][j] = _mm512_sub_ps(_mm512_sub_ps(m1, m2), _mm512_loadu_ps(m + (12 + j) * step));
    }
    __m512 own = _mm512_loadu_ps(bias + filter + q * kLanes);
    for (int i = 0; i < 2 && at.row + i < s.height; i++) {
      __m512 left = _mm512_add_ps(_mm512_add_ps(_mm512_add_ps(t[i][0], t[i][1]), t[i][2]), own);
      __m512 right = _mm512_add_ps(_mm512_sub_ps(_mm512_sub_ps(t[i][1], t[i][2]), t[i][3]), own);
      float* out = first + i * s.width * s.filters + q * kLanes;
      Store(out, relu ? _mm512_max_ps(left, zero) : left, past);
      if (at.column + 1 < s.width) Store(out + s.filters, relu ? _mm512_max_ps(right, zero) : right, past);
    }
  }
}

// v and m are this thread's own: [16][most][depth] and [16][most][64].
static void Convolve(const float* x, const float* u, const float* bias, bool relu, bool past, const Shape& s, int64_t from, int64_t to,
                     int64_t most, float* v, float* m, float* y) {
  int count = static_cast<int>(to - from);
  int64_t step = most * s.depth;
  for (int t = 0; t < count; t++) TransformInput(x, s, PlaceOf(s, from + t), v + t * s.depth, step);
  for (int64_t block = 0; block < s.filters / kColumns; block++) {
    const float* factors = u + block * kPoints * s.depth * kColumns;
    for (int point = 0; point < kPoints; point++)
      for (int t = 0; t < count; t += kRows)
        MultiplyRows(std::min(kRows, count - t), v + point * step + t * s.depth, factors + point * s.depth * kColumns,
                     s.depth, m + (point * most + t) * kColumns);
    for (int t = 0; t < count; t++)
      TransformOutput(m + t * kColumns, most * kColumns, bias, relu, past, s, PlaceOf(s, from + t), block * kColumns, y);
  }
}
#pragma GCC pop_options

class Convolution3x3 : public OpKernel {
 public:
  explicit Convolution3x3(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("relu", &relu_));
    OP_REQUIRES_OK(context, context->GetAttr("turned", &turned_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &filter = context->input(1), &bias = context->input(2);
    Shape s{x.dim_size(0), x.dim_size(1), x.dim_size(2), x.dim_size(3), bias.dim_size(0)};
    int64_t rows = turned_ ? s.filters : s.depth, columns = turned_ ? s.depth : s.filters;
    OP_REQUIRES(context, filter.shape() == TensorShape({3, 3, rows, columns}) && s.depth % kLanes == 0 && s.filters % kColumns == 0,
                errors::InvalidArgument("RcnnConvolution3x3 of ", x.shape().DebugString(), " and ", filter.shape().DebugString()));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({s.images, s.height, s.width, s.filters}), &y));
    if (y->NumElements() == 0) return;

    auto* pool = context->device()->tensorflow_cpu_worker_threads()->workers;
    int64_t threads = pool->NumThreads();
    int64_t most = TilesAtOnce(s, threads), shares = (s.Tiles() + most - 1) / most;
    Tensor u, v, m;
    OP_REQUIRES_OK(context, Allocate(context, kPoints * s.depth * s.filters, &u));
    OP_REQUIRES_OK(context, Allocate(context, (threads + 1) * kPoints * most * s.depth, &v));
    OP_REQUIRES_OK(context, Allocate(context, (threads + 1) * kPoints * most * kColumns, &m));
    const float *px = Data(x), *pf = Data(filter), *pb = Data(bias);
    float *pu = Data(u), *pv = Data(v), *pm = Data(m), *py = Data(*y);
    const int64_t large = 1 << 24;
    pool->ParallelFor(s.filters / kColumns, large, [&](int64_t from, int64_t to) {
      for (int64_t block = from; block < to; block++) TransformFilter(pf, s, turned_, block, pu);
    });
    thread::ThreadPool::SchedulingParams single(thread::ThreadPool::SchedulingStrategy::kFixedBlockSize, std::nullopt, 1);
    pool->ParallelForWithWorkerId(shares, single, [&](int64_t from, int64_t to, int worker) {
      float *own = pv + worker * kPoints * most * s.depth, *products = pm + worker * kPoints * most * kColumns;
      for (int64_t share = from; share < to; share++)
        Convolve(px, pu, pb, relu_, IsPastCache(*y), s, share * most, std::min((share + 1) * most, s.Tiles()), most, own, products, py);
      _mm_sfence();
    });
  }

 private:
  // As many as leave their numbers in a core's cache, and as many shares for each thread as for the others.
  static int64_t TilesAtOnce(const Shape& s, int64_t threads) {
    int64_t fit = (900 << 10) / (4 * kPoints * (s.depth + kColumns));
    int64_t most = std::min<int64_t>(std::max<int64_t>(fit, kRows), 96);
    int64_t shares = (s.Tiles() + most - 1) / most;
    shares = (shares + threads - 1) / threads * threads;
    int64_t even = (s.Tiles() + shares - 1) / shares;
    return (even + kRows - 1) / kRows * kRows;
  }
  static Status Allocate(OpKernelContext* context, int64_t size, Tensor* out) {
    return context->allocate_temp(DT_FLOAT, TensorShape({size}), out);
  }
  static const float* Data(const Tensor& tensor) { return tensor.flat<float>().data(); }
  static float* Data(Tensor& tensor) { return tensor.flat<float>().data(); }

  bool relu_, turned_;
};

REGISTER_OP("RcnnConvolution3x3")
    .Input("x: float")
    .Input("filter: float")
    .Input("bias: float")
    .Attr("relu: bool")
    .Attr("turned: bool")
    .Output("y: float")
    .SetShapeFn([](shape_inference::InferenceContext* context) {
      shape_inference::ShapeHandle y;
      TF_RETURN_IF_ERROR(context->ReplaceDim(context->input(0), 3, context->Dim(context->input(2), 0), &y));
      context->set_output(0, y);
      return absl::OkStatus();
    });
REGISTER_KERNEL_BUILDER(Name("RcnnConvolution3x3").Device(DEVICE_CPU), Convolution3x3);
}  // namespace rcnn
