"""Reads `ontologies/`: namespaces, IRIs, and the concept scheme with all its names.

The scheme is one or more tab-separated files ``concepts*.tsv``, one a licence, with the columns ``name, kind, broader,
aliases, flags, link, source``. Flags: ``generic`` (shown, but too broad to link two papers), ``exact`` (the letter
case must be as written: CLIP is not clip), ``weak`` (an ordinary word, too: believed only where the context agrees).
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

from kg.caching import kept
from kg.records import Concept, Kind, digest

NAMESPACE = "https://w3id.org/paper-kg/ns#"
BASE = "https://w3id.org/paper-kg/id/"
SCHEME_IRI = "https://w3id.org/paper-kg/ns#scheme"
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "kg": NAMESPACE,
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes of the Turtle files; queries may use them without declaring them."""

_HERE = Path(__file__).parent
FOLDER = _HERE / "ontologies" if (_HERE / "ontologies").is_dir() else _HERE.parent / "ontologies"
"""The folder in a wheel (inside the package) or in a checkout (beside it)."""

_SEPARATORS = re.compile(r"(?:[^\w+#∞★*]|_)+")
_SYMBOLS = str.maketrans({"+": "plus", "#": "sharp", "∞": "infinity", "★": "star", "*": "star"})


@kept
def fold(name: str) -> str:
    """The key under which all spellings of a name meet: case, accents, punctuation and plural endings aside.

    >>> fold("Fine-Tuned Models") == fold("fine tuned model"), fold("C++"), fold("π-VAE")
    (True, 'cplusplus', 'pivae')
    """
    words = _SEPARATORS.split(_spell_greek(_plain(name)))
    return "".join(map(singular, words)).translate(_SYMBOLS)


