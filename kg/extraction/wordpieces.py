"""Words in pieces: the units that the encoder reads.

Small letters without accents, each sign for itself, then the longest known piece again and again. Y. Wu et al., "Google's
neural machine translation system", 2016, as J. Devlin et al., "BERT", NAACL 2019, use it.
"""

import unicodedata
from collections.abc import Iterator, Mapping

UNKNOWN = "[UNK]"
MOST = 8
"""Pieces of a word that are read."""
_LONGEST = 100
"""Characters of a stretch that is looked up; a longer one is unknown."""


def wordpieces(word: str, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the pieces of a word, at least one.

    >>> wordpieces("ResNets", {"[UNK]": 0, "res": 1, "##net": 2, "##s": 3})
    (1, 2, 3)
    """
    found = [piece for stretch in stretches(word) for piece in pieces(stretch, vocabulary)]
    return tuple(found[:MOST]) or (vocabulary[UNKNOWN],)


def stretches(word: str) -> Iterator[str]:
    """A word in small letters without accents, cut around each of its signs and Chinese characters.

    >>> list(stretches("naïve/CIFAR-10 模型"))
    ['naive', '/', 'cifar', '-', '10', '模', '型']
    """
    stretch = ""
    for c in unicodedata.normalize("NFD", word.lower()):
        category = unicodedata.category(c)
        sign = category[0] == "P" or (c.isascii() and not c.isalnum()) or unicodedata.name(c, "").startswith("CJK ")
        if c.isspace() or sign:
            if stretch:
                yield stretch
            stretch = ""
        if c.isspace() or category == "Mn" or category[0] == "C":
            continue
        if sign:
            yield c
        else:
            stretch += c
    if stretch:
        yield stretch


def pieces(stretch: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The longest piece that begins a stretch, then the longest that goes on, to its end; else the one unknown piece."""
    found, start = list[int](), 0
    while start < len(stretch) <= _LONGEST:
        mark = "##" if start else ""
        for end in range(len(stretch), start, -1):
            piece = vocabulary.get(mark + stretch[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            break
    return found if found and start == len(stretch) else [vocabulary[UNKNOWN]]
