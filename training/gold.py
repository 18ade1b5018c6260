"""Annotated abstracts: reading them, and laying the annotated names over the words of the text."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.ontology import fold
from kg.records import Kind, Paper

KINDS: dict[str, Kind] = {"m": "Method", "a": "Architecture", "d": "Dataset", "c": "Code"}
_ROW = re.compile(r"^(\??)(\+?)([madc](?:\|[madc])*): (.+)$")


@dataclass(frozen=True)
class Row:
    """An annotated concept: may it be passed over, does the paper introduce it, its kinds (the better first), its names."""

    optional: bool
    introduced: bool
    kinds: tuple[Kind, ...]
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """M, D or G (optional ones): what the tagger learns."""
        return "G" if self.optional else "D" if self.kinds[0] == "Dataset" else "M"


def read_annotations(folder: Path) -> dict[str, list[Row]]:
    """Rows by paper id, of all ``*.gold`` files of a folder."""
    found: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.gold")):
        rows: list[Row] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("@@"):
                rows = found.setdefault(line[2:].strip(), [])
            elif line and not line.startswith("#"):
                match = _ROW.match(line)
                if not match:
                    raise ValueError(f"{path}:{number}: not a row: {line!r}")
                kinds = tuple(KINDS[k] for k in match[3].split("|"))
                names = tuple(n.strip() for n in match[4].split(" = "))
                rows.append(Row(bool(match[1]), bool(match[2]), kinds, names))
    return found


def read_papers(corpus: Path, ids: set[str]) -> dict[str, Paper]:
    """The papers with these ids of a gzipped JSON Lines file."""
    found = {}
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["id"] in ids:
                found[record["id"]] = Paper(title=record["title"], abstract=record["abstract"], id=record["id"])
    return found


def occurrences(rows: Sequence[Row], words: Sequence[str], longest: int = 9) -> Iterator[tuple[int, int, Row]]:
    """Where the names of the rows stand among the words: the longest first, none overlapping."""
    named = [(fold(name), row) for row in rows if row.kinds != ("Code",) for name in row.names]
    # Of two rows with one name the required one counts.
    by_key = {key: row for key, row in sorted(named, key=lambda pair: not pair[1].optional) if key}
    taken = bytearray(len(words))
    for size in range(longest, 0, -1):
        for start in range(len(words) - size + 1):
            end = start + size
            if (
                any(taken[start:end])
                or (not words[start][0].isalnum() and words[start][0] not in "∞")
                or words[end - 1] in ".,;:()"
            ):
                continue
            row = by_key.get(fold(" ".join(words[start:end])))
            if row is not None:
                taken[start:end] = b"\1" * size
                yield start, end, row
