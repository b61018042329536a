"""Writes test/autodiff/sgd.golden.json: four steps of PyTorch's SGD on a small network. Run: python test/oracles/sgd.py"""
import json
import pathlib

import torch

torch.manual_seed(3)
golden = pathlib.Path(__file__).parent.parent / "autodiff" / "sgd.golden.json"
rates = [0.1, 0.2, 0.05, 0.1]


def rounded(tensor):
    return [round(value, 6) for value in tensor.detach().reshape(-1).tolist()]


cases = []
# The last column: factors of rate and decay of the second weight, in a group of its own as Caffe's biases are.
for momentum, decay, clip, nesterov, own in [
    (0.9, 0.01, 0.5, False, (1, 1)), (0.0, 0.0, None, False, (1, 1)), (0.5, 0.1, 100.0, False, (1, 1)),
    (0.9, 0.01, None, True, (1, 1)), (0.9, 0.1, None, False, (2, 0)), (0.8, 0.1, 0.5, True, (0.5, 2)),
]:
    x, target = torch.round(torch.randn(5, 3), decimals=3), torch.round(torch.randn(5, 2), decimals=3)
    first = torch.round(torch.randn(3, 4), decimals=3).requires_grad_()
    second = torch.round(torch.randn(4, 2), decimals=3).requires_grad_()
    start = {"first": rounded(first), "second": rounded(second)}
    groups = [{"params": [first]}, {"params": [second], "weight_decay": decay * own[1]}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=momentum, weight_decay=decay, nesterov=nesterov)
    steps = []
    for rate in rates:
        for group, factor in zip(optimizer.param_groups, (1, own[0])):
            group["lr"] = rate * factor
        optimizer.zero_grad()
        loss = ((torch.sigmoid(x @ first) @ second - target) ** 2).mean()
        loss.backward()
        limit = float("inf") if clip is None else clip
        norm = torch.nn.utils.clip_grad_norm_([first, second], limit)
        optimizer.step()
        steps.append({"rate": rate, "loss": loss.item(), "norm": norm.item(), "first": rounded(first), "second": rounded(second)})
    cases.append({"momentum": momentum, "weightDecay": decay, "clip": clip, "nesterov": nesterov, "second": {"rate": own[0], "decay": own[1]}, "x": rounded(x), "target": rounded(target), "start": start, "steps": steps})
golden.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
