"""Writes test/ops/torch.golden.json: what torch gives, in float64, for the ops that it has too. Run: python test/oracles/plain_ops.py"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
cases = []


def random(*shape):
    return torch.round(torch.randn(*shape), decimals=3)


def tensor(value):
    dtype = {torch.float64: "f32", torch.int64: "i32", torch.bool: "bool"}[value.dtype]
    data = value.detach().reshape(-1)
    numbers = data.int().tolist() if dtype != "f32" else [round(number, 10) for number in data.tolist()]
    return {"dtype": dtype, "shape": list(value.shape), "data": numbers}


def case(op, inputs, outputs, **attributes):
    cases.append({"op": op, "inputs": [tensor(x) for x in inputs], "attributes": attributes, "outputs": [tensor(y) for y in outputs]})


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def padded(x, padding, value=0.0):
    (top, bottom), (left, right) = padding
    return F.pad(nchw(x), (left, right, top, bottom), value=value)


def convolution(size, taps, filters, strides, padding, dilations):
    x, kernel = random(2, *size).requires_grad_(), random(*taps, size[2], filters).requires_grad_()
    y = nhwc(F.conv2d(padded(x, padding), kernel.permute(3, 2, 0, 1), stride=strides, dilation=dilations))
    gradient = random(*y.shape)
    dx, dkernel = torch.autograd.grad(y, [x, kernel], gradient)
    window = dict(strides=strides, padding=padding, dilations=dilations)
    case("conv2d", [x, kernel], [y], **window)
    case("conv2dInputGrad", [gradient, kernel], [dx], inputShape=list(x.shape), **window)
    case("conv2dFilterGrad", [x, gradient], [dkernel], filterShape=list(kernel.shape), **window)


convolution((6, 7, 5), (3, 3), 6, [1, 1], [[1, 1], [1, 1]], [1, 1])
convolution((7, 6, 3), (3, 2), 4, [2, 3], [[0, 1], [2, 0]], [1, 1])
convolution((6, 6, 2), (2, 3), 3, [1, 1], [[2, 2], [1, 1]], [3, 2])
convolution((8, 8, 1), (7, 7), 2, [2, 2], [[3, 3], [3, 3]], [1, 1])


def pooling(window, strides, padding):
    # Whole numbers, so that many windows have their maximum several times.
    x = torch.randint(-4, 0, (2, 6, 7, 3)).double().requires_grad_()
    y = nhwc(F.max_pool2d(padded(x, padding, float("-inf")), window, strides))
    gradient = random(*y.shape)
    (dx,) = torch.autograd.grad(y, [x], gradient)
    attributes = dict(window=window, strides=strides, padding=padding)
    case("maxPool", [x], [y], **attributes)
    case("maxPoolGrad", [x, y, gradient], [dx], **attributes)


pooling([3, 3], [2, 2], [[1, 1], [1, 1]])
pooling([1, 1], [2, 2], [[0, 0], [0, 0]])
pooling([2, 3], [1, 2], [[0, 1], [2, 0]])


def normalization(shape, epsilon):
    x, scale, offset = random(*shape).requires_grad_(), random(shape[-1]).requires_grad_(), random(shape[-1]).requires_grad_()
    first = torch.movedim(x, -1, 1) if len(shape) > 2 else x
    y = torch.movedim(F.batch_norm(first, None, None, scale, offset, True, 0.1, epsilon), 1, -1)
    axes = tuple(range(len(shape) - 1))
    mean, variance = x.mean(axes), x.var(axes, unbiased=False)
    gradient = random(*shape)
    case("batchNorm", [x, scale, offset], [y, mean, variance], epsilon=epsilon)
    case("batchNormGrad", [gradient, x, scale, mean, variance], torch.autograd.grad(y, [x, scale, offset], gradient), epsilon=epsilon)
    fixed = [random(shape[-1]), random(shape[-1]) ** 2 + 0.5]
    known = torch.movedim(F.batch_norm(first, *fixed, scale, offset, False, 0.1, epsilon), 1, -1)
    case("batchNormInference", [x, scale, offset, *fixed], [known], epsilon=epsilon)


normalization((2, 3, 4, 5), 1e-5)
normalization((6, 3), 1e-3)

x = random(2, 3, 4, 2)
y = nhwc(F.interpolate(nchw(x), scale_factor=3, mode="nearest"))
case("upsampleNearest", [x], [y], factor=3)
for turn_x in (False, True):
    for turn_y in (False, True):
        x, y = random(3, 5, 6), random(3, 6, 7)
        inputs = [x.mT.contiguous() if turn_x else x, y.mT.contiguous() if turn_y else y]
        case("matmul", inputs, [x @ y], transposeX=turn_x, transposeY=turn_y)

x = random(3, 4, 5)
case("sum", [x], [x.sum((0, 2))], axes=[0, 2], keepDims=False)
case("mean", [x], [x.mean((1,), keepdim=True)], axes=[1], keepDims=True)
case("max", [x], [x.amax((0, 1))], axes=[0, 1], keepDims=False)
case("argMax", [x.round()], [x.round().argmax(1)], axis=1)
case("transpose", [x], [x.permute(2, 0, 1)], permutation=[2, 0, 1])
case("slice", [x], [x[1:3, 0:2, 2:5]], begin=[1, 0, 2], size=[2, 2, 3])
case("pad", [x], [F.pad(x, (0, 1, 2, 0), value=-1.5)], paddings=[[0, 0], [2, 0], [0, 1]], value=-1.5)
case("concat", [x, x[:, 1:3]], [torch.cat([x, x[:, 1:3]], 1)], axis=1)
case("broadcastTo", [x[:, :1]], [x[:, :1].expand(2, 3, 4, 5)], shape=[2, 3, 4, 5])
rows = torch.tensor([[2, 0], [1, 2]])
case("gather", [x, rows], [x[rows]])
case("scatterAdd", [x, torch.tensor([3, 1, 3])], [torch.zeros(5, 4, 5).index_add(0, torch.tensor([3, 1, 3]), x)], rows=5)
case("select", [x[0] > 0, x[1], x[2, :1]], [torch.where(x[0] > 0, x[1], x[2, :1])])
case("cast", [x * 3], [(x * 3).long()], dtype="i32")

signed = torch.cat([random(20) * 3, torch.tensor([0.0, 60.0, -60.0])])
for name in ("neg", "exp", "square", "abs", "sign", "relu", "sigmoid", "floor"):
    case(name, [signed], [getattr(torch, name)(signed)])
case("softplus", [signed], [F.softplus(signed, threshold=1000)])
for name in ("log", "sqrt", "rsqrt", "reciprocal"):
    case(name, [signed.abs() + 0.1], [getattr(torch, name)(signed.abs() + 0.1)])
for name in ("add", "sub", "mul", "div", "maximum", "minimum"):
    case(name, [x, x[1, :, 2:3] + 0.25], [getattr(torch, name)(x, x[1, :, 2:3] + 0.25)])
for name, same in (("equal", "eq"), ("less", "lt"), ("lessEqual", "le"), ("greater", "gt"), ("greaterEqual", "ge")):
    left, right = torch.randint(0, 3, (4, 5)).double(), torch.randint(0, 3, (5,)).double()
    case(name, [left, right], [getattr(torch, same)(left, right)])

golden = pathlib.Path(__file__).parent.parent / "ops" / "torch.golden.json"
golden.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
