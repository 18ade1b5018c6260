"""Daily Papers: the list of a day, as the service's JSON. ``KG_HF_URL`` names another address than its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import date as Date

from kg.fetch.client import Client, Request, base_of

BASE = "https://huggingface.co"
PACE = 1.0
PAGE = 100
"""Papers of one answer; the service gives no more."""

SETTLED = 4
"""Days after which a list no longer changes and isn't asked for again."""


def pages(client: Client, date: Date | None = None, days: int = 1) -> Iterator[tuple[str, bytes]]:
    """Address and body of each list: of a date and the days before it, the oldest first; without a date, the newest."""
    listed = [None] if date is None and days == 1 else _days(date or datetime.now(UTC).date(), days)
    for day in listed:
        number = 0
        while True:
            request = request_of(day, number)
            body = client.get(request)
            yield request.address, body
            if day is None or len(entries(body)) < PAGE:
                break
            number += 1


def request_of(day: Date | None, number: int = 0) -> Request:
    """The request for a page of a day's list.

    >>> request_of(Date(2025, 9, 18)).address
    'https://huggingface.co/api/daily_papers?limit=100&date=2025-09-18'
    """
    parameters = {"limit": str(PAGE)}
    if day:
        parameters["date"] = day.isoformat()
    if number:
        parameters["p"] = str(number)
    settled = day is not None and (datetime.now(UTC).date() - day).days >= SETTLED
    return Request(f"{base_of('KG_HF_URL', BASE)}/api/daily_papers", parameters, entries, 30 * 86_400 if settled else 0)


def entries(body: bytes) -> list[object]:
    """The entries of an answer; raises ValueError where it is no list of papers."""
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) and "paper" in one for one in found):
        raise ValueError("no list of papers")
    return found


def _days(last: Date, days: int) -> list[Date | None]:
    return [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
