"""The encoder's network: layers of attention over the pieces of a text, in numpy, and the file that keeps its weights.

A. Vaswani et al., "Attention is all you need", NeurIPS 2017, as J. Devlin et al., "BERT", NAACL 2019, arrange it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from kg.extraction.model import packed, unpacked

WEIGHTS = Path(__file__).parent / "accurate.npz"
HEADS = 12
LONGEST = 400
"""Pieces of a text that are read, its beginning and end among them."""
STEPS = {"words": 15, "": 63}
"""Weights are whole numbers up to this, times a factor a row: those of pieces need fewer steps than the others."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """Known pieces, shapes and flags with their numbers; arrays by name; the weights of the judge that goes with it."""

    pieces: Mapping[str, int]
    shapes: Mapping[str, int]
    flags: Mapping[str, int]
    arrays: Mapping[str, Floats]
    judge_weights: Mapping[str, Sequence[float]]

    def read(self, pieces: Sequence[int], added: Floats) -> Floats:
        """What the last layer makes of each piece; `added` is what is known of it besides (pieces x width)."""
        with _arithmetic().limit(limits=1, user_api="blas"):  # more threads round otherwise, and wait for each other
            return self._read(pieces, added)

    def _read(self, pieces: Sequence[int], added: Floats) -> Floats:
        a = self.arrays
        x = _normal(a["words"][list(pieces)] + a["places"][: len(pieces)] + added, a["begin.scale"], a["begin.shift"])
        for layer in range(sum(name.endswith(".ask") for name in a)):
            x = self._layer(x, f"{layer}.")
        return x

    def _layer(self, x: Floats, layer: str) -> Floats:
        a = self.arrays
        asked, offered, told = (self._parts(x, layer + name) for name in ("ask", "offer", "tell"))
        scores = asked @ offered.transpose(0, 2, 1) * np.float32(1 / math.sqrt(asked.shape[-1]))
        heard = (softmax(scores) @ told).transpose(1, 0, 2).reshape(x.shape)
        x = _normal(x + self._linear(heard, layer + "join"), a[layer + "join.scale"], a[layer + "join.shift"])
        wide = self._linear(_gelu(self._linear(x, layer + "widen")), layer + "narrow")
        return _normal(x + wide, a[layer + "narrow.scale"], a[layer + "narrow.shift"])

    def _parts(self, x: Floats, name: str) -> Floats:
        """heads x pieces x width of a head."""
        return self._linear(x, name).reshape(len(x), HEADS, -1).transpose(1, 0, 2)

    def _linear(self, x: Floats, name: str) -> Floats:
        product: Floats = x @ self.arrays[name] + self.arrays[name + ".bias"]
        return product

    def probabilities(self, x: Floats, head: str) -> Floats:
        """What a head, ``labels`` or ``new``, says of each row."""
        return softmax(self._linear(x, head))


@lru_cache(maxsize=1)
def _arithmetic() -> ThreadpoolController:
    return ThreadpoolController()


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities along the last axis."""
    found: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found /= found.sum(axis=-1, keepdims=True)
    return found


def _normal(x: Floats, scale: Floats, shift: Floats) -> Floats:
    x = x - x.mean(axis=-1, keepdims=True)
    x /= np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + np.float32(1e-12))
    return x * scale + shift


def _gelu(x: Floats) -> Floats:
    """D. Hendrycks and K. Gimpel, "Gaussian error linear units", 2016, by its approximation."""
    inner = np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x * x * x))
    found: Floats = np.float32(0.5) * x * (1 + inner)
    return found


def save(network: Network, path: Path = WEIGHTS) -> None:
    """Write a network; large arrays in whole numbers, a factor a row."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, array in network.arrays.items():
        if array.ndim == 2 and len(array) > 16:
            most = STEPS.get(name, STEPS[""])
            factors = np.abs(array).max(axis=1, keepdims=True) / most
            factors[factors == 0] = 1
            arrays["steps/" + name] = np.rint(array / factors).astype(np.int8)
            arrays["factors/" + name] = factors.astype(np.float32)
        else:
            arrays["plain/" + name] = array.astype(np.float32)
    for name in ("pieces", "shapes", "flags", "judge_weights"):
        arrays[name] = packed(getattr(network, name))
    rows = list(network.judge_weights.values())
    np.savez_compressed(path, judge_rows=np.array(rows, dtype=np.float32), **arrays)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def load(path: Path = WEIGHTS) -> Network:
    """Read the network that ships."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {n.removeprefix("plain/"): file[n] for n in file.files if n.startswith("plain/")}
        for name in (n.removeprefix("steps/") for n in file.files if n.startswith("steps/")):
            arrays[name] = file["steps/" + name] * file["factors/" + name]
        pieces, shapes, flags = (
            {name: i for i, name in enumerate(unpacked(file[table]))} for table in ("pieces", "shapes", "flags")
        )
        rows = map(tuple, file["judge_rows"].astype(float).tolist())
        return Network(pieces, shapes, flags, arrays, dict(zip(unpacked(file["judge_weights"]), rows, strict=True)))
