"""What the tagger knows of each word: the word itself, and what the other components and the whole text say of it.

`features` puts all of it into strings, as training sees it; `kg.extraction.tagger` adds up the same from tables.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.caching import kept
from kg.extraction.lexicon import TASK
from kg.extraction.vocabulary import CAPITAL, STOP
from kg.extraction.words import Words
from kg.ontology import Scheme

WINDOW = (-2, -1, 0, 1, 2)
FLAG_WINDOW = (-1, 0, 1)
INSIDE = 32
MARKS = {name: 64 << n for n, name in enumerate(("short", "long", "title", "handle", "intitle", "again", "first"))}
"""The bits of `Flags`: smaller numbers than the first one are kinds of names."""
_RUN = re.compile(r"(.)\1{2,}")
_RUNS = ("xxx", "XXX", "ddd")  # by far the commonest, and found without an expression


class _Forms(dict[int, str]):
    """What stands for a character in a shape, by code point."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        self[code] = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        return self[code]


_FORMS = _Forms()


@kept
def shape(word: str) -> str:
    """The pattern of capitals, small letters and digits, runs cut to two.

    >>> shape("ResNet-50"), shape("GANs"), shape("learning")
    ('XxxXxx-dd', 'XXx', 'xx')
    """
    form = word.translate(_FORMS)
    for run in _RUNS:
        while run in form:
            form = form.replace(run, run[:2])
    return (_RUN.sub(r"\1\1", form) if form.strip("Xxd") else form)[:12]


def word_features(word: str, clusters: tuple[int, int] | None) -> tuple[str, ...]:
    """What is known of a word by itself."""
    low = word.lower()
    found = [f"l={low}", f"s={shape(word)}"]
    letters = word.isalpha()
    mixed = not letters and any(map(str.isalpha, word))
    if letters and len(word) > 3:
        found += [f"e3={low[-3:]}", f"e4={low[-4:]}", f"b3={low[:3]}"]
    elif letters or mixed:
        found.append(f"b2={low[:2]}")
    if len(word) > 1 and word != low:
        inner = any(map(str.isupper, word[1:]))
        found.append("camel" if inner and not word.isupper() else "upper" if word.isupper() else "title")
    if mixed and any(map(str.isdigit, word)):
        found.append("alnum")
    if clusters:
        found += [f"c={clusters[0]}", f"C={clusters[1]}"]
    else:
        found.append("rare")
    return tuple(found)


class Flags:
    """What the other components and the whole text say of each word: its marks, bits of one number a word.

    The lowest bits tell the kind of the scheme's name that it belongs to, the next one whether it goes on with it; the others
    are `MARKS`. `names` puts them into words.
    """

    def __init__(self, concepts: Scheme) -> None:
        weak = {n.concept for n in concepts.names if n.weak}
        letters = {"Method": "m", "Architecture": "a", "Dataset": "d"}
        self._codes = {TASK: "t"}
        for c in concepts.concepts.values():
            self._codes[c.id] = ("w" if c.id in weak else "") + ("g" if c.generic else "") + letters[c.kind]
        self._kinds = ["", *sorted(set(self._codes.values()))]
        self._numbers = {kind: number for number, kind in enumerate(self._kinds)}

    def code(self, concept: str) -> str:
        """The letter of a concept's kind, ``g`` before it where generic, ``w`` where weak, ``t`` for tasks."""
        return self._codes[concept]

    def names(self, marks: int) -> tuple[str, ...]:
        """The flags that a word has.

        >>> Flags(Scheme([])).names(1 + INSIDE + MARKS["title"])
        ('lIt', 'title')
        """
        kind, inside = self._kinds[marks % INSIDE], marks & INSIDE
        lexicon = (f"l{'I' if inside else 'B'}{kind}",) if kind else ()
        return (*lexicon, *(name for name, mark in MARKS.items() if marks & mark))

    def of(self, doc: Doc, text: Words) -> dict[int, tuple[str, ...]]:
        """The flags of each word that has some."""
        return {i: self.names(marks) for i, marks in enumerate(self.marks(doc, text).tolist()) if marks}

    def marks(self, doc: Doc, text: Words) -> NDArray[np.int64]:
        """The marks of each word."""
        marks = np.zeros(len(text), np.int64)
        for start, end, concept in doc._.kg_lexicon:
            kind = self._numbers[self._codes[concept]]
            marks[start] = kind
            if end - start > 1:
                marks[start + 1 : end] = kind | INSIDE
        for short_start, short_end, long_start, long_end in doc._.kg_abbreviations:
            for name, a, b in (("short", short_start, short_end), ("long", long_start, long_end)):
                marks[slice(*text.range(a, b))] |= MARKS[name]
        split, lows = text.title, text.lows
        colon = text.colon if text.colon < 6 else 0
        marks[:colon] |= MARKS["handle"]
        marks[colon:split] |= MARKS["title"]
        title = {word for word in lows[:split] if len(word) > 3}
        marks[[i for i, word in enumerate(lows[split:], split) if word in title]] |= MARKS["intitle"]
        capitals = text.places(CAPITAL)
        words = text.numbers[capitals].tolist()
        counts = Counter(words)
        marks[[i for i, word in zip(capitals.tolist(), words, strict=True) if counts[word] > 1]] |= MARKS["again"]
        marks[0:1] |= MARKS["first"]
        marks[1:][text.signs[:-1] & STOP > 0] |= MARKS["first"]
        return marks


def features(
    words: Sequence[str], flags: Mapping[int, tuple[str, ...]], clusters: dict[str, tuple[int, int]]
) -> list[list[str]]:
    """All features of all words as strings, as training sees them; `Tagger` adds up the same ones from tables."""
    known = {w: word_features(w, clusters.get(w)) for w in set(words)}
    own = [known[w] for w in words]
    rows = []
    for i in range(len(words)):
        row = ["bias"]
        for offset in WINDOW:
            if 0 <= i + offset < len(words):
                row += [f"{offset}:{f}" for f in own[i + offset]]
            else:
                row.append(f"{offset}:edge")
        for offset in FLAG_WINDOW:
            if 0 <= i + offset < len(words):
                row += [f"{offset}!{f}" for f in flag_features(shape(words[i + offset])[:4], flags.get(i + offset, ()))]
        rows.append(row)
    return rows


def flag_features(form: str, flags: tuple[str, ...]) -> tuple[str, ...]:
    """The flags of a word, each alone, all together, and with the word's form: the beginning of its shape."""
    if not flags:
        return ()
    return (*flags, "+".join(flags), f"{'+'.join(flags)}~{form}")
