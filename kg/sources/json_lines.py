"""JSON Lines, a JSON array or a single object: papers with ``title``, ``abstract``, ``id``, ``url``, ``date``, …

Reads what `kg extract` and `kg fetch` print, and objects whose keys have the usual other names (`kg.sources.columns`).
"""

from collections.abc import Iterator
from datetime import date as Date

from kg.records import Paper, Rejected
from kg.sources.columns import NAMES, folded, guessed, row_of
from kg.sources.json_values import is_json, keys, objects
from kg.sources.opening import Source


def sniff(head: str) -> bool:
    """True for JSON of which some key is a name of the title."""
    return is_json(head) and any(folded(k) in NAMES["title"] for k in keys(head))


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper or a rejected record an object."""
    known: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for place, found in objects(source):
        if isinstance(found, str):
            yield Rejected(source=source.name, record=place, reason=found)
            continue
        shape = tuple(found)
        if shape not in known:
            if len(known) > 1000:
                known.clear()
            known[shape] = guessed(shape, source.columns)
        yield row_of(found, known[shape], place, source.name, date)
