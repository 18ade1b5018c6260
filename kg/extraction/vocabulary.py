"""The words of all texts, numbered: a text is a row of numbers, and what is known of a word by itself stands in columns.

spaCy keeps a free number with each word of its vocabulary (the attribute ID, also called rank). The place of the word in
the columns stands there, so that spaCy gives those of a whole text as one array, and numpy what the columns know of them.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ID
from spacy.vocab import Vocab

from kg.ontology import fold

TITLE_BREAK = "\n\n"
BREAK = "¶"
"""The word that stands for the break between title and abstract."""

_JOINS = frozenset(("-", "–", "‐", "‑", "/"))
_STOPS = frozenset((".", BREAK, "!", "?"))
NAMED, CAPITAL, STOP = 1, 2, 4
"""Signs of a word: its capitals make it a name; it begins with a capital; it ends a sentence or a title."""
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
        self._numbers, self._words = {"": EDGE}, [""]
        text, number = np.empty((), object), np.empty((), np.int64)
        self._shown, self._lows, self._keys = Column(shown, text), Column(low, text), Column(addition, text)
        self._signs, self._lengths = Column(signs, number.astype(np.uint8)), Column(len, number)

    def __call__(self, word: str) -> int:
        """The number of a word."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._words)
            self._words.append(word)
        return number

    def __getitem__(self, number: int) -> str:
        """The word with a number."""
        return self._words[number]

    def __len__(self) -> int:
        """How many words have a number."""
        return len(self._words)

    @property
    def shown(self) -> NDArray[np.object_]:
        """The column of the words as they are shown."""
        return self._shown.of(self)

    @property
    def lows(self) -> NDArray[np.object_]:
        """That of the words in small letters."""
        return self._lows.of(self)

    @property
    def keys(self) -> NDArray[np.object_]:
        """That of what the words add to the folded form of a name."""
        return self._keys.of(self)

    @property
    def signs(self) -> NDArray[np.uint8]:
        """That of their signs."""
        return self._signs.of(self)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """That of their lengths in characters."""
        return self._lengths.of(self)


def vocabulary(vocab: Vocab) -> Vocabulary:
    """That of a vocabulary of spaCy, whose words are numbered here at the first call."""
    found = vocab.lex_attr_getters.get(ID)
    if not isinstance(found, Vocabulary):
        found = Vocabulary()
        vocab.lex_attr_getters = {**vocab.lex_attr_getters, ID: found}
        for lexeme in vocab:
            lexeme.rank = found(lexeme.orth_)
    return found


class Column(Generic[Value]):
    """A value for each word of a vocabulary, computed at the first need: an array that the numbers of words index.

    >>> words, lengths = Vocabulary(), Column(len, np.empty((), int))
    >>> numbers = [words("BERT"), words("GAN"), EDGE]
    >>> lengths.of(words)[numbers].tolist()
    [4, 3, 0]
    """

    def __init__(self, compute: Callable[[str], Value], like: NDArray[Any]) -> None:
        self._compute = compute
        self._words: Vocabulary | None = None
        self._values = np.empty((0, *like.shape), dtype=like.dtype)
        self._filled = 0

    def of(self, words: Vocabulary) -> NDArray[Any]:
        """The values of all words so far, and maybe empty ones behind."""
        if words is not self._words:
            self._words, self._filled = words, 0
        if self._filled < len(words):
            if len(words) > len(self._values):
                more = max(2 * len(words), 4096) - len(self._values)
                self._values = np.concatenate(
                    [self._values, np.empty((more, *self._values.shape[1:]), self._values.dtype)]
                )
            for number in range(self._filled, len(words)):
                self._values[number] = self._compute(words[number])
            self._filled = len(words)
        return self._values
