"""Writes test/components/layers.golden.json: torch's outputs and gradients, in float64, for each layer. Run: python test/oracles/layers.py"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
cases = []


def random(*shape):
    return torch.round(torch.randn(*shape), decimals=2)


def packed(value):
    return {"shape": list(value.shape), "data": [round(number, 9) for number in value.detach().reshape(-1).tolist()]}


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def case(layer, attributes, inputs, run, noise=None, kind="region", frozen={}, **parameters):
    """`run(*inputs, **parameters)` in our layouts; gradients of a weighted sum of its output."""
    leaves = {f"input{index}": x for index, x in enumerate(inputs)} | parameters
    for leaf in leaves.values():
        leaf.requires_grad_()
    y = run(*inputs, **parameters)
    weights = random(*y.shape)
    gradients = torch.autograd.grad((y * weights).sum(), list(leaves.values()), allow_unused=True)
    cases.append({
        "layer": layer,
        "attributes": attributes,
        "kind": kind,
        "inputs": [packed(x) for x in inputs],
        "parameters": {name: packed(value) for name, value in (parameters | frozen).items()},
        **({"noise": packed(noise)} if noise is not None else {}),
        "output": packed(y),
        "weights": packed(weights),
        "gradients": {name: packed(gradient) for name, gradient in zip(leaves, gradients) if gradient is not None},
    })


def convolution(size, channels, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, mode="zeros"):
    def run(x, filter, bias):
        image, pads = nchw(x), (padding[1], padding[1], padding[0], padding[0])
        image = F.pad(image, pads, mode="reflect") if mode == "reflect" else F.pad(image, pads)
        return nhwc(F.conv2d(image, filter.permute(3, 2, 0, 1), bias, stride=stride, dilation=dilation, groups=groups))

    attributes = dict(kernel=kernel, channels=channels, stride=stride, padding=padding, dilation=dilation,
                      groups=groups, paddingMode=mode, bias=True)
    filter = random(*kernel, size[2] // groups, channels)
    case("conv", attributes, [random(2, *size)], run, filter=filter, bias=random(channels))


convolution((6, 7, 3), 4, (3, 3), stride=(2, 2), padding=(1, 1))
convolution((6, 7, 4), 6, (3, 3), padding=(1, 1), groups=2)
convolution((6, 7, 5), 5, (3, 3), stride=(2, 2), padding=(1, 1), groups=5)
convolution((7, 6, 3), 6, (3, 2), padding=(2, 1), dilation=(2, 3), groups=3)
convolution((5, 6, 2), 3, (5, 3), padding=(2, 1), mode="reflect")
convolution((5, 6, 4), 4, (3, 3), stride=(2, 1), padding=(1, 2), groups=4, mode="reflect")



def transposed(size, channels, kernel, stride, padding, more, dilation=(1, 1), groups=1):
    attributes = dict(kernel=kernel, channels=channels, stride=stride, padding=padding, outputPadding=more,
                      dilation=dilation, groups=groups, bias=True)
    case("deconv", attributes, [random(2, *size)],
         lambda x, filter, bias: nhwc(F.conv_transpose2d(nchw(x), filter.permute(3, 2, 0, 1), bias, stride=stride, padding=padding,
                                                         output_padding=more, dilation=dilation, groups=groups)),
         filter=random(*kernel, channels // groups, size[2]), bias=random(channels))


transposed((4, 3, 3), 4, (3, 2), stride=(2, 3), padding=(1, 0), more=(0, 0))
transposed((4, 3, 3), 2, (3, 3), stride=(2, 2), padding=(1, 1), more=(1, 0))
case("dense", dict(units=4, bias=True), [random(5, 6)], lambda x, weights, bias: x @ weights + bias, kind="vector",
     weights=random(6, 4), bias=random(4))

signed = lambda: random(2, 3, 4, 3) + 0.005  # never on a kink
case("relu", {}, [signed()], torch.relu)
case("leakyRelu", dict(slope=0.2), [signed()], lambda x: F.leaky_relu(x, 0.2))
case("sigmoid", {}, [signed()], torch.sigmoid)
case("swish", {}, [signed()], F.silu)
pieces = lambda: 4 * random(2, 3, 4, 3) + 0.005
case("hardSigmoid", {}, [pieces()], F.hardsigmoid)
case("hardSwish", {}, [pieces()], F.hardswish)

pooling = dict(kernel=(3, 2), stride=(2, 1), padding=(1, 0))
case("maxPool", pooling, [random(2, 6, 5, 2)], lambda x: nhwc(F.max_pool2d(nchw(x), (3, 2), (2, 1), (1, 0))))
for counted in (True, False):
    case("avgPool", dict(**pooling, countBorder=counted), [random(2, 6, 5, 2)],
         lambda x: nhwc(F.avg_pool2d(nchw(x), (3, 2), (2, 1), (1, 0), count_include_pad=counted)))
for by, pool in (("mean", F.adaptive_avg_pool2d), ("maximum", F.adaptive_max_pool2d)):
    case("globalPool", dict(by=by, keepSides=False), [random(3, 4, 5, 2)], lambda x: pool(nchw(x), 1).flatten(1))
    case("globalPool", dict(by=by, keepSides=True), [random(3, 4, 5, 2)], lambda x: nhwc(pool(nchw(x), 1)))

case("upsample", dict(factor=3), [random(2, 2, 3, 2)], lambda x: nhwc(F.interpolate(nchw(x), scale_factor=3, mode="nearest")))
for size in ((7, 5), (2, 9), (1, 1)):
    case("resize", dict(factor=2, method="nearest", size=size, alignCorners=False), [random(2, 3, 4, 2)],
         lambda x: nhwc(F.interpolate(nchw(x), size=size, mode="nearest")))
    for aligned in (True, False):
        case("resize", dict(factor=2, method="bilinear", size=size, alignCorners=aligned), [random(2, 3, 4, 2)],
             lambda x: nhwc(F.interpolate(nchw(x), size=size, mode="bilinear", align_corners=aligned)))
case("resize", dict(factor=2, method="bilinear", size=None, alignCorners=False), [random(1, 3, 4, 2)],
     lambda x: nhwc(F.interpolate(nchw(x), scale_factor=2, mode="bilinear")))

case("add", {}, [random(2, 2, 3, 2), random(2, 2, 3, 2), random(2, 2, 3, 2)], lambda x, y, z: x + y + z)
case("multiply", {}, [random(2, 2, 3, 2), random(2, 2, 3, 2)], lambda x, y: x * y)
case("multiply", {}, [random(2, 2, 3, 2), random(2, 1, 1, 2)], lambda x, y: x * y)
case("concat", {}, [random(2, 2, 3, 2), random(2, 2, 3, 1), random(2, 2, 3, 3)], lambda *xs: torch.cat(xs, 3))
case("flatten", {}, [random(2, 2, 3, 2)], lambda x: x.reshape(2, 12))

case("batchNorm", dict(momentum=0.1, epsilon=1e-3), [random(2, 3, 4, 3)],
     lambda x, scale, offset: nhwc(F.batch_norm(nchw(x), None, None, scale, offset, True, 0.1, 1e-3)),
     scale=random(3), offset=random(3))
frozen = dict(scale=random(3), offset=random(3), mean=random(3), variance=random(3).abs() + 0.5)
case("frozenBatchNorm", dict(epsilon=1e-3), [random(2, 3, 4, 3)],
     lambda x: nhwc(F.batch_norm(nchw(x), frozen["mean"], frozen["variance"], frozen["scale"], frozen["offset"], False, 0.1, 1e-3)),
     frozen=frozen)
case("groupNorm", dict(groups=2, epsilon=1e-3), [random(2, 3, 4, 6)],
     lambda x, scale, offset: nhwc(F.group_norm(nchw(x), 2, scale, offset, 1e-3)), scale=random(6), offset=random(6))
case("groupNorm", dict(groups=6, epsilon=1e-5), [random(2, 3, 4, 6)],
     lambda x, scale, offset: nhwc(F.group_norm(nchw(x), 6, scale, offset, 1e-5)), scale=random(6), offset=random(6))
case("groupNorm", dict(groups=2, epsilon=1e-5), [random(3, 6)],
     lambda x, scale, offset: F.group_norm(x, 2, scale, offset, 1e-5), kind="vector", scale=random(6), offset=random(6))

noise = torch.round(torch.rand(2, 3, 4, 2), decimals=3)
case("dropout", dict(rate=0.25), [random(2, 3, 4, 2)], lambda x: x * (noise >= 0.25) / 0.75, noise=noise)

transposed((4, 3, 4), 6, (3, 2), stride=(2, 1), padding=(1, 0), more=(1, 0), groups=2)
transposed((3, 4, 3), 3, (4, 4), stride=(2, 2), padding=(1, 1), more=(0, 0), groups=3)
transposed((4, 3, 2), 3, (3, 2), stride=(1, 2), padding=(2, 1), more=(0, 1), dilation=(2, 3))
transposed((3, 3, 4), 2, (2, 3), stride=(2, 2), padding=(0, 2), more=(0, 1), dilation=(3, 2), groups=2)

for size in (5, 3, 2, 1):
    usual = dict(size=size, alpha=0.3, beta=0.75, k=1.5)
    case("localResponseNorm", dict(**usual, over="channels"), [random(2, 3, 4, 6)],
         lambda x: nhwc(F.local_response_norm(nchw(x), size, 0.3, 0.75, 1.5)))
    before, after = size // 2, (size - 1) // 2
    case("localResponseNorm", dict(**usual, over="cells"), [random(2, 5, 4, 2)],
         lambda x: x * (1.5 + 0.3 * nhwc(F.avg_pool2d(F.pad(nchw(x * x), (before, after, before, after)), size, 1))) ** -0.75)
case("localResponseNorm", dict(size=3, alpha=1e-4, beta=0.5, k=2, over="channels"), [random(3, 7)],
     lambda x: F.local_response_norm(x[:, :, None], 3, 1e-4, 0.5, 2)[:, :, 0], kind="vector")
for method, aligned in (("nearest", None), ("bilinear", False), ("bilinear", True)):
    case("resizeLike", dict(method=method, alignCorners=aligned or False), [random(2, 3, 4, 2), random(2, 5, 7, 3)],
         lambda x, like: nhwc(F.interpolate(nchw(x), size=like.shape[1:3], mode=method, align_corners=aligned)))

golden = pathlib.Path(__file__).parent.parent / "components" / "layers.golden.json"
golden.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
