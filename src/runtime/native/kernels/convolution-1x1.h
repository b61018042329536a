// Our kernel for 1x1 convolutions: a matrix product that takes what is added behind it along.
//
// `RcnnConvolution1x1(x [N, H, W, C], filter [1, 1, C, K], bias [K], other [N, h, w, K]?) -> y [N, h, w, K]`: every
// `stride`-th pixel of x, from the first; the sum of all, clipped at 0 if `relu`. K is a multiple of 64. Pixels stay in a
// core's cache while all filters pass. For processors with AVX-512.
#pragma once
#include "shared.h"

namespace rcnn {
#pragma GCC push_options
#pragma GCC target("avx512f")

// What is added to the products, and whether negative results are clipped.
struct Ending { const float* bias; const float* other; bool relu, past; };

// y[R][64] = a[R][depth] b[depth][64] and its ending, as many numbers as filters from row to row of y and of the other map.
template <int R>
static inline void MultiplyInto(const float* const* a, const float* b, int64_t depth, Ending ending, int64_t filters, float* y) {
  const __m512 zero = _mm512_setzero_ps();
  __m512 sum[R][kVectors];
  for (int r = 0; r < R; r++)
    for (int q = 0; q < kVectors; q++) sum[r][q] = _mm512_loadu_ps(ending.bias + q * kLanes);
  const float* row[R];
  for (int r = 0; r < R; r++) row[r] = a[r];
  for (int64_t p = 0; p < depth; p++, b += kColumns) {
    __m512 b0 = _mm512_loadu_ps(b), b1 = _mm512_loadu_ps(b + 16), b2 = _mm512_loadu_ps(b + 32), b3 = _mm512_loadu_ps(b + 48);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      __m512 factor = _mm512_set1_ps(row[r][p]);
      sum[r][0] = _mm512_fmadd_ps(factor, b0, sum[r][0]);
      sum[r][1] = _mm512_fmadd_ps(factor, b1, sum[r][1]);
      sum[r][2] = _mm512_fmadd_ps(factor, b2, sum[r][2]);
      sum[r][3] = _mm512_fmadd_ps(factor, b3, sum[r][3]);
    }
  }
  for (int r = 0; r < R; r++) {
    for (int q = 0; q < kVectors; q++) {
      __m512 all = sum[r][q];
      if (ending.other) all = _mm512_add_ps(all, _mm512_loadu_ps(ending.other + r * filters + q * kLanes));
      Store(y + r * filters + q * kLanes, ending.relu ? _mm512_max_ps(all, zero) : all, ending.past);
    }
  }
}

static inline void MultiplyRowsInto(int rows, const float* const* a, const float* b, int64_t depth, Ending ending, int64_t filters, float* y) {
  switch (rows) {
    case 1: return MultiplyInto<1>(a, b, depth, ending, filters, y);
    case 2: return MultiplyInto<2>(a, b, depth, ending, filters, y);
    case 3: return MultiplyInto<3>(a, b, depth, ending, filters, y);
    case 4: return MultiplyInto<4>(a, b, depth, ending, filters, y);
    case 5: return MultiplyInto<5>(a, b, depth, ending, filters, y);
    default: return MultiplyInto<6>(a, b, depth, ending, filters, y);
  }
}
#pragma GCC pop_options

struct Grid {
  int64_t images, height, width, depth, filters, stride;
  int64_t Rows() const { return (height - 1) / stride + 1; }
  int64_t Columns() const { return (width - 1) / stride + 1; }
  int64_t Pixels() const { return images * Rows() * Columns(); }
  // Where the pixel of x begins that the pixel of y with that index reads.
  int64_t Source(int64_t index) const {
    if (stride == 1) return index * depth;
    int64_t row = index / Columns();
    return ((row / Rows() * height + row % Rows() * stride) * width + index % Columns() * stride) * depth;
  }
};

