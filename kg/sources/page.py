"""A page of papers copied as text: title, blank line, abstract, blank line, and furniture around them.

What is furniture is told by shape, not by its words. An abstract is a long paragraph or one of several sentences;
the last paragraph before it that may be a title is its title. Never a title: a date, a number or count ("34", "1.2k",
"12 authors"), a lone word in small letters, a line of names. The other short paragraphs are furniture where they open
the page, stand in one run with a date, or have fewer than four words; else they are papers without an abstract. A date
line ("Sep 18", "September 18, 2025") dates the papers that follow. A title that stands right above its abstract, with
no blank line between, is recognised where no other title is waiting.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date as Date

from kg.records import Paper, Rejected, one_line
from kg.sources.dates import date_of, is_date
from kg.sources.fields import paper_of
from kg.sources.opening import MAX_LINE, Source

LONGEST_TITLE = 300

_SENTENCE_END = re.compile(r"[.!?。！？؟][\"”’)\]]*(?:\s+\S|(?<=[。！？])\S)")
_STRUCTURE = re.compile(
    r'^\s*(?:[\w-]+\s*=\s*[{"]|"[\w-]+"\s*:|[A-Z][A-Z0-9]  - |</?\w[^<>]*>|[{}\[\]],?$|@\w+\s*\{|\.\. |%!)'
)
_MARKS = re.compile(r'"\s*[,:;|]\s*["\[{\d-]|\S\t\S|</?\w+[ >]|\w\s*=\s*[{"]')
_COUNT = re.compile(r"[^\w]*\d[\d.,]*\s*[kKmM]?\+?(?:\s+[^\W\d_]+){0,2}[^\w]*|[\W_]+")
_PARTICLE = frozenset(
    ("van", "von", "der", "den", "de", "da", "di", "del", "dos", "la", "le", "al", "bin", "ibn", "et", "al.")
)


def sniff(head: str) -> bool:
    """True for readable text that has paragraphs and whose lines are not those of markup, JSON or a table."""
    start = head.lstrip("\ufeff \t\r\n")
    if not start or start[0] in "<{[@%" or start.startswith(("PAR1", "PK\x03")):
        return False
    unreadable = sum(c == "\ufffd" or (c < " " and c not in "\t\r\n\f\x0b") for c in head)
    lines = [line for line in head.splitlines() if line.strip()]
    structured = max(sum(bool(_STRUCTURE.match(line)) for line in lines) * 5 / max(1, len(lines)), _density(head))
    paragraphs = re.search(r"\n[ \t]*\n", start.replace("\r\n", "\n").replace("\r", "\n"))
    return unreadable * 50 < len(head) and structured <= 1 and bool(paragraphs)


def _density(head: str) -> float:
    """How dense the marks of other formats stand in a text: over 1 where there is one to fewer than twelve words."""
    return len(_MARKS.findall(head)) * 12 / (len(head.split()) + 1)


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """The papers of the page, each with the date of the last date line above it."""
    current: Date | None = date
    run: list[tuple[int, str]] = []
    pending: dict[str, object] | None = None
    opening = True
    for number, lines in blocks(source.lines()):
        text = " ".join(lines)
        at = title_at(run)
        headed = headline(lines) if at != len(run) - 1 or at is None else None
        if headed and (at is None or len(headed[0].split()) > 2):
            run, at = [*run, (number, headed[0])], len(run)
            text = headed[1]
        if len(text) > MAX_LINE:
            yield Rejected(source=source.name, record=f"line {number}", reason=f"longer than {MAX_LINE:,} characters")
        elif not is_abstract(text, after_title=at is not None):
            run.append((number, text))
        elif at is not None:
            if pending:
                yield _paper(pending, source.name)
            heads, current = furniture(run[:at], current, date, opening)
            yield from (_paper({"title": t, "date": current}, source.name) for t in heads)
            current = next((d for _, t in reversed(run[at:]) if (d := date_of(t, date))), current)
            pending = {"title": run[at][1], "abstract": text, "date": current, "place": f"line {run[at][0]}"}
            run, opening = [], False
        elif pending and not run:  # an abstract of several paragraphs
            if len(str(pending["abstract"])) <= MAX_LINE:
                pending["abstract"] = f"{pending['abstract']}\n{text}"
        else:
            yield Rejected(source=source.name, record=f"line {number}", reason="an abstract without a title")
    if pending:
        yield _paper(pending, source.name)
    if not opening:
        heads, current = furniture(run, current, date, opening)
        yield from (_paper({"title": t, "date": current}, source.name) for t in heads)
    elif run:
        reason = "short paragraphs only, no abstract among them"
        yield Rejected(source=source.name, record=f"line {run[0][0]}", reason=reason)


def blocks(lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and the lines of each paragraph; a paragraph longer than a line may be is cut there."""
    start, size, block = 0, 0, list[str]()
    for number, line in enumerate(lines, 1):
        bare = line.strip("\ufeff\u200b \t\f\x0b\x00\xa0")
        if bare:
            start = start or number
            if size <= MAX_LINE:
                block.append(bare)
                size += len(bare) + 1
        elif block:
            yield start, block
            start, size, block = 0, 0, []
    if block:
        yield start, block


