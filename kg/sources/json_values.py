"""The objects of a JSON text one by one: lines, an array, a list within an object, or a single object.

No more than one object is held in memory. An object that is no JSON is told of and passed over, and reading goes on
with the next that looks like those before it, so that a damaged file gives all the papers that are whole.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.opening import MAX_LINE, Source

LISTS = ("results", "data", "notes", "papers", "works", "items", "dailyPapers", "search-results", "records")
"""Keys under which services put their list of papers."""

PIECE = 262_144

TRIES = 1_000
"""How many openings are tried in a window to find the next good object after a bad one."""

_DECODER = json.JSONDecoder(strict=False)
_FILLING = re.compile(r"[\s,:\[\]}\x1e\ufeff\x00]+")
_GARBAGE = re.compile(r'"?[^{"\n]*')
_KEY = re.compile(r'"([\w-]+)"\s*:')
_MEMBER = re.compile(r'[\s,]*("(?:[^"\\]|\\.)*")\s*:\s*')
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)

Found = tuple[str, "dict[str, Any] | str"]
"""A place in the source, and the object there or the reason why there is none."""

Entry = Callable[[dict[str, Any], str, str, Date | None], Paper | Rejected]


def is_json(head: str) -> bool:
    """True where a text opens like JSON, or most of its lines do."""
    start = head.lstrip("\ufeff \t\r\n\x1e\x00")
    if start.startswith("{") or re.match(r"\[\s*[\[{\]]", start):
        return True
    lines = [line for line in start.splitlines() if line.strip()]
    return len(lines) > 1 and sum(line.startswith('{"') for line in lines) * 2 >= len(lines)


def keys(head: str) -> set[str]:
    """The keys of all objects at the beginning of a JSON text."""
    return set(_KEY.findall(head))


def objects(source: Source) -> Iterator[Found]:
    """The objects of a source in their order."""
    yield from (_of_lines(source) if _in_lines(source.head) else _Values(source).read())


def records(source: Source, date: Date | None, entry: Entry) -> Iterator[Paper | Rejected]:
    """What a reader's `entry` makes of each object: (object, place, name of the source, date) → paper or rejected."""
    for place, found in objects(source):
        if isinstance(found, str):
            yield Rejected(source=source.name, record=place, reason=found)
        else:
            yield entry(found, place, source.name, date)


def decoded(text: str) -> dict[str, Any] | str:
    """The object that a text is, or why it is none."""
    if len(text) > MAX_LINE:
        return f"longer than {MAX_LINE:,} characters"
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        return _reason(error)
    return found if isinstance(found, dict) else "not a JSON object"


def inner(found: dict[str, Any]) -> list[Any] | None:
    """The list of papers in an object that is an answer of a service; None where it is a paper itself."""
    if isinstance(found.get("title"), str):
        return None
    for key in LISTS:
        value = found.get(key)
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return value
    return None


def _in_lines(head: str) -> bool:
    if head.lstrip("\ufeff \t\r\n").startswith("["):
        return False
    return any(line.startswith("{") and isinstance(decoded(line), dict) for line in head.splitlines()[:50])


def _of_lines(source: Source) -> Iterator[Found]:
    for number, line in enumerate(source.lines(), 1):
        line = line.strip("\ufeff\x1e\x00 \t")
        if line:
            yield from _opened(f"line {number}", decoded(line))


def _opened(place: str, found: dict[str, Any] | str) -> Iterator[Found]:
    """The object, or the objects in its list."""
    within = inner(found) if isinstance(found, dict) else None
    if within is None:
        yield place or "record 1", found
        return
    for number, one in enumerate(within, 1):
        yield f"{place}, record {number}".lstrip(", "), one


def _reason(error: Exception) -> str:
    words = getattr(error, "msg", "") or str(error)
    return "too deeply nested" if isinstance(error, RecursionError) else f"not JSON ({words.lower()})"


