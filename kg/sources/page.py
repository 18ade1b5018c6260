"""A page of papers copied as text: title, blank line, abstract, blank line, and furniture around them.

What is furniture is told by shape, not by its words. An abstract is a long paragraph or one of several sentences;
the short paragraph before it is its title; other short paragraphs are furniture where they open the page, stand in one
run with a date, or have fewer than four words. A date line ("Sep 18", "September 18, 2025") dates the papers
that follow. A title that no abstract follows is a paper without an abstract.
"""

import re
from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime

from kg.records import Paper, Rejected
from kg.sources.opening import MAX_LINE, Source

_DATE = re.compile(
    r"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{4}))?"
    r"|(?P<day2>\d{1,2})\s+(?P<month2>[a-z]{3,9})\.?(?:,?\s+(?P<year2>\d{4}))?"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*\s+\S")


def sniff(head: str) -> bool:
    """True for readable text that has paragraphs and does not open like markup, JSON or a table."""
    start = head.lstrip("\ufeff \t\r\n")
    if not start or "\x00" in head or start[0] in "<{[@%":
        return False
    unreadable = sum(c == "\ufffd" for c in head)
    return unreadable * 50 < len(head) and "\n\n" in re.sub(r"\n[ \t\r]+\n", "\n\n", head.replace("\r\n", "\n"))


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """The papers of the page, each with the date of the last date line above it."""
    current: Date | None = date
    run: list[tuple[int, str]] = []
    pending: dict[str, object] | None = None
    opening = True
    for number, text in paragraphs(source.lines()):
        if len(text) > MAX_LINE:
            yield Rejected(source=source.name, record=f"line {number}", reason=f"longer than {MAX_LINE:,} characters")
        elif not is_abstract(text, after_title=bool(run)):
            run.append((number, text))
        elif run:
            if pending:
                yield Paper.model_validate(pending)
            title = run.pop()
            heads, current = furniture(run, current, date, opening)
            yield from (Paper(title=t, date=current, source=source.name) for t in heads)
            pending = {"title": title[1], "abstract": text, "date": current, "source": source.name}
            run, opening = [], False
        elif pending:  # an abstract of several paragraphs
            pending["abstract"] = f"{pending['abstract']}\n{text}"
        else:
            yield Rejected(source=source.name, record=f"line {number}", reason="an abstract without a title")
    if pending:
        yield Paper.model_validate(pending)
    if not opening:
        heads, current = furniture(run, current, date, opening)
        yield from (Paper(title=t, date=current, source=source.name) for t in heads)
    elif run:
        yield Rejected(source=source.name, record=f"line {run[0][0]}", reason="short paragraphs only, no abstract among them")


def paragraphs(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Number of the first line, and the lines up to the next blank one joined to one text."""
    start, block = 0, list[str]()
    for number, line in enumerate(lines, 1):
        if line.strip():
            start = start or number
            block.append(line.strip())
        elif block:
            yield start, " ".join(block)
            start, block = 0, []
    if block:
        yield start, " ".join(block)


def is_abstract(text: str, *, after_title: bool) -> bool:
    """Long paragraphs are abstracts, and after a title shorter ones that are made of sentences.

    >>> is_abstract("We study sums. They converge.", after_title=True)
    True
    >>> is_abstract("Stepsize anything: A unified learning rate schedule", after_title=True)
    False
    """
    if len(text) > 300:
        return True
    sentences = len(_SENTENCE_END.findall(text)) + 1
    ends = text.rstrip("\"”’)]").endswith((".", "!", "?"))
    return after_title and ends and (sentences > 1 or len(text) > 100)


def furniture(
    run: list[tuple[int, str]], current: Date | None, given: Date | None, opening: bool
) -> tuple[list[str], Date | None]:
    """Of the short paragraphs before a title: those that are titles of papers without an abstract, and the date."""
    dates = [d for _, text in run if (d := date_of(text, given))]
    current = dates[-1] if dates else current
    if opening or any(_DATE.match(text) for _, text in run):
        return [], current
    return [text for _, text in run if len(text.split()) >= 4], current


def date_of(text: str, given: Date | None) -> Date | None:
    """The date that a line consists of; a missing year is the given date's; None without either.

    >>> date_of("Sep 18", Date(2025, 1, 1)), date_of("18 September 2024", None), date_of("Sep 18", None)
    (datetime.date(2025, 9, 18), datetime.date(2024, 9, 18), None)
    """
    match = _DATE.match(text.strip())
    if not match:
        return None
    if match["iso"]:
        return _parsed(match["iso"], "%Y-%m-%d")
    year = match["year"] or match["year2"] or (str(given.year) if given else "")
    month, day = (match["month"] or match["month2"])[:3], match["day"] or match["day2"]
    return _parsed(f"{year} {month} {day}", "%Y %b %d") if year else None


def _parsed(text: str, form: str) -> Date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
