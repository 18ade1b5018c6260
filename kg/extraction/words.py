"""The words of a text and where they stand, read off spaCy's tokens once and shared by all components."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from spacy.attrs import LENGTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc

from kg.ontology import fold

TITLE_BREAK = "\n\n"
BREAK = "¶"
"""The word that stands for the break between title and abstract."""

_KEY, _TEXT = "kg_words", "kg_text"
_JOINS = frozenset(("-", "–", "‐", "‑", "/"))


@lru_cache(maxsize=200_000)
def facts(word: str) -> tuple[str, str | None, bool]:
    """A word in small letters, what it adds to the folded form of a name, and whether its capitals make it one.

    What joins words adds nothing, what parts names adds None.

    >>> facts("ResNets"), facts("-"), facts(",")
    (('resnets', 'resnet', True), ('-', '', False), (',', None, False))
    """
    named = len(word) > 2 and not word[1:].islower() and any(map(str.isupper, word[1:]))
    return word.lower(), fold(word) or ("" if word in _JOINS else None), named


@dataclass(frozen=True, slots=True)
class Words:
    """A text, its words, and the first and last character of each (the last exclusive); and its `facts`."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    lows: tuple[str, ...]
    keys: tuple[str | None, ...]
    named: tuple[bool, ...]

    def slice(self, start: int, end: int) -> str:
        """The text of the words from `start` to `end`."""
        return self.text[self.starts[start] : self.ends[end - 1]]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The words that the characters from `start` to `end` touch."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)


def read(doc: Doc) -> Words:
    """The words of a text; white space that is a word becomes a visible sign."""
    found: Words | None = doc.user_data.get(_KEY)
    if found is None:
        text = doc.user_data.get(_TEXT) or doc.text
        lengths = doc.to_array([LENGTH, SPACY])
        ends = np.cumsum(lengths.sum(axis=1)) - lengths[:, 1]
        starts = (ends - lengths[:, 0]).tolist()
        ends = ends.tolist()
        words = [text[a:b] for a, b in zip(starts, ends, strict=True)]
        for i, word in enumerate(words):
            if word.isspace():
                words[i] = BREAK if word == TITLE_BREAK else "␣"
        lows, keys, named = zip(*map(facts, words), strict=True) if words else ((), (), ())
        found = doc.user_data[_KEY] = Words(text, words, starts, ends, lows, keys, named)
    return found


def make_doc(nlp: Language, text: str) -> Doc:
    """The words of a text as spaCy cuts them, the text kept beside: ``doc.text`` puts it together anew, word by word."""
    doc = nlp.make_doc(text)
    doc.user_data[_TEXT] = text
    return doc


def words_of(doc: Doc) -> list[str]:
    """The words of a text."""
    return read(doc).words


def title_length(words: Sequence[str]) -> int:
    """The number of words of the title, which the break ends."""
    return words.index(BREAK) if BREAK in words else 0
