"""Abbreviations that a paper defines: "long short-term memory (LSTM)" and "LSTM (long short-term memory)".

A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003;
with two additions for machine learning: plural short forms (RNNs), and digits or symbols in the short form (TD3, A*).
"""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.words import read

_PARENTHESIS = re.compile(r"\(([^()]{2,120})\)")
_PARTS = re.compile(r"[,;]\s|\s+(?:or|e\.g\.|i\.e\.)\s")
_SHORT = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9∞α-ω][\w∞α-ω+*^.-]{0,11}", re.UNICODE)
_BOUNDARY = re.compile(r"[(),;:\n]")

Definition = tuple[int, int, int, int]


def find(text: str) -> Iterator[Definition]:
    """Start and end of the short form, start and end of its long form.

    >>> text = "We use long short-term memories (LSTMs)."
    >>> [(text[a:b], text[c:d]) for a, b, c, d in find(text)]
    [('LSTMs', 'long short-term memories')]
    """
    for match in _PARENTHESIS.finditer(text):
        parts = [part.strip().strip("\"'*") for part in _PARTS.split(match[1])]
        inside = next((part for part in parts if is_short(part)), parts[0])
        at = match.start(1) + match[1].find(inside)
        before = words_before(text, match.start())
        begin = match.start() - len(before)
        before = before.rstrip()
        if is_short(inside) and before:
            start = long_form(inside, before)
            if start is not None:
                yield at, at + len(inside), begin + start, begin + len(before)
        elif before and " " in inside:
            word = before.split()[-1]
            start = long_form(word, inside) if is_short(word) else None
            if start == 0:
                place = begin + before.rindex(word)
                yield place, place + len(word), at, at + len(inside)


def words_before(text: str, end: int, most: int = 12) -> str:
    """The last words before a place, up to the nearest bracket, comma, colon or line break.

    >>> words_before("First, we use an LSTM (", 22)
    'we use an LSTM '
    """
    window = text[max(0, end - 160) : end]
    window = _BOUNDARY.split(window)[-1].lstrip()
    words = window.rsplit(None, most)
    return window[len(words[0]) :].lstrip() if len(words) > most else window


def is_short(text: str) -> bool:
    """True for what can be an abbreviation: two to twelve characters, one word, a capital or digit in it."""
    return bool(_SHORT.fullmatch(text)) and len(text) >= 2 and any(c.isupper() for c in text)


def long_form(short: str, before: str) -> int | None:
    """Where in the words before it the long form of a short form starts; None where its letters are not found.

    >>> long_form("GANs", "we train generative adversarial networks")
    9
    """
    letters = short[:-1] if short.endswith("s") and short[:-1].isupper() and len(short) > 2 else short
    wanted = [c for c in letters.lower() if c.isalnum()]
    place = len(before)
    for index in range(len(wanted) - 1, -1, -1):
        place -= 1
        first = index == 0
        while place >= 0 and (
            before[place].lower() != wanted[index] or (first and place > 0 and before[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
    words = before[place:].split()
    if len(words) > min(len(wanted) + 5, len(wanted) * 2) or (
        len(words) == 1 and len(before) - place < 2 * len(letters)
    ):
        return None
    if short.lower() in (w.lower() for w in words):
        return None
    return place


@Language.factory("kg_abbreviations", assigns=["doc._.kg_abbreviations"])
class Abbreviations:
    """Sets ``doc._.kg_abbreviations``: (short start, short end, long start, long end) in characters."""

    def __init__(self, nlp: Language, name: str) -> None:
        Doc.set_extension("kg_abbreviations", default=(), force=True)

    def __call__(self, doc: Doc) -> Doc:
        """Find the abbreviations of a text."""
        text = read(doc).text
        doc._.kg_abbreviations = tuple(find(text)) if "(" in text else ()
        return doc
