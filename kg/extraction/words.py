"""The words of a text and where they stand, read off spaCy's tokens once and shared by all components."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import srsly
from numpy.typing import NDArray
from spacy.attrs import ID, ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.vocabulary import BREAK, HASHES, KEYS, LENGTHS, LOWS, SHOWN, SIGNS, Vocabulary, vocabulary

_KEY, _TEXT = "kg_words", "kg_text"


@dataclass(frozen=True, slots=True)
class Words:
    """A text, the numbers of its words in a vocabulary, and the first and last character of each (the last exclusive).

    `lows`, `keys` and `signs` are what the vocabulary has of the words; `title` is the number of words of the title, which the
    break ends, and `colon` the place of its first colon, 0 where there is none.
    """

    text: str
    numbers: NDArray[np.int64]
    vocabulary: Vocabulary
    starts: list[int]
    ends: list[int]
    lows: tuple[str, ...]
    keys: tuple[str | None, ...]
    signs: NDArray[np.uint8]
    title: int
    colon: int

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """None for who unpickles a document: its words are read again there, at the first need."""
        return type(None), ()

    def __len__(self) -> int:
        """How many words there are."""
        return len(self.lows)

    @property
    def words(self) -> tuple[str, ...]:
        """The words as they are shown; put together at each call."""
        return tuple(SHOWN.of(self.vocabulary)[self.numbers].tolist())

    def slice(self, start: int, end: int) -> str:
        """The text of the words from `start` to `end`."""
        return self.text[self.starts[start] : self.ends[end - 1]]

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The words that the characters from `start` to `end` touch."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def places(self, sign: int) -> NDArray[np.int64]:
        """Where the words with a sign stand."""
        return (self.signs & sign).nonzero()[0]


def read(doc: Doc) -> Words:
    """The words of a text; white space that is a word becomes a visible sign."""
    found: Words | None = doc.user_data.get(_KEY)
    if found is None:
        text, known = doc.user_data.get(_TEXT) or doc.text, vocabulary(doc.vocab)
        numbers, spaces = numbered(doc, known)
        lengths = LENGTHS.of(known)[numbers]
        ends = (lengths + spaces).cumsum() - spaces
        lows, keys = (tuple(column.of(known)[numbers].tolist()) for column in (LOWS, KEYS))
        title = lows.index(BREAK) if BREAK in lows else 0
        colon = lows.index(":") if ":" in lows[:title] else 0
        places = (ends - lengths).tolist(), ends.tolist()
        found = doc.user_data[_KEY] = Words(
            text, numbers, known, *places, lows, keys, SIGNS.of(known)[numbers], title, colon
        )
    return found


@srsly.msgpack_encoders("kg_words")  # type: ignore[untyped-decorator]
def without_words(found: object, chain: Callable[[object], object] | None = None) -> object:
    """What spaCy writes of something in a document: nothing of its `Words`."""
    return None if isinstance(found, Words) else chain(found) if chain else found


def numbered(doc: Doc, known: Vocabulary) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each word, and whether a blank follows it.

    spaCy's vectors stand by rank, too: where words were given vectors after they were numbered, their numbers are asked anew.
    """
    columns = doc.to_array([ORTH, ID, SPACY])
    numbers, spaces = columns[:, 1].astype(np.int64), columns[:, 2].astype(np.int64)
    if (HASHES.of(known).take(numbers, mode="clip") != columns[:, 0]).any():
        numbers = np.array([known(token.orth_) for token in doc])
    return numbers, spaces


def make_doc(nlp: Language, text: str) -> Doc:
    """The words of a text as spaCy cuts them, the text kept beside: ``doc.text`` puts it together anew, word by word."""
    doc = nlp.make_doc(text)
    doc.user_data[_TEXT] = text
    return doc


def words_of(doc: Doc) -> tuple[str, ...]:
    """The words of a text."""
    return read(doc).words
