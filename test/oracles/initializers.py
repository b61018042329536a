"""Writes test/components/initializers.golden.json: the bounds and deviations with which torch fills weights. Run: python test/oracles/initializers.py"""
import json
import math
import pathlib

import torch
from torch import nn

drawn = {}


def watch(name, keep):
    original = getattr(torch.Tensor, name)

    def method(self, *arguments, **named):
        drawn.clear()
        drawn.update(keep(*arguments))
        return original(self, *arguments, **named)

    setattr(torch.Tensor, name, method)


watch("uniform_", lambda low, high, **_: {"kind": "uniform", "bound": high})
watch("normal_", lambda mean, deviation, **_: {"kind": "normal", "deviation": deviation})

modules = {
    "conv": lambda: nn.Conv2d(6, 8, (3, 5)),
    "grouped conv": lambda: nn.Conv2d(6, 8, (3, 3), groups=2),
    "deconv": lambda: nn.ConvTranspose2d(6, 8, (2, 3)),
    "dense": lambda: nn.Linear(7, 9),
}
laws = {
    "uniformFanIn": ({}, lambda w: nn.init.kaiming_uniform_(w, a=math.sqrt(5))),
    "xavierUniform": ({"gain": 1.5}, lambda w: nn.init.xavier_uniform_(w, gain=1.5)),
    "xavierNormal": ({"gain": 1}, lambda w: nn.init.xavier_normal_(w)),
}
for fan in ("in", "out"):
    for slope in (0, 1):
        laws[f"kaimingUniform {fan} {slope}"] = ({"slope": slope, "fan": fan}, lambda w, f=fan, s=slope: nn.init.kaiming_uniform_(w, a=s, mode=f"fan_{f}"))
        laws[f"kaimingNormal {fan} {slope}"] = ({"slope": slope, "fan": fan}, lambda w, f=fan, s=slope: nn.init.kaiming_normal_(w, a=s, mode=f"fan_{f}"))

cases = []
for module, make in modules.items():
    for law, (attributes, fill) in laws.items():
        fill(make().weight.data)
        cases.append({"module": module, "initializer": {"kind": law.split()[0], **attributes}, "law": dict(drawn)})

golden = pathlib.Path(__file__).parent.parent / "components" / "initializers.golden.json"
golden.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
