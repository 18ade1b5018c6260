"""The weights of tagger and judge that ship with `kg` (``weights.npz``, made by ``make model``; see training/README.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.records import digest

WEIGHTS = Path(__file__).parent / "weights.npz"
Floats = NDArray[np.float64]


class Rows(Mapping[str, Floats]):
    """Name → row of an array; there are a hundred thousand, and an object a row would cost a tenth of the start."""

    def __init__(self, names: Sequence[str], rows: Floats) -> None:
        self._places = dict(zip(names, range(len(rows)), strict=True))
        self._rows = rows

    def __getitem__(self, name: str) -> Floats:
        row: Floats = self._rows[self._places[name]]
        return row

    def get(self, name: str, default: Any = None) -> Any:
        """The row, or what is given instead."""
        place = self._places.get(name)
        return default if place is None else self._rows[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True)
class Model:
    """Weights by feature: of the tagger (one a label), of the judge (one a decision); clusters of words; known names.

    A known name has three numbers: the logarithm of the papers of the training corpus that it stands in, and the tenths of
    these papers in which it is a dataset, and in which it is introduced.
    """

    tag_weights: Mapping[str, Floats]
    transitions: Floats
    clusters: Mapping[str, tuple[int, int]]
    judge_weights: Mapping[str, Sequence[float]]
    names: Mapping[str, tuple[int, int, int]]


def save(model: Model, path: Path = WEIGHTS) -> None:
    """Write a model; weights are rounded to 16-bit floats, which changes no decision and halves the file."""
    arrays = {
        "tag_names": packed(model.tag_weights),
        "tag_weights": np.array(list(model.tag_weights.values()), dtype=np.float16),
        "transitions": model.transitions.astype(np.float32),
        "cluster_words": packed(model.clusters),
        "cluster_ids": np.array(list(model.clusters.values()), dtype=np.int16).reshape(-1, 2),
        "judge_names": packed(model.judge_weights),
        "judge_weights": np.array(list(model.judge_weights.values()), dtype=np.float32),
        "names": packed(model.names),
        "name_facts": np.array(list(model.names.values()), dtype=np.uint8).reshape(-1, 3),
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def load(path: Path = WEIGHTS) -> Model:
    """Read the model."""
    with np.load(path, allow_pickle=False) as file:
        return Model(
            Rows(unpacked(file["tag_names"]), file["tag_weights"].astype(np.float64)),
            file["transitions"].astype(np.float64),
            dict(zip(unpacked(file["cluster_words"]), map(tuple, file["cluster_ids"].tolist()), strict=True)),
            # Tuples of numbers are nothing that Python looks through for garbage again and again; lists are.
            dict(
                zip(
                    unpacked(file["judge_names"]),
                    map(tuple, file["judge_weights"].astype(float).tolist()),
                    strict=True,
                )
            ),
            dict(zip(unpacked(file["names"]), map(tuple, file["name_facts"].tolist()), strict=True)),
        )


@lru_cache(maxsize=3)
def version(path: Path = WEIGHTS) -> str:
    """A hash of the weights: part of the extractor's version."""
    return digest(path.read_bytes().hex())[:8]


def packed(names: Mapping[str, object]) -> NDArray[np.uint8]:
    """Names as one array of bytes."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def unpacked(array: NDArray[np.uint8]) -> list[str]:
    """The names again."""
    text = array.tobytes().decode()
    return text.split("\n") if text else []
