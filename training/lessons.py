"""Lessons: what the accurate pipeline believes of abstracts that nobody annotated."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from gold import KINDS, Row
from kg.extraction.groups import Group
from kg.ontology import core, fold
from kg.records import Kind

PROBABLE = 0.5
"""Probability from which on a belief says something about the kind."""
LETTERS = {kind: letter for letter, kind in KINDS.items()}


class Belief(NamedTuple):
    """The names of a thing, how probably it is a concept of the paper, its kind, how probably the paper introduces it."""

    names: tuple[str, ...]
    accepted: float
    kind: Kind
    introduced: float

    @property
    def probable(self) -> bool:
        """True for what is rather a concept of the paper than not."""
        return self.accepted >= PROBABLE

    @property
    def row(self) -> Row:
        """What an annotator would have written."""
        return Row(False, self.introduced >= PROBABLE, (self.kind,), self.names)


Lessons = Mapping[str, Sequence[Belief]]
"""Beliefs by paper id."""


def write_lessons(lessons: Lessons, path: Path) -> None:
    """A JSON line a paper, sorted, compressed without a time."""
    lines = (
        json.dumps([key, [[b.names, round(b.accepted, 2), LETTERS[b.kind], round(b.introduced, 2)] for b in beliefs]])
        for key, beliefs in sorted(lessons.items())
    )
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def read_lessons(path: Path) -> dict[str, list[Belief]]:
    """The lessons of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = map(json.loads, file)
        return {key: [Belief(tuple(n), a, KINDS[k], i) for n, a, k, i in beliefs] for key, beliefs in rows}


def keys(names: Iterable[str]) -> set[str]:
    """Names folded, as they stand and without the noun that says what they are."""
    return {fold(part) for name in names for part in (name, core(name))}


def names_of(group: Group) -> list[str]:
    """The spellings of a group of candidates."""
    return [*sorted({c.text for c in group.candidates}), *([group.long_form] if group.long_form else ())]


def believed(group: Group, beliefs: Sequence[Belief]) -> Belief | None:
    """The surest belief about what a group names."""
    wanted = keys(names_of(group))
    return max((b for b in beliefs if wanted & keys(b.names)), key=lambda b: b.accepted, default=None)
