"""Extracted concepts against a gold file: precision, recall and F1 by kind, with every miss and false alarm.

A gold file has a block a paper, headed ``@N`` (its place among the predictions, from 1) or ``@@title``, with a line a
concept: ``[?][+]kinds: name = other name``. ``?`` is neither asked for nor punished, ``+`` says that the paper
introduces it, kinds are m, a, d, c (method, architecture, dataset, code) joined by ``|``. Concepts count once a paper.
One is right where its label or a spelling equals a name, small differences of spelling aside, and its kind is one of
the kinds.

>>> row = gold_row("+m|a: long short-term memory = LSTM")
>>> score({("Architecture", "LSTM"): Found({"lstm"}, introduced=True)}, [row]).tally["introduced"]
Tally(right=1, predicted=1, wanted=1)
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kg.errors import SourceError

KINDS = {"m": "Method", "a": "Architecture", "d": "Dataset", "c": "Code"}
MEASURES = (*KINDS.values(), "all", "introduced", "resolved")
BINS = 10
_ROW = re.compile(r"(\??)(\+?)([madc](?:\|[madc])*): (.+)")

Label = tuple[str, str]
"""Kind and label of a predicted concept."""


@dataclass(frozen=True)
class Row:
    """A concept of the gold: may it be passed over, does the paper introduce it, kinds, folded names, first name."""

    optional: bool
    introduced: bool
    kinds: frozenset[str]
    keys: frozenset[str]
    name: str


@dataclass
class Found:
    """A predicted concept: folded label and spellings, is it introduced, the greatest confidence."""

    keys: set[str] = field(default_factory=set)
    introduced: bool = False
    confidence: float = 0.0


@dataclass
class Tally:
    """How many were right, how many were predicted, how many the gold asks for."""

    right: int = 0
    predicted: int = 0
    wanted: int = 0

    def add(self, right: int = 0, predicted: int = 0, wanted: int = 0) -> None:
        """Count further ones."""
        self.right, self.predicted, self.wanted = self.right + right, self.predicted + predicted, self.wanted + wanted

    def figures(self) -> dict[str, float]:
        """Precision, recall, F1 to three digits, and the size of the gold."""
        p = self.right / self.predicted if self.predicted else 0.0
        r = self.right / self.wanted if self.wanted else 0.0
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return {"precision": round(p, 3), "recall": round(r, 3), "f1": round(f1, 3), "gold": self.wanted}


@dataclass
class Score:
    """Counts by measure, what was missed and what was wrongly claimed, and (confidence, right or not) a concept."""

    tally: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in MEASURES})
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    judged: list[tuple[float, bool]] = field(default_factory=list)

    def include(self, other: "Score", place: str) -> None:
        """Add the score of a paper; its errors are headed by `place`."""
        for name, tally in other.tally.items():
            self.tally[name].add(tally.right, tally.predicted, tally.wanted)
        self.missed += [f"{place}\t{text}" for text in other.missed]
        self.false += [f"{place}\t{text}" for text in other.false]
        self.judged += other.judged

    def reliability(self) -> list[dict[str, float]]:
        """For each tenth of confidence in use: mean confidence, share of right concepts, number of concepts."""
        bins: dict[int, list[tuple[float, bool]]] = {}
        for confidence, right in self.judged:
            bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
        return [
            {
                "from": number / BINS,
                "to": (number + 1) / BINS,
                "confidence": round(sum(c for c, _ in some) / len(some), 3),
                "right": round(sum(r for _, r in some) / len(some), 3),
                "concepts": len(some),
            }
            for number, some in sorted(bins.items())
        ]


def evaluate(predictions: Path, gold: Path, only: Literal["odd", "even"] | None = None) -> Score:
    """Score what `kg extract` printed (``-``: standard input); `only` takes every second ``@N`` of the gold.

    Raises SourceError where a file cannot be read or a line of it is not what it should be.
    """
    papers = [_paper(predictions, number, line) for number, line in _lines(predictions) if line.strip()]
    wanted = read_gold(gold)
    if not wanted:
        raise SourceError(f"{gold}: no blocks of a gold file in it; kg eval --help shows what one looks like")
    by_title = {title_key(str(paper.get("title") or "")): paper for paper in papers}
    total = Score()
    for place, rows in wanted.items():
        if isinstance(place, int):
            if only and (place % 2 == 1) != (only == "odd"):
                continue
            paper = papers[place - 1] if place <= len(papers) else None
        else:
            paper = by_title.get(place)
        title = str(paper.get("title", "")) if paper else "no such paper among the predictions"
        total.include(
            score(concepts(paper or {}), rows), f"{place} {title[:60]}" if isinstance(place, int) else title[:60]
        )
    return total


def score(found: Mapping[Label, Found], rows: Sequence[Row]) -> Score:
    """Score one paper. Of several rows that a concept fits it takes a free one; unambiguous concepts choose first."""
    result = Score()
    fits = {
        concept: [i for i, row in enumerate(rows) if facts.keys & row.keys and concept[0] in row.kinds]
        for concept, facts in found.items()
    }
    required = {concept: [i for i in some if not rows[i].optional] for concept, some in fits.items()}
    kind_of: dict[int, str] = {}
    told: set[int] = set()
    split: set[int] = set()
    for concept in sorted(found, key=lambda c: (len(required[c]), c)):
        kind, facts = concept[0], found[concept]
        free = [i for i in required[concept] if i not in kind_of]
        if free:
            kind_of[free[0]] = kind
            _count(result, kind, right=1, predicted=1)
            result.judged.append((facts.confidence, True))
        elif required[concept]:
            split.add(required[concept][0])  # one concept under two labels: not resolved
        elif not fits[concept]:
            _count(result, kind, predicted=1)
            result.judged.append((facts.confidence, False))
            result.false.append(f"{kind}: {concept[1]}")
        if facts.introduced:
            _count_introduced(result.tally["introduced"], fits[concept], rows, told)
    result.tally["resolved"].add(len(kind_of) - len(split), len(kind_of), len(kind_of))
    for i, row in enumerate(rows):
        if not row.optional:
            result.tally["introduced"].add(wanted=int(row.introduced))
            _count(result, kind_of.get(i, min(row.kinds)), wanted=1)
            if i not in kind_of:
                result.missed.append(f"{'|'.join(sorted(row.kinds))}: {row.name}")
    return result


def _count(result: Score, kind: str, *, right: int = 0, predicted: int = 0, wanted: int = 0) -> None:
    for name in (kind, "all"):
        result.tally[name].add(right, predicted, wanted)


def _count_introduced(tally: Tally, fits: Sequence[int], rows: Sequence[Row], told: set[int]) -> None:
    """Count a concept that is said to be introduced: once a row, and not where all that it fits is optional."""
    target = next((i for i in fits if rows[i].introduced), None)
    if target is None:
        tally.add(predicted=int(not fits or any(not rows[i].optional for i in fits)))
    elif not rows[target].optional and target not in told:
        told.add(target)
        tally.add(right=1, predicted=1)


def concepts(paper: Mapping[str, Any]) -> dict[Label, Found]:
    """The concepts of a line of predictions; kinds that the gold does not know are passed over."""
    found: dict[Label, Found] = {}
    for m in paper.get("mentions", ()):
        if m["type"] in KINDS.values():
            label = m.get("label") or m["text"]
            facts = found.setdefault((m["type"], label), Found())
            facts.keys |= {name_key(label), name_key(m["text"])} - {""}
            facts.introduced |= m.get("role") == "introduces"
            facts.confidence = max(facts.confidence, m.get("confidence", 0.0))
    return found


def read_gold(path: Path) -> dict[int | str, list[Row]]:
    """Rows by place or folded title; raises SourceError at a line that is none."""
    gold: dict[int | str, list[Row]] = {}
    rows: list[Row] | None = None
    for number, line in _lines(path):
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("@@"):
                rows = gold.setdefault(title_key(line[2:]), [])
            elif line.startswith("@"):
                rows = gold.setdefault(int(line[1:]), [])
            elif rows is None:
                raise ValueError
            else:
                rows.append(gold_row(line))
        except ValueError as error:
            raise SourceError(f"{path}, line {number}: not a line of a gold file: {line[:80]!r}") from error
    return gold


def gold_row(line: str) -> Row:
    """A row of a gold file; raises ValueError where it is none."""
    match = _ROW.fullmatch(line)
    if not match:
        raise ValueError(line)
    names = [name.strip() for name in match[4].split(" = ")]
    kinds = frozenset(KINDS[k] for k in match[3].split("|"))
    return Row(bool(match[1]), bool(match[2]), kinds, frozenset(map(name_key, names)), names[0])


def name_key(name: str) -> str:
    """What has to be equal of two names: letters and digits; of addresses host and path.

    >>> name_key("Fine-Tuned Models"), name_key("https://www.github.com/a/b.git")
    ('finetunedmodel', 'github.com/a/b')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold().strip()
    if re.match(r"https?:", plain):
        bare = re.sub(r"^https?:/+(www\.)?", "", re.sub(r"\s", "", plain))
        return bare.rstrip("/.").removesuffix(".git")
    words = re.split(r"[\W_]+", plain)
    return "".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words)