class _Values:
    """A window that moves over the text: `text[at:]` is what was read and not yet used."""

    def __init__(self, source: Source) -> None:
        self._stream = source.text()
        self.text, self.at, self.ended = "", 0, False
        self.number = 0
        self.like: dict[str, Any] = {}  # the first good object: others have most of its keys
        self.barren = False  # no good object begins in what is left of the window

    def read(self) -> Iterator[Found]:
        """Objects in order; arrays and the lists of answers are opened."""
        while self._filled():
            first = self.text[self.at]
            if first == "{":
                yield from self._object()
            elif first != '"' or not self._member():
                self._skip(_GARBAGE)
                yield self._no("not a JSON object")

    def _filled(self) -> bool:
        """Go to the next place that is neither white space nor punctuation between objects; False at the end."""
        while True:
            self._skip(_FILLING)
            if self.at < len(self.text):
                return True
            if not self._more():
                return False

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _more(self) -> bool:
        """Read on, forget what was used; False at the end or where what is left is longer than any record."""
        left = len(self.text) - self.at
        if self.ended or left > MAX_LINE:
            return False
        piece = self._stream.read(max(PIECE, left))  # doubling: a long record is not decoded over and over
        self.text, self.at, self.ended, self.barren = self.text[self.at :] + piece, 0, not piece, False
        return bool(piece)

    def _no(self, reason: str) -> Found:
        self.number += 1
        if self.at > 4096:  # the decoder counts the lines from the start of its text at each error
            self.text, self.at = self.text[self.at :], 0
        return f"record {self.number}", reason

    def _object(self) -> Iterator[Found]:
        while True:
            try:
                found, self.at = _DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if self._entered():
                    return
                after, missing = self._next_like(), ""
                if after is None:
                    after = _close(self.text, self.at)
                    if after is None and self._more():
                        continue
                if after is None:
                    missing = "the end of the object is missing; "
                    missing = missing if self.ended else f"longer than {MAX_LINE:,} characters; "
                self._go_on(after)
                yield self._no(missing + _reason(error))
                return
            self.number += 1
            self.like = self.like or (found if inner(found) is None else {})
            yield from _opened(f"record {self.number}" if self.number > 1 else "", found)
            return

    def _entered(self) -> bool:
        """Step into the list of an object like ``{"meta": …, "results": [`` that is too long to be read at once."""
        at = self.at + 1
        while not self.number and (match := _MEMBER.match(self.text, at)):
            at = match.end()
            if match[1].strip('"') in LISTS and self.text.startswith("[", at):
                self.at = at
                return True
            try:
                _, at = _DECODER.raw_decode(self.text, at)
            except (ValueError, RecursionError):
                return False
        return False

    def _member(self) -> bool:
        """Pass over a member that follows the list of an answer: a key, a colon and a value."""
        while True:
            match = _MEMBER.match(self.text, self.at)
            try:
                if match:
                    _, self.at = _DECODER.raw_decode(self.text, match.end())
                    return True
            except (ValueError, RecursionError):
                pass
            if not self._more():
                return False

    def _next_like(self) -> int | None:
        """Where the next good object begins in the window: most keys of the first good one are its keys."""
        if not self.like or self.barren:
            return None
        opening = re.compile(r'\{\s*"(?:' + "|".join(map(re.escape, self.like)) + r')"\s*:')
        for tries, match in enumerate(opening.finditer(self.text, self.at + 1)):
            if tries > TRIES:
                break
            try:
                found, _ = _DECODER.raw_decode(self.text, match.start())
            except (ValueError, RecursionError):
                continue
            if 2 * len(self.like.keys() & found) > len(self.like):
                return match.start()
        self.barren = True
        return None

    def _go_on(self, after: int | None) -> None:
        """Behind a bad object; where its end isn't known, at the next good one, else at the end of the source."""
        while after is None:
            self.at = len(self.text)
            if not self._more():
                return
            after = self._next_like()
        self.at = after


def _close(text: str, at: int) -> int | None:
    """Where the object that opens at a place ends; None where it doesn't."""
    depth = 0
    for match in _STRUCTURE.finditer(text, at):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth <= 0:
            return match.end()
    return None
