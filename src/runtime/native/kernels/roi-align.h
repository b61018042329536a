// Our kernel for RoIAlign: the mean of all samples of a cell at once, from the region's own level.
//
// `RcnnRoiAlign(levels [N, H, W, C]..., boxes [R, 4], image [R], level [R]) -> [R, h, w, C]` as torchvision's `roi_align`
// with `sampling` points a side of a cell; zeros where there is no such level. C is a multiple of 16. Without the border
// around every map, the grid of samples and the sorting by levels that stock kernels need. For processors with AVX-512.
#pragma once
#include "shared.h"

namespace rcnn {
#pragma GCC push_options
#pragma GCC target("avx512f")

struct Taps {
  int count = 0;
  const float* from[4 * 64];
  float weight[4 * 64];
  void Add(const float* place, float share) {
    if (share == 0) return;
    from[count] = place;
    weight[count++] = share;
  }
};

struct Between { int64_t low, high; float share; bool inside; };

// The two cells between which a coordinate lies, and the share of the second.
static inline Between Cells(float at, int64_t limit) {
  if (at < -1.0f || at > static_cast<float>(limit)) return {0, 0, 0, false};
  float inside = std::max(at, 0.0f);
  int64_t low = static_cast<int64_t>(inside);
  if (low >= limit - 1) return {limit - 1, limit - 1, 0, true};
  return {low, low + 1, inside - static_cast<float>(low), true};
}

static inline void Sum(const Taps& taps, int64_t depth, float* y) {
  for (int64_t channel = 0; channel < depth; channel += kLanes) {
    __m512 sum = _mm512_setzero_ps();
    for (int tap = 0; tap < taps.count; tap++)
      sum = _mm512_fmadd_ps(_mm512_set1_ps(taps.weight[tap]), _mm512_loadu_ps(taps.from[tap] + channel), sum);
    _mm512_storeu_ps(y + channel, sum);
  }
}
#pragma GCC pop_options

class RoiAlign : public OpKernel {
 public:
  explicit RoiAlign(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("size", &size_));
    OP_REQUIRES_OK(context, context->GetAttr("strides", &strides_));
    OP_REQUIRES_OK(context, context->GetAttr("sampling", &sampling_));
    OP_REQUIRES_OK(context, context->GetAttr("aligned", &aligned_));
    OP_REQUIRES(context, sampling_ >= 1 && sampling_ <= 8, errors::InvalidArgument("sampling is ", sampling_));
  }

  void Compute(OpKernelContext* context) override {
    int levels = static_cast<int>(strides_.size());
    const Tensor &boxes = context->input(levels), &image = context->input(levels + 1), &level = context->input(levels + 2);
    int64_t regions = boxes.dim_size(0), depth = context->input(0).dim_size(3);
    bool fits = depth % kLanes == 0 && image.NumElements() == regions && level.NumElements() == regions;
    for (int each = 0; each < levels; each++) fits = fits && context->input(each).dims() == 4 && context->input(each).dim_size(3) == depth;
    OP_REQUIRES(context, fits, errors::InvalidArgument("RcnnRoiAlign of ", boxes.shape().DebugString()));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({regions, size_[0], size_[1], depth}), &y));
    int64_t numbers = static_cast<int64_t>(size_[0]) * size_[1] * depth;
    float* py = y->flat<float>().data();
    const float* pb = boxes.flat<float>().data();
    const int32 *pi = image.flat<int32>().data(), *pl = level.flat<int32>().data();
    auto* pool = context->device()->tensorflow_cpu_worker_threads()->workers;
    pool->ParallelFor(regions, 20 * numbers, [&](int64_t from, int64_t to) {
      for (int64_t region = from; region < to; region++) {
        float* out = py + region * numbers;
        if (pl[region] < 0 || pl[region] >= levels) std::fill_n(out, numbers, 0.0f);
        else Region(context->input(pl[region]), pi[region], strides_[pl[region]], pb + region * 4, out);
      }
    });
  }

 private:
  void Region(const Tensor& map, int64_t image, float stride, const float* box, float* out) const {
    int64_t height = map.dim_size(1), width = map.dim_size(2), depth = map.dim_size(3);
    const float* features = map.flat<float>().data() + image * height * width * depth;
    float scale = 1.0f / stride, offset = aligned_ ? 0.5f : 0.0f;
    float left = box[0] * scale - offset, top = box[1] * scale - offset;
    float across = box[2] * scale - offset - left, down = box[3] * scale - offset - top;
    if (!aligned_) across = std::max(across, 1.0f), down = std::max(down, 1.0f);
    float cellWidth = across / size_[1], cellHeight = down / size_[0];
    float part = 1.0f / (sampling_ * sampling_);
    for (int row = 0; row < size_[0]; row++) {
      for (int column = 0; column < size_[1]; column++, out += depth) {
        Taps taps;
        for (int i = 0; i < sampling_; i++) {
          Between v = Cells(top + row * cellHeight + (i + 0.5f) * cellHeight / sampling_, height);
          for (int j = 0; j < sampling_ && v.inside; j++) {
            Between u = Cells(left + column * cellWidth + (j + 0.5f) * cellWidth / sampling_, width);
            if (!u.inside) continue;
            taps.Add(features + (v.low * width + u.low) * depth, part * (1 - v.share) * (1 - u.share));
            taps.Add(features + (v.low * width + u.high) * depth, part * (1 - v.share) * u.share);
            taps.Add(features + (v.high * width + u.low) * depth, part * v.share * (1 - u.share));
            taps.Add(features + (v.high * width + u.high) * depth, part * v.share * u.share);
          }
        }
        Sum(taps, depth, out);
      }
    }
  }

  std::vector<int32> size_, strides_;
  int sampling_;
  bool aligned_;
};

REGISTER_OP("RcnnRoiAlign")
    .Input("levels: count * float")
    .Input("boxes: float")
    .Input("image: int32")
    .Input("level: int32")
    .Attr("count: int >= 1")
    .Attr("size: list(int)")
    .Attr("strides: list(int)")
    .Attr("sampling: int")
    .Attr("aligned: bool")
    .Output("y: float")
    .SetShapeFn([](shape_inference::InferenceContext* context) {
      std::vector<int32> size;
      int count;
      TF_RETURN_IF_ERROR(context->GetAttr("size", &size));
      TF_RETURN_IF_ERROR(context->GetAttr("count", &count));
      auto regions = context->Dim(context->input(count), 0), depth = context->Dim(context->input(0), 3);
      context->set_output(0, context->MakeShape({regions, context->MakeDim(size[0]), context->MakeDim(size[1]), depth}));
      return absl::OkStatus();
    });
REGISTER_KERNEL_BUILDER(Name("RcnnRoiAlign").Device(DEVICE_CPU), RoiAlign);
}  // namespace rcnn
