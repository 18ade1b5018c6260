"""Dates in the forms that sources print them.

>>> day("2025-09-18T07:00:00.000Z"), day("Mon, 2 Apr 2007 19:18:42 GMT"), day(2024), day("Sept. 2025")
(datetime.date(2025, 9, 18), datetime.date(2007, 4, 2), datetime.date(2024, 1, 1), datetime.date(2025, 9, 1))

A source that tells only a month or a year is dated on its first day.
"""

import re
from datetime import UTC, datetime
from datetime import date as Date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}.*)?"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
_FORMS = [
    re.compile(rf"(?:{_WEEKDAY},?\s+)?(?:{form})", re.IGNORECASE)
    for form in (
        rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?{_TIME}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?P<month>{_MONTH})(?:,?\s+(?P<year>\d{{4}}))?{_TIME}",
        rf"(?P<year>\d{{4}})(?P<mark>[-/.]?)(?P<number>\d{{2}})(?P=mark)(?P<day>\d{{2}}){_TIME}",
        r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})",
    )
]
_PARTS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<month>{_MONTH}),?\s+(?P<year>\d{{4}})",
        r"(?P<year>\d{4})[-/](?P<number>\d{1,2})(?:[-/]{1,2})?",
        rf"(?P<year>\d{{4}})[-/ ](?P<month>{_MONTH})",
        r"(?P<year>\d{4})(?:[/]{1,3}|\.0)?",
    )
]


def is_date(text: str) -> bool:
    """True for a line that is a day and nothing else, with or without a year.

    >>> is_date("Thursday, September 18th"), is_date("Section 12"), is_date("2025")
    (True, False, False)
    """
    return any(form.fullmatch(text.strip()) for form in _FORMS)


def date_of(text: str, given: Date | None = None) -> Date | None:
    """The day that a line consists of; a missing year is the given date's; None without either.

    >>> date_of("Sep 18", Date(2025, 1, 1)), date_of("18 September 2024", None), date_of("Sep 18", None)
    (datetime.date(2025, 9, 18), datetime.date(2024, 9, 18), None)
    """
    return _first(_FORMS, text.strip(), given)


def day(value: object) -> Date | None:
    """The day of a date, a time, a year, milliseconds since 1970, or a text; None where it tells none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Date):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _of_number(value)
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip()
    return _of_number(int(text)) if text.isascii() and text.isdigit() and len(text) > 9 else _any(text)


def _any(text: str) -> Date | None:
    return _first(_FORMS, text) or _first(_PARTS, text)


def _of_number(value: float) -> Date | None:
    try:
        if 1000 <= value < 10_000:
            return Date(int(value), 1, 1)
        if value > 10**9:
            return datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC).date()
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _first(forms: list[re.Pattern[str]], text: str, given: Date | None = None) -> Date | None:
    for form in forms:
        match = form.fullmatch(text)
        if match:
            parts = match.groupdict()
            year = parts.get("year") or (given and given.year)
            month = parts.get("number") or MONTHS.index(str(parts["month"])[:3].lower()) + 1 if len(parts) > 1 else 1
            return _made(year, month, parts.get("day") or 1) if year else None
    return None


def _made(year: object, month: object, number: object) -> Date | None:
    try:
        return Date(int(str(year)), int(str(month)), int(str(number)))
    except ValueError:
        return None
