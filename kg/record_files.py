"""``records.jsonl``: one paper a line with its text, raw mentions, text hash and the extractor's version.

A running build keeps a journal beside it, ``records.jsonl.part``, one flushed line a paper. A build that was killed
leaves the journal; a half-written last line is dropped when it is read again.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from kg.errors import Locked, NotBuilt, OutputError
from kg.records import Extraction, Rejected
from kg.writing import text_file

RECORDS = "records.jsonl"
JOURNAL = "records.jsonl.part"
REJECTED = "rejected.jsonl"


def read_records(folder: Path) -> Iterator[Extraction]:
    """The records of a built folder, in the order of their papers' keys; raises NotBuilt where there are none."""
    path = folder / RECORDS
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Extraction.model_validate_json(line)
                except ValidationError as error:
                    raise NotBuilt(f"{path}, line {number}: not a record of kg; build anew with kg build") from error
    except FileNotFoundError as error:
        raise NotBuilt(f"{folder}: no {RECORDS} there; run kg build SOURCE -o {folder} first") from error


def write_records(folder: Path, records: Iterable[Extraction]) -> None:
    """Write the records sorted by key, and remove the journal."""
    with text_file(folder / RECORDS) as file:
        for record in sorted(records, key=lambda r: r.paper.key):
            file.write(line_of(record))
    (folder / JOURNAL).unlink(missing_ok=True)


def line_of(record: Extraction) -> str:
    """A record as a line of JSON; fields at their defaults are left out."""
    return record.model_dump_json(exclude_defaults=True) + "\n"


def read_journal(folder: Path) -> Iterator[Extraction]:
    """The records that a killed build had finished; what cannot be read (a torn last line) is dropped."""
    path = folder / JOURNAL
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                yield Extraction.model_validate_json(line)
            except ValidationError:
                continue


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one build; raises Locked while another process builds into it."""
    try:
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot write there ({str(error.strerror).lower()}); choose another with -o"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked(
                f"{folder}: another build is writing there; wait for it or choose another folder with -o"
            ) from error
        yield


def write_rejected(folder: Path, rejected: Iterable[Rejected]) -> None:
    """List the records that did not become papers; no file where there are none."""
    rows = list(rejected)
    path = folder / REJECTED
    if not rows:
        path.unlink(missing_ok=True)
        return
    with text_file(path) as file:
        file.writelines(json.dumps(row.model_dump(), ensure_ascii=False) + "\n" for row in rows)
