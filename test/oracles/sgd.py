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
for momentum, decay, clip in [(0.9, 0.01, 0.5), (0.0, 0.0, None), (0.5, 0.1, 100.0)]:
    x, target = torch.round(torch.randn(5, 3), decimals=3), torch.round(torch.randn(5, 2), decimals=3)
    first = torch.round(torch.randn(3, 4), decimals=3).requires_grad_()
    second = torch.round(torch.randn(4, 2), decimals=3).requires_grad_()
    start = {"first": rounded(first), "second": rounded(second)}
    optimizer = torch.optim.SGD([first, second], lr=0.1, momentum=momentum, weight_decay=decay)
    steps = []
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss = ((torch.sigmoid(x @ first) @ second - target) ** 2).mean()
        loss.backward()
        limit = float("inf") if clip is None else clip
        norm = torch.nn.utils.clip_grad_norm_([first, second], limit)
        optimizer.step()
        steps.append({"rate": rate, "loss": loss.item(), "norm": norm.item(), "first": rounded(first), "second": rounded(second)})
    cases.append({"momentum": momentum, "weightDecay": decay, "clip": clip, "x": rounded(x), "target": rounded(target), "start": start, "steps": steps})
golden.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
