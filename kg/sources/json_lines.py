"""JSON Lines: a paper an object, ``{"title", "abstract", "id", "url", "date", …}``, one a line.

Reads what `kg extract` and `kg fetch` print, too: fields that a paper does not have are passed over.
"""

import json
from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from pydantic import ValidationError

from kg.records import Paper, Rejected
from kg.sources.opening import MAX_LINE, Source

FIELDS = frozenset(Paper.model_fields)


def sniff(head: str) -> bool:
    """True where the first line that is not blank opens a JSON object."""
    first = next((line for line in head.lstrip("\ufeff").splitlines() if line.strip()), "")
    return first.lstrip().startswith("{") and '"' in first


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper or a rejected record a line; blank lines count for nothing."""
    for number, line in enumerate(source.lines(), 1):
        if line.strip():
            yield paper_of(line, f"line {number}", source.name, date)


def paper_of(line: str, place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper that a line of JSON tells of, or why there is none."""

    def reject(reason: str) -> Rejected:
        return Rejected(source=source, record=place, reason=reason)

    if len(line) > MAX_LINE:
        return reject(f"longer than {MAX_LINE:,} characters")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return reject(f"not JSON ({str(error) or 'too deeply nested'})")
    if not isinstance(found, dict):
        return reject("not a JSON object")
    return record_of(found, place, source, date)


def record_of(found: dict[str, Any], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """Validate a plain dict whose keys are the fields of a paper; other keys are ignored."""
    kept = {k: v for k, v in found.items() if k in FIELDS and v not in (None, "", [])}
    kept.setdefault("date", date)
    kept.setdefault("source", source)
    try:
        return Paper.model_validate(kept)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "record"
        return Rejected(source=source, record=place, reason=f"{field}: {first['msg'].lower()}")