def title_key(title: str) -> str:
    """The ASCII letters and digits of a title."""
    return "".join(re.findall(r"[a-z0-9]", title.lower()))


def show(total: Score, *, list_errors: bool = False, as_json: bool = False) -> str:
    """The figures as a table or as JSON."""
    figures = {name: tally.figures() for name, tally in total.tally.items()}
    bins = total.reliability()
    if as_json:
        errors = {"missed": total.missed, "false": total.false} if list_errors else {}
        return json.dumps({**figures, "reliability": bins, **errors}, ensure_ascii=False) + "\n"
    lines = [f"{'':13} precision  recall     F1   gold"]
    lines += [
        f"{n:13} {f['precision']:9.3f} {f['recall']:7.3f} {f['f1']:6.3f} {f['gold']:6}" for n, f in figures.items()
    ]
    lines += ["", "confidence     mean   right  concepts"] if bins else []
    lines += [
        f"{b['from']:.1f} to {b['to']:.1f}   {b['confidence']:6.3f}  {b['right']:6.3f}  {b['concepts']:8}" for b in bins
    ]
    if list_errors:
        lines += ["", *(f"missed\t{text}" for text in total.missed), *(f"false\t{text}" for text in total.false)]
    return "\n".join(lines) + "\n"


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    """Numbered lines of a file or of standard input, without their ends."""
    return enumerate(_text(path).split("\n"), 1)


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def _paper(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
        list(_checked(found.get("mentions", ())))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(f"{path}, line {number}: not a line of kg extract ({error})") from error
    return dict(found)


def _checked(mentions: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    return ((m["type"], m["text"]) for m in mentions)
