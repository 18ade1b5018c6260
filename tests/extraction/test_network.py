"""The encoder's network: what the arrays add up to, and the file that keeps them."""

import math
from pathlib import Path

import numpy as np
import pytest

from kg.extraction import network
from kg.extraction.network import HEADS, STEPS, Network, load, save

WIDTH = 2 * HEADS


@pytest.fixture
def small() -> Network:
    """A network of one layer with weights by chance."""
    chance = np.random.default_rng(7)

    def some(*size: int) -> network.Floats:
        return chance.normal(scale=0.3, size=size).astype(np.float32)

    linear = {"ask": (WIDTH, WIDTH), "offer": (WIDTH, WIDTH), "tell": (WIDTH, WIDTH), "join": (WIDTH, WIDTH)}
    linear |= {"widen": (WIDTH, 48), "narrow": (48, WIDTH)}
    arrays = {"words": some(20, WIDTH), "places": some(30, WIDTH), "labels": some(WIDTH, 7), "labels.bias": some(7)}
    arrays |= {"begin.scale": some(WIDTH), "begin.shift": some(WIDTH)}
    for name, size in linear.items():
        arrays |= {f"0.{name}": some(*size), f"0.{name}.bias": some(size[1])}
    for name in ("join", "narrow"):
        arrays |= {f"0.{name}.scale": some(WIDTH), f"0.{name}.shift": some(WIDTH)}
    return Network({"[UNK]": 0, "a": 1}, {"": 0, "xx": 1}, {"title": 0}, arrays, {"bias": (1.0, 2.0, 3.0, 4.0)})


def test_each_piece_hears_all_others_as_the_papers_say(small: Network) -> None:
    a, pieces, added = small.arrays, [3, 7, 3], np.ones((3, WIDTH), np.float32)

    def normal(row: np.ndarray, name: str) -> np.ndarray:
        return (row - row.mean()) / math.sqrt(row.var() + 1e-12) * a[name + ".scale"] + a[name + ".shift"]

    def linear(row: np.ndarray, name: str) -> np.ndarray:
        return row @ a["0." + name] + a[f"0.{name}.bias"]

    def gelu(value: float) -> float:
        return value * (1 + math.erf(value / math.sqrt(2))) / 2

    rows = [normal(a["words"][p] + a["places"][i] + added[i], "begin") for i, p in enumerate(pieces)]
    wanted = []
    for row in rows:
        heard = np.zeros(WIDTH)
        for head in range(HEADS):
            part = slice(2 * head, 2 * head + 2)
            scores = [linear(row, "ask")[part] @ linear(other, "offer")[part] / math.sqrt(2) for other in rows]
            shares = np.exp(scores) / np.exp(scores).sum()
            heard[part] = sum(share * linear(other, "tell")[part] for share, other in zip(shares, rows, strict=True))
        joined = normal(row + linear(heard, "join"), "0.join")
        wide = np.array([gelu(value) for value in linear(joined, "widen")])
        wanted.append(normal(joined + linear(wide, "narrow"), "0.narrow"))
    assert np.allclose(small.read(pieces, added), wanted, atol=5e-3)


def test_a_head_gives_probabilities(small: Network) -> None:
    found = small.probabilities(small.read([1, 2], np.zeros((2, WIDTH), np.float32)), "labels")
    assert found.shape == (2, 7)
    assert np.allclose(found.sum(axis=1), 1)


def test_a_file_keeps_a_network_but_for_half_a_step_of_each_weight(small: Network, tmp_path: Path) -> None:
    save(small, tmp_path / "net.npz")
    found = load.__wrapped__(tmp_path / "net.npz")
    assert (found.pieces, found.shapes, found.flags) == (small.pieces, small.shapes, small.flags)
    assert found.judge_weights == small.judge_weights
    assert set(found.arrays) == set(small.arrays)
    for name, array in small.arrays.items():
        step = np.abs(array).max(axis=-1, keepdims=True) / STEPS.get(name, STEPS[""])
        assert np.all(np.abs(found.arrays[name] - array) <= step * 0.51)
