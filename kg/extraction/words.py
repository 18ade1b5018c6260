"""The words of a text and where they stand, read off spaCy's tokens once and shared by all components."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import LENGTH, ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc

from kg.ontology import fold

TITLE_BREAK = "\n\n"
BREAK = "¶"
"""The word that stands for the break between title and abstract."""

_KEY, _TEXT = "kg_words", "kg_text"
_JOINS = frozenset(("-", "–", "‐", "‑", "/"))
_STOPS = frozenset((".", BREAK, "!", "?"))
MOST = 200_000
"""Words of which the facts are kept."""
NAMED, CAPITAL, STOP = 1, 2, 4
"""Signs of a word: its capitals make it a name; it begins with a capital; it ends a sentence or a title."""

Facts = tuple[str, str, str | None, int]
"""A word as it is shown, in small letters, what it adds to the folded form of a name, and its signs."""


def facts(word: str) -> Facts:
    """What is known of a word by itself. What joins words adds nothing to a name, what parts names adds None.

    >>> facts("ResNets"), facts("-"), facts(",")
    (('ResNets', 'resnets', 'resnet', 3), ('-', '-', '', 0), (',', ',', None, 0))
    """
    if word.isspace():
        word = BREAK if word == TITLE_BREAK else "␣"
    named = len(word) > 2 and not word[1:].islower() and any(map(str.isupper, word[1:]))
    signs = NAMED * named + CAPITAL * word[0].isupper() + STOP * (word in _STOPS)
    return word, word.lower(), fold(word) or ("" if word in _JOINS else None), signs


_known: dict[int, Facts] = {}
"""spaCy's number of a word → its facts, for all threads."""


def facts_of(numbers: list[int], doc: Doc) -> list[Facts]:
    """The facts of the words of a text, of which the numbers are given; they are kept for the next text."""
    if len(_known) > MOST:
        _known.clear()
    rows, strings = list(map(_known.get, numbers)), doc.vocab.strings
    if None in rows:
        for place, (number, row) in enumerate(zip(numbers, rows, strict=True)):
            if row is None:
                rows[place] = _known[number] = facts(strings[number])
    return cast(list[Facts], rows)


@dataclass(frozen=True, slots=True)
class Words:
    """A text, its words, and the first and last character of each (the last exclusive); and its `facts`."""

    text: str
    words: tuple[str, ...]
    starts: list[int]
    ends: list[int]
    lows: tuple[str, ...]
    keys: tuple[str | None, ...]
    signs: NDArray[np.uint8]

    def slice(self, start: int, end: int) -> str:
        """The text of the words from `start` to `end`."""
        return self.text[self.starts[start] : self.ends[end - 1]]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The words that the characters from `start` to `end` touch."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def places(self, sign: int) -> list[int]:
        """Where the words with a sign stand."""
        found: list[int] = (self.signs & sign).nonzero()[0].tolist()
        return found


def read(doc: Doc) -> Words:
    """The words of a text; white space that is a word becomes a visible sign."""
    found: Words | None = doc.user_data.get(_KEY)
    if found is None:
        text = doc.user_data.get(_TEXT) or doc.text
        columns = doc.to_array([ORTH, LENGTH, SPACY])
        lengths, spaces = columns[:, 1], columns[:, 2]
        ends = np.cumsum(lengths + spaces) - spaces
        starts = ends - lengths
        rows = facts_of(columns[:, 0].tolist(), doc)
        words, lows, keys, signs = zip(*rows, strict=True) if rows else ((), (), (), ())
        found = doc.user_data[_KEY] = Words(
            text, words, starts.tolist(), ends.tolist(), lows, keys, np.frombuffer(bytes(signs), dtype=np.uint8)
        )
    return found


def make_doc(nlp: Language, text: str) -> Doc:
    """The words of a text as spaCy cuts them, the text kept beside: ``doc.text`` puts it together anew, word by word."""
    doc = nlp.make_doc(text)
    doc.user_data[_TEXT] = text
    return doc


def words_of(doc: Doc) -> tuple[str, ...]:
    """The words of a text."""
    return read(doc).words


def title_length(words: Sequence[str]) -> int:
    """The number of words of the title, which the break ends."""
    return words.index(BREAK) if BREAK in words else 0