class Convolution1x1 : public OpKernel {
 public:
  explicit Convolution1x1(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("relu", &relu_));
    OP_REQUIRES_OK(context, context->GetAttr("stride", &stride_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &filter = context->input(1), &bias = context->input(2);
    Grid g{x.dim_size(0), x.dim_size(1), x.dim_size(2), x.dim_size(3), bias.dim_size(0), stride_};
    TensorShape shape({g.images, g.Rows(), g.Columns(), g.filters});
    bool fits = filter.shape() == TensorShape({1, 1, g.depth, g.filters}) && g.filters % kColumns == 0 &&
                (context->num_inputs() == 3 || context->input(3).shape() == shape);
    OP_REQUIRES(context, fits, errors::InvalidArgument("RcnnConvolution1x1 of ", x.shape().DebugString(), " and ", filter.shape().DebugString()));
    Tensor *y = nullptr, packed;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    if (y->NumElements() == 0) return;
    OP_REQUIRES_OK(context, context->allocate_temp(DT_FLOAT, TensorShape({g.depth * g.filters}), &packed));

    auto* pool = context->device()->tensorflow_cpu_worker_threads()->workers;
    const float *px = x.flat<float>().data(), *pf = filter.flat<float>().data(), *pb = bias.flat<float>().data();
    const float* other = context->num_inputs() == 3 ? nullptr : context->input(3).flat<float>().data();
    float *pp = packed.flat<float>().data(), *py = y->flat<float>().data();
    pool->ParallelFor(g.filters / kColumns, 1 << 24, [&](int64_t from, int64_t to) {
      for (int64_t block = from; block < to; block++)
        for (int64_t p = 0; p < g.depth; p++)
          std::copy_n(pf + p * g.filters + block * kColumns, kColumns, pp + (block * g.depth + p) * kColumns);
    });
    int64_t most = PixelsAtOnce(g, pool->NumThreads()), shares = (g.Pixels() + most - 1) / most;
    pool->ParallelFor(shares, 1 << 24, [&](int64_t from, int64_t to) {
      for (int64_t share = from; share < to; share++)
        Share(g, px, pp, pb, other, IsPastCache(*y), share * most, std::min((share + 1) * most, g.Pixels()), py);
    });
  }

 private:
  void Share(const Grid& g, const float* x, const float* packed, const float* bias, const float* other, bool past, int64_t from, int64_t to, float* y) const {
    for (int64_t block = 0; block < g.filters; block += kColumns) {
      for (int64_t pixel = from; pixel < to; pixel += kRows) {
        int rows = static_cast<int>(std::min<int64_t>(kRows, to - pixel));
        const float* a[kRows];
        for (int r = 0; r < rows; r++) a[r] = x + g.Source(pixel + r);
        int64_t place = pixel * g.filters + block;
        Ending ending{bias + block, other ? other + place : nullptr, relu_, past};
        MultiplyRowsInto(rows, a, packed + block * g.depth, g.depth, ending, g.filters, y + place);
      }
    }
    _mm_sfence();
  }
  // As many as stay in a core's cache while all filters pass, and as many shares for each thread as for the others.
  static int64_t PixelsAtOnce(const Grid& g, int64_t threads) {
    int64_t fit = std::min<int64_t>(std::max<int64_t>((512 << 10) / (4 * g.depth), kRows), 240);
    int64_t shares = (g.Pixels() + fit - 1) / fit;
    shares = (shares + threads - 1) / threads * threads;
    int64_t even = (g.Pixels() + shares - 1) / shares;
    return (even + kRows - 1) / kRows * kRows;
  }

  bool relu_;
  int stride_;
};

REGISTER_OP("RcnnConvolution1x1")
    .Input("x: float")
    .Input("filter: float")
    .Input("bias: float")
    .Input("other: others * float")
    .Attr("others: int >= 0")
    .Attr("relu: bool")
    .Attr("stride: int")
    .Output("y: float")
    .SetShapeFn([](shape_inference::InferenceContext* context) {
      int stride;
      TF_RETURN_IF_ERROR(context->GetAttr("stride", &stride));
      shape_inference::ShapeHandle y;
      TF_RETURN_IF_ERROR(context->ReplaceDim(context->input(0), 3, context->Dim(context->input(2), 0), &y));
      for (int axis = 1; axis < 3; axis++) {
        shape_inference::DimensionHandle size;
        TF_RETURN_IF_ERROR(context->Add(context->Dim(y, axis), stride - 1, &size));
        TF_RETURN_IF_ERROR(context->Divide(size, stride, false, &size));
        TF_RETURN_IF_ERROR(context->ReplaceDim(y, axis, size, &y));
      }
      context->set_output(0, y);
      return absl::OkStatus();
    });
REGISTER_KERNEL_BUILDER(Name("RcnnConvolution1x1").Device(DEVICE_CPU), Convolution1x1);
}  // namespace rcnn
