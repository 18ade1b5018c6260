"""The words of all texts, numbered: a text is a row of numbers, and what is known of a word by itself stands in columns.

spaCy keeps a number with each word of its vocabulary (the attribute ID, also called rank: the row of its vector, where a
pipeline has some). The place of the word in the columns stands there, so that spaCy gives those of a whole text as one
array, and numpy what the columns know of them.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ID
from spacy.strings import get_string_id
from spacy.vocab import Vocab

from kg.ontology import fold

TITLE_BREAK = "\n\n"
BREAK = "¶"
"""The word that stands for the break between title and abstract."""

_JOINS = frozenset(("-", "–", "‐", "‑", "/"))
_STOPS = frozenset((".", BREAK, "!", "?"))
NAMED, CAPITAL, STOP = 1, 2, 4
"""Signs of a word: its capitals make it a name; it begins with a capital; it ends a sentence or a title."""
FORGOTTEN = 100_000
"""So many more words than spaCy still knows are too many."""
EDGE = 0
"""The number of the empty word, which stands beyond the ends of a text."""

Value = TypeVar("Value")


def shown(word: str) -> str:
    """A word as it is shown: white space that is a word becomes a visible sign."""
    return word if not word.isspace() else BREAK if word == TITLE_BREAK else "␣"


def low(word: str) -> str:
    """A word as it is shown, in small letters."""
    return shown(word).lower()


def addition(word: str) -> str | None:
    """What a word adds to the folded form of a name: what joins words adds nothing, what parts names adds None.

    >>> addition("ResNets"), addition("-"), addition(",")
    ('resnet', '', None)
    """
    return fold(shown(word)) or ("" if word in _JOINS else None)


def signs(word: str) -> int:
    """The signs of a word, added up.

    >>> signs("ResNets") == NAMED + CAPITAL, signs("Our") == CAPITAL, signs(".") == STOP
    (True, True, True)
    """
    named = len(word) > 2 and not word[1:].islower() and any(map(str.isupper, word[1:]))
    return NAMED * named + CAPITAL * word[:1].isupper() + STOP * (shown(word) in _STOPS)


class Vocabulary:
    """The words that a vocabulary of spaCy has seen, each with its number; called by spaCy for every new one.

    >>> words = Vocabulary()
    >>> words("BERT"), words("LSTM"), words("BERT"), words[2]
    (1, 2, 1, 'LSTM')
    """

    def __init__(self) -> None:
        self._numbers, self._words, self._lock = {"": EDGE}, [""], Lock()

    def __reduce__(self) -> tuple[type["Vocabulary"], tuple[()]]:
        """Unpickled empty: spaCy makes its words anew, and each is numbered then."""
        return Vocabulary, ()

    def __call__(self, word: str) -> int:
        """The number of a word."""
        number = self._numbers.get(word)
        if number is None:
            with self._lock:
                number = self._numbers.get(word)
                if number is None:
                    self._words.append(word)  # first, so that whoever sees the number finds the word
                    number = self._numbers[word] = len(self._words) - 1
        return number

    def __getitem__(self, number: int) -> str:
        """The word with a number."""
        return self._words[number]

    def __len__(self) -> int:
        """How many words have a number."""
        return len(self._words)


def vocabulary(vocab: Vocab) -> Vocabulary:
    """That of a vocabulary of spaCy, whose words are numbered here at the first call, and when it has forgotten most of them
    (``nlp.memory_zone``).
    """
    found = vocab.lex_attr_getters.get(ID)
    if not isinstance(found, Vocabulary) or len(found) > 2 * len(vocab) + FORGOTTEN:
        found = Vocabulary()
        vocab.lex_attr_getters = {**vocab.lex_attr_getters, ID: found}
        for lexeme in vocab:
            lexeme.rank = found(lexeme.orth_)
    return found


class Column(Generic[Value]):
    """A value for each word of a vocabulary, computed once: an array that the numbers of words index.

    >>> words, lengths = Vocabulary(), Column(len, np.empty((), int))
    >>> numbers = [words("BERT"), words("GAN"), EDGE]
    >>> lengths.of(words)[numbers].tolist()
    [4, 3, 0]
    """

    def __init__(self, compute: Callable[[str], Value], like: NDArray[Any]) -> None:
        self._compute, self._like = compute, like
        self._values: WeakKeyDictionary[Vocabulary, tuple[int, NDArray[Any]]] = WeakKeyDictionary()

    def __reduce__(self) -> tuple[type["Column[Value]"], tuple[object, ...]]:
        """Unpickled empty."""
        return Column, (self._compute, self._like)

    def of(self, words: Vocabulary) -> NDArray[Any]:
        """The values of all words so far; behind them stands nothing that means anything."""
        filled, values = self._values.get(words, (0, None))
        count = len(words)
        if values is None or filled < count:
            if values is None or count > len(values):
                more = np.empty((max(2 * count, 4096), *self._like.shape), self._like.dtype)
                if values is not None:
                    more[:filled] = values[:filled]
                values = more
            for number in range(filled, count):
                values[number] = self._compute(words[number])
            self._values[words] = count, values
        return values


_TEXT, _NUMBER = np.empty((), dtype=object), np.empty((), dtype=np.int64)
SHOWN, LOWS, KEYS = Column(shown, _TEXT), Column(low, _TEXT), Column(addition, _TEXT)
SIGNS, LENGTHS = Column(signs, _NUMBER.astype(np.uint8)), Column(len, _NUMBER)
HASHES = Column(get_string_id, _NUMBER.astype(np.uint64))
"""What spaCy knows the letters of a word by (the attribute ORTH)."""