def is_abstract(text: str, *, after_title: bool) -> bool:
    """Long paragraphs are abstracts, and after a title shorter ones that are made of sentences.

    >>> is_abstract("We study sums. They converge.", after_title=True)
    True
    >>> is_abstract("Stepsize anything: A unified learning rate schedule", after_title=True)
    False
    """
    if len(text) > LONGEST_TITLE:
        return True
    sentences = len(_SENTENCE_END.findall(text)) + 1
    ends = text.rstrip('"”’)]').endswith((".", "!", "?", "。", "！", "？", "؟"))
    return after_title and ends and (sentences > 1 or len(text) > 100)


def headline(lines: list[str]) -> tuple[str, str] | None:
    """Title and abstract of a paragraph whose first line is the one and whose other lines are the other.

    A text broken to a width has lines of about one length; a title above it ends without a full stop and is followed
    by a line that begins a sentence.
    """
    if (
        len(lines) < 2
        or len(lines[0]) > LONGEST_TITLE
        or is_date(lines[0])
        or lines[0].endswith((".", ",", ";", ":", "-"))
    ):
        return None
    rest = " ".join(lines[1:])
    begins = lines[1][:1].isupper() or not lines[1][:1].isascii()
    shorter = len(lines[0]) + len(lines[1].split()[0]) + 1 <= max(map(len, lines[1:]))
    if begins and shorter and len(rest) > LONGEST_TITLE // 3 and is_abstract(rest, after_title=True):
        return lines[0], rest
    return None


def title_at(run: list[tuple[int, str]]) -> int | None:
    """Which of the short paragraphs before an abstract is its title: the last that may be one."""
    places = [i for i, (_, text) in enumerate(run) if not never_title(text)]
    if len(places) > 1 and is_names(run[places[-1]][1]):
        return places[-2]  # a line of names is one only under something that may be the title
    symbols = [i for i, (_, text) in enumerate(run) if any(unicodedata.category(c) == "So" for c in text)]
    return max(places or symbols, default=None)


def never_title(text: str) -> bool:
    """True for dates, counts, marks and lone words in small letters.

    >>> [never_title(t) for t in ("Sep 18", "34", "12 authors", "akhaliq", "RISING", "2D or 3D?")]
    [True, True, True, True, False, False]
    """
    return is_date(text) or bool(_COUNT.fullmatch(text)) or bool(re.fullmatch(r"@?[a-z0-9_.-]+", text))


def is_names(text: str) -> bool:
    """True for a line of at least two full names.

    >>> is_names("Ada Noor, Kim van der Lee, Bo X. Xu"), is_names("Planning, Search, and Learning")
    (True, False)
    """
    people = [p for p in re.split(r",|;|·|\band\b|&|\s{2,}", re.sub(r"[*†‡\d]", "", text)) if p.strip()]
    return len(people) > 1 and all(_is_name(p.split()) for p in people)


def _is_name(parts: list[str]) -> bool:
    full = [p for p in parts if p not in _PARTICLE]
    return 1 < len(full) <= 4 and all(p[0].isupper() and p.replace(".", "").replace("-", "").isalpha() for p in full)


def furniture(
    run: list[tuple[int, str]], current: Date | None, given: Date | None, opening: bool
) -> tuple[list[str], Date | None]:
    """Of the short paragraphs before a title: those that are titles of papers without an abstract, and the date."""
    dates = [d for _, text in run if (d := date_of(text, given))]
    current = dates[-1] if dates else current
    if opening or any(is_date(text) for _, text in run):
        return [], current
    return [text for _, text in run if len(text.split()) >= 4 and not never_title(text) and not is_names(text)], current


def _paper(said: dict[str, object], source: str) -> Paper | Rejected:
    place = str(said.pop("place", "page"))
    date = said.pop("date", None)
    title = one_line(said.pop("title"))
    return paper_of(place, source, date if isinstance(date, Date) else None, title=title, **said)