def _plain(name: str) -> str:
    """Small letters without accents."""
    if name.isascii():
        return name.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def singular(word: str) -> str:
    """A word in small letters without its plural ending; good enough for two spellings to meet.

    >>> [singular(w) for w in ("networks", "processes", "memories", "loss", "bus")]
    ['network', 'process', 'memory', 'loss', 'bus']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("sses"):
        return word[:-2]
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 5 else word[:-1]


KINDS_OF_THING = frozenset(
    (
        "model models network networks algorithm algorithms method methods framework frameworks approach "
        "approaches dataset datasets benchmark benchmarks architecture architectures system systems pipeline "
        "module modules loss losses optimizer optimizers corpus suite environment environments family "
        "variant variants baseline baselines backbone backbones technique techniques procedure encoder "
        "decoder layer layers agent agents policy estimator estimators classifier leaderboard toolkit "
        "library challenge task tasks series mechanism strategy scheme objective solver"
    ).split()
)
"""Nouns that say what a named thing is, and are no part of its name."""

_MANNERS = frozenset(
    (
        "method methods algorithm algorithms approach approaches framework frameworks technique techniques procedure"
    ).split()
)
_CAPITALS = re.compile(r"(?<![\w])([A-Z][A-Z]+)s?(?![\w])")
_NAMELIKE = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]|\d")


@kept
def core(name: str) -> str:
    """A name without the noun that says what it is, where the rest is a name by itself.

    >>> core("LLaMA models"), core("neural network"), core("path scheduling algorithm"), core("search algorithm")
    ('LLaMA', 'neural network', 'path scheduling', 'search algorithm')
    >>> core("Entity Type Inference module"), core("entity type module"), core("Project GRAIL")
    ('Entity Type Inference', 'entity type module', 'GRAIL')
    """
    words = name.split()
    if len(words) == 2 and words[0] == "Project" and _NAMELIKE.search(words[1]):
        return words[1]
    while len(words) > 1 and (
        (words[-1].lower() in KINDS_OF_THING and _NAMELIKE.search(words[-2]))
        or (len(words) > 2 and words[-1].lower() in _MANNERS and words[-2].islower() and words[-2].isalpha())
        or (len(words) > 2 and words[-1] in KINDS_OF_THING and all(word[0].isupper() for word in words[:-1]))
    ):
        words.pop()
    return " ".join(words)


def _spell_greek(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        unicodedata.name(c, "").rsplit(" ", 1)[-1].lower() if "GREEK" in unicodedata.name(c, "") else c for c in text
    )


def concept_id(name: str) -> str:
    """The tail of the IRI of a concept outside the scheme: its folded name in ASCII, and a hash where letters are lost.

    >>> concept_id("Cosine Power Annealing"), concept_id("概念")
    ('cosinepowerannealing', 'x-170c2dbd')
    """
    folded = fold(name)
    plain = re.sub(r"[^a-z0-9]", "", folded)
    if plain == folded and plain and len(plain) <= 100:
        return plain
    return f"{plain[:60] or 'x'}-{digest(folded or name)[:8]}"


def scheme_id(name: str) -> str:
    """The tail of the IRI of a concept of the scheme: its words in lower case joined by ``-``."""
    plain = _plain(name).translate(_SYMBOLS)
    return "-".join(re.findall(r"[a-z0-9]+", _spell_greek(plain))) or concept_id(name)


@dataclass(frozen=True)
class Name:
    """A spelling of a concept of the scheme and how strictly it is matched."""

    text: str
    concept: str
    exact: bool
    weak: bool


class Scheme:
    """The concepts of the scheme and the table of their names.

    >>> scheme = Scheme([{"name": "LSTM", "kind": "Architecture", "aliases": "long short-term memory", "flags": ""}])
    >>> scheme.find("Long Short-Term Memories"), scheme.find("lstm")
    (('lstm',), ('lstm',))
    """

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self.concepts: dict[str, Concept] = {}
        self.names: list[Name] = []
        self.tasks: list[str] = []
        self._by_fold: dict[str, list[str]] = defaultdict(list)
        rows = list(rows)
        for row in rows:
            if row["kind"] == "Task":
                self.tasks += [row["name"], *_split(row.get("aliases"))]
            else:
                self._add(row)
        self._link_broader(rows)

    def _add(self, row: dict[str, str]) -> None:
        name, flags = row["name"], (row.get("flags") or "").split()
        ident = next(iter(self._by_fold.get(fold(name), ())), scheme_id(name))
        known = self.concepts.get(ident)
        spellings = []
        for text in (name, *_split(row.get("aliases"))):
            owners = self._by_fold[fold(text)]
            if not fold(text) or (owners and owners != [ident]):
                continue  # an earlier row owns this spelling: two concepts would share a name
            if known is None or not owners:
                self.names.append(Name(text, ident, "exact" in flags and " " not in text, "weak" in flags))
            owners[:] = [ident]
            spellings.append(text)
        aliases = tuple(dict.fromkeys(a for a in spellings if a != (known.label if known else name)))
        if known:
            merged = tuple(dict.fromkeys((*known.aliases, *aliases)))
            links = tuple(dict.fromkeys((*known.exact_match, *_split(row.get("link")))))
            self.concepts[ident] = known.model_copy(update={"aliases": merged, "exact_match": links})
            return
        self.concepts[ident] = Concept(
            id=ident,
            label=name,
            kind=cast(Kind, row["kind"]),
            aliases=aliases,
            generic="generic" in flags,
            exact_match=tuple(_split(row.get("link"))),
            source=row.get("source") or "",
        )

    def _link_broader(self, rows: list[dict[str, str]]) -> None:
        """Fill in `broader`, leaving out names that no row has and steps that would close a circle."""
        for row in rows:
            names = _split(row.get("broader")) if row["kind"] != "Task" else []
            ident = next(iter(self.find(row["name"])), "") if names else ""
            if not ident or self.concepts[ident].broader:
                continue
            wanted = dict.fromkeys(i for name in names for i in self.find(name))
            kept = tuple(i for i in wanted if i != ident and ident not in self.ancestors(i))
            if kept:
                self.concepts[ident] = self.concepts[ident].model_copy(update={"broader": kept})

    @cached_property
    def task_ids(self) -> frozenset[str]:
        """The identifiers that the names of tasks would have as concepts."""
        return frozenset(map(concept_id, self.tasks))

    def find(self, name: str) -> tuple[str, ...]:
        """Identifiers of the concepts that a spelling may name; usually none or one."""
        return tuple(self._by_fold.get(fold(name), ()))

    def spell_out(self, name: str) -> str:
        """A name with the abbreviations in it as the scheme spells them: "rubric-based RL" says reinforcement learning.

        A name that is an abbreviation as a whole stays as it is.
        """
        words = _CAPITALS.split(name)
        if len(words) < 3 or not "".join(words[::2]).strip("- "):
            return name
        for place in range(1, len(words), 2):
            owners = self.find(words[place])
            label = self.concepts[owners[0]].label if len(owners) == 1 else ""
            words[place] = label if " " in label else words[place]
        return "".join(words)

    def ancestors(self, ident: str) -> dict[str, int]:
        """The broader concepts of a concept, near and far, with the number of steps to each."""
        found: dict[str, int] = {}
        ring, steps = [ident], 0
        while ring:
            steps += 1
            ring = [b for i in ring if i in self.concepts for b in self.concepts[i].broader if b not in found]
            found.update(dict.fromkeys(ring, steps))
        return found

    @cached_property
    def version(self) -> str:
        """A hash of everything that extraction reads of the scheme."""
        return digest("\n".join(sorted(map(repr, self.names))) + "\n".join(self.tasks))[:8]


@lru_cache(maxsize=1)
def scheme() -> Scheme:
    """The scheme that ships with `kg`."""
    files = sorted(FOLDER.glob("concepts*.tsv"), key=lambda path: (path.name != "concepts.tsv", path.name))
    return Scheme(row for path in files for row in read_rows(path))


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a concept file as dicts of its columns."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(
            (line for line in file if not line.startswith("##")), delimiter="\t", quoting=csv.QUOTE_NONE
        )


def _split(cell: str | None) -> list[str]:
    if not cell:
        return []
    return [part.strip() for part in cell.split("|") if part.strip()]
