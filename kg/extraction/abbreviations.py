"""Abbreviations that a paper defines: "long short-term memory (LSTM)" and "LSTM (long short-term memory)".

A. Schwartz and M. Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003;
with additions for machine learning: plural short forms (RNNs), and digits or symbols in the short form (TD3, A*). Before it
a stricter rule is tried, that each letter begins a word (S. Sohn et al., "Abbreviation definition identification based on
automatic precision estimates", BMC Bioinformatics 2008): the algorithm alone takes both letters C of CCL from
"cyclical curriculum learning"'s second word.
"""

import re
from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from kg.caching import kept
from kg.extraction.words import read

_PARENTHESIS = re.compile(r"\(([^()]{2,120})\)")
_PARTS = re.compile(r"[,;]\s|\s+(?:or|e\.g\.|i\.e\.)\s")
_SHORT = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9∞α-ω][\w∞α-ω+*^.-]{0,11}", re.UNICODE)
_BOUNDARY = re.compile(r"[(),;:\n]")
_WORD = re.compile(r"[-–—/]?[^\s\-–—/]+")
_TITLE = re.compile(r"(\S+): (?=\w)")
_HYPHENS = "-–—/"
_SMALL_WORDS = frozenset("a an and as at by for from in of on or over the to via with".split())
_BEHIND_NAME = re.compile(rf"[^\w\s/'’–—-]|\n|\s(?=(?:{'|'.join(sorted(_SMALL_WORDS))}|based|towards?|under|using)\b)")

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
    if (initial := initials("".join(wanted), before)) is not None:
        return initial
    place, small = len(before), before.replace("İ", "I").lower()  # the one letter that is longer in small
    for letter in reversed(wanted):
        place = small.rfind(letter, 0, place)
        if place < 0:
            return None
    while place and before[place - 1].isalnum():  # the first letter begins a word
        place = small.rfind(wanted[0], 0, place)
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


def initials(letters: str, before: str) -> int | None:
    """Where the name begins that these words end with and that the letters abbreviate; None where there is none.

    >>> initials("ccl", "we propose cyclical curriculum learning")
    11
    """
    given = {0}  # how many of the letters, from the last on, the words behind may give
    for count, match in enumerate(reversed(list(_WORD.finditer(before)))):
        gifts, optional = gifts_of(match[0])
        taken = {n + len(g) for n in given for g in gifts if letters.endswith(g, 0, len(letters) - n)}
        if len(letters) in taken and count:
            return match.end() - len(match[0].lstrip(_HYPHENS))
        given = taken | given if optional else taken
        if not given:
            return None
    return None


def abbreviates(letters: str, name: str) -> bool:
    """True where the letters, in small, are the first ones of all words of a name.

    Small words and those behind a hyphen may be passed over; a word in capitals may give all of its letters.

    >>> abbreviates("lpinn", "Lagrangian PINNs"), abbreviates("hmcn", "Hierarchical Multi-Label Classification Networks")
    (True, True)
    >>> abbreviates("sl", "self-supervised learning"), abbreviates("ssl", "semantic supervised nets")
    (True, False)
    """
    given = {0}  # how many of the letters the words so far may give
    for gifts, optional in map(gifts_of, _WORD.findall(name)):
        taken = {n + len(g) for n in given for g in gifts if letters.startswith(g, n)}
        given = taken | given if optional else taken
    return len(letters) in given


@kept
def gifts_of(part: str) -> tuple[tuple[str, ...], bool]:
    """What a word, with the hyphen before it, may give to an abbreviation, and whether it may give nothing.

    >>> gifts_of("PINNs"), gifts_of("-Label")
    ((('p', 'pinn'), False), (('l',), True))
    """
    word = part.lstrip(_HYPHENS)
    capitals = word.removesuffix("s")
    whole = (capitals.lower(),) if len(capitals) > 1 and capitals.isupper() else ()
    return (word[0].lower(), *whole), part != word or word.lower() in _SMALL_WORDS


def titled(text: str) -> Iterator[Definition]:
    """The name before the colon of a title, of which each word behind the colon gives the next letters.

    >>> text = "CramNet: Camera-Radar Matching Networks for Depth"
    >>> [(text[a:b], text[c:d]) for a, b, c, d in titled(text)]
    [('CramNet', 'Camera-Radar Matching Networks')]
    """
    match = _TITLE.match(text)
    if not match or not is_short(match[1]):
        return
    letters = "".join(filter(str.isalnum, match[1].lower()))
    if not letters.startswith(text[match.end()].lower()[0]):
        return  # what nearly all titles do
    words = list(_WORD.finditer(text, match.end(), match.end() + 160))
    count = spelled_out(letters, [word[0].lower().lstrip(_HYPHENS) for word in words])
    if count > 1:
        behind = _BEHIND_NAME.search(text, words[count - 1].end())
        yield match.start(1), match.end(1), match.end(), behind.start() if behind else len(text)


def spelled_out(letters: str, words: Sequence[str]) -> int:
    """How many of the words give all the letters: each its first one and maybe more of its own, in their order; 0 for none.

    >>> spelled_out("cramnet", ["camera", "radar", "matching", "networks", "for"])
    4
    """
    given, count = {0}, 0
    for number, word in enumerate(words, 1):
        started = {n for n in given if letters.startswith(word[0], n)}
        given = {n + taken for n in started for taken in range(1, in_order(letters[n:], word) + 1)} | (
            given if word in _SMALL_WORDS and number > 1 else set()
        )
        if len(letters) in given and word not in _SMALL_WORDS:
            count = number
    return count


def in_order(letters: str, word: str) -> int:
    """How many of the letters, from the first on, a word has in their order.

    >>> in_order("netx", "network")
    3
    """
    place = 0
    for number, letter in enumerate(letters):
        place = word.find(letter, place) + 1
        if not place:
            return number
    return len(letters)


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
