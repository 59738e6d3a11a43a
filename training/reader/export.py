"""Write a trained reader as `retrieval.answer.reader` reads it: int8 matrices, float32 the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from torch import Tensor

from index.encoders.transformer import quantise
from training.reader.model import FROZEN, Body

HEADS = ("unit.0", "unit.2", "span", "listed")


def export(network: Body, heads: Sequence[str], folder: Path) -> None:
    """Write the layers that were trained, and the named heads, into `weights.safetensors`."""
    tensors: dict[str, np.ndarray] = {}
    for number, layer in enumerate(network.layers):
        if number < FROZEN:
            continue
        for name, parameter in layer.named_parameters():
            part, _, kind = name.partition(".")
            key, value = f"layer.{number}.{part}", _array(parameter)
            if kind == "weight" and value.ndim == 2:
                matrix, scale = quantise(value.T)
                tensors[f"{key}.weight"] = np.ascontiguousarray(matrix)
                tensors[f"{key}.scale"] = scale
            else:
                tensors[f"{key}.{kind}"] = value
    for head in heads:
        module = network.get_submodule(head)
        tensors[f"{head}.weight"] = np.ascontiguousarray(_array(module.weight).T)
        tensors[f"{head}.bias"] = _array(module.bias)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "weights.safetensors")


def _array(parameter: Tensor) -> np.ndarray:
    return parameter.detach().float().numpy().copy()
