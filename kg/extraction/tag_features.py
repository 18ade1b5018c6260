"""What the tagger knows of each word: the word itself, and what the other components and the whole text say of it.

`features` puts all of it into strings, as training sees it; `kg.extraction.tagger` adds up the same from tables.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from spacy.tokens import Doc

from kg.caching import kept
from kg.extraction.lexicon import TASK
from kg.extraction.words import CAPITAL, STOP, Words, title_length
from kg.ontology import Scheme

WINDOW = (-2, -1, 0, 1, 2)
FLAG_WINDOW = (-1, 0, 1)
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
    """What the other components and the whole text say of each word, one short string a word."""

    def __init__(self, concepts: Scheme) -> None:
        weak = {n.concept for n in concepts.names if n.weak}
        letters = {"Method": "m", "Architecture": "a", "Dataset": "d"}
        self._codes = {TASK: "t"}
        for c in concepts.concepts.values():
            self._codes[c.id] = ("w" if c.id in weak else "") + ("g" if c.generic else "") + letters[c.kind]

    def code(self, concept: str) -> str:
        """The letter of a concept's kind, ``g`` before it where generic, ``w`` where weak, ``t`` for tasks."""
        return self._codes[concept]

    def of(self, doc: Doc, text: Words) -> dict[int, tuple[str, ...]]:
        """The flags of each word that has some."""
        found: dict[int, list[str]] = defaultdict(list)
        words, lows = text.words, text.lows
        for start, end, concept in doc._.kg_lexicon:
            code = self.code(concept)
            found[start].append(f"lB{code}")
            for i in range(start + 1, end):
                found[i].append(f"lI{code}")
        for short_start, short_end, long_start, long_end in doc._.kg_abbreviations:
            for name, a, b in (("short", short_start, short_end), ("long", long_start, long_end)):
                for i in range(*text.range(a, b)):
                    found[i].append(name)
        split = title_length(words)
        colon = next((i for i in range(min(6, split)) if words[i] == ":"), 0)
        for i in range(split):
            found[i].append("title" if i >= colon else "handle")
        title = {low for low in lows[:split] if len(low) > 3}
        for i in [i for i, low in enumerate(lows[split:], split) if low in title]:
            found[i].append("intitle")
        capitals = text.places(CAPITAL)
        repeated = {w for w, count in Counter(words[i] for i in capitals).items() if count > 1}
        for i in (i for i in capitals if words[i] in repeated):
            found[i].append("again")
        for i in (0, *(i + 1 for i in text.places(STOP) if i + 1 < len(words))):
            found[i].append("first")
        return {i: tuple(flags) for i, flags in found.items()}


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
