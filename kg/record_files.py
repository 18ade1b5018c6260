"""``records.jsonl``: one paper a line with its text, raw mentions, text hash and the extractor's version.

A running build keeps a journal beside it, ``records.jsonl.part``, one flushed line a paper. The journal is a store of
finished work and never a source of papers: a build takes from it the mentions of the texts that it would have to read
again, and removes it when ``records.jsonl`` is written. So a killed build goes on where it stopped when it is run
again; half a line at the end, which a kill or a full disk leaves, is cut off first.

Two more files are out of sight: ``.lock``, held while a process writes into the folder, and ``.settings.json``, what
the derived files were written with.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from kg.errors import Locked, NotBuilt, OutputError
from kg.records import Extraction, Origin, Paper, Rejected
from kg.writing import settle, text_file

RECORDS = "records.jsonl"
JOURNAL = "records.jsonl.part"
REJECTED = "rejected.jsonl"
SETTINGS = ".settings.json"
_MENTIONS, _ORIGINS = b'},"mentions":[', b',"origins":['
"""Between the paper and its mentions in a line, and after them; inside a text, quotation marks are escaped."""
_SCRATCH = re.compile(r"\..+\.(\d+)\.tmp")

Place = tuple[Path, int]
"""A file and the position of a line in it."""


class Settings(BaseModel):
    """What the derived files of a folder are written with."""

    model_config = ConfigDict(frozen=True)

    base: str | None = None
    evidence: bool = True
    accurate: bool = False


def read_records(folder: Path) -> Iterator[Extraction]:
    """The records of a built folder, in the order of their papers' keys; raises NotBuilt where there are none."""
    return (record for record, _ in _records(folder, mend=False))


def placed_records(folder: Path) -> Iterator[tuple[Extraction, Place]]:
    """`read_records` with the place of each line; half a line at the end, of a file cut short, is passed over."""
    return _records(folder, mend=True)


def _records(folder: Path, *, mend: bool) -> Iterator[tuple[Extraction, Place]]:
    path = folder / RECORDS
    try:
        for number, line, position, last in _lines(path):
            record = record_of(line)
            if record:
                yield record, (path, position)
            elif not (mend and last):
                way_out = "the line was cut short; kg build --append mends it" if last else "build anew with kg build"
                raise NotBuilt(f"{path}, line {number}: not a record of kg; {way_out}")
    except FileNotFoundError as error:
        raise NotBuilt(f"{folder}: no {RECORDS} there; run kg build SOURCE -o {folder} first") from error


def _lines(path: Path) -> Iterator[tuple[int, bytes, int, bool]]:
    """Number, text and position of each line, and whether it is a last one without an end."""
    with path.open("rb") as file:
        position = 0
        for number, line in enumerate(file, 1):
            yield number, line, position, not line.endswith(b"\n")
            position += len(line)


def record_of(line: bytes | str) -> Extraction | None:
    """The record that a line holds; None where it holds none."""
    try:
        return Extraction.model_validate_json(line)
    except ValidationError:
        return None


def line_of(record: Extraction) -> str:
    """A record with the end of its line."""
    return record.as_json() + "\n"


def write_records(folder: Path, records: Iterable[Extraction | str]) -> None:
    """Write the records, or lines of them, which come in the order of their keys."""
    with text_file(folder / RECORDS) as file:
        file.writelines(record if isinstance(record, str) else line_of(record) for record in records)


class Shelf:
    """Finished extractions on disk, found by the text they are of; those of another extractor are not taken.

    Only places are held in memory. `open` as a context before `put`.
    """

    def __init__(self, folder: Path, extractor: str) -> None:
        self._journal = folder / JOURNAL
        self._extractor = extractor
        self._places: dict[str, Place] = {}
        self._file: IO[bytes] | None = None
        if self._journal.exists():
            for _, line, position, torn in _lines(self._journal):
                if not torn and (record := record_of(line)):
                    self.note(record, (self._journal, position))

    def note(self, record: Extraction, place: Place) -> None:
        """Remember where a record stands."""
        if record.extractor == self._extractor:
            self._places[record.paper.text_hash] = place

    def __contains__(self, paper: Paper) -> bool:
        return paper.text_hash in self._places

    def line(self, paper: Paper, origins: tuple[Origin, ...]) -> str:
        """The line of ``records.jsonl`` for a paper whose text was read; raises KeyError where it was not.

        The line on disk is of the same text and maybe of other facts: its mentions are taken over as they stand there.
        """
        path, position = self._places[paper.text_hash]
        with path.open("rb") as file:
            file.seek(position)
            raw = file.readline()
        _, mark, tail = raw.partition(_MENTIONS)
        if mark and not origins and _ORIGINS not in tail:
            return f'{{"paper":{paper.model_dump_json(exclude_defaults=True)[:-1]}{(mark + tail).decode()}'
        mentions = Extraction.model_validate_json(raw).mentions
        return line_of(Extraction(paper=paper, mentions=mentions, extractor=self._extractor, origins=origins))

    def __enter__(self) -> Self:
        cut_torn_line(self._journal)
        self._file = self._journal.open("ab")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            with suppress(OSError):  # told by `put`
                self._file.close()

    def put(self, paper: Paper, record: str) -> None:
        """Add the record of a paper, as JSON, to the journal; raises OutputError where the disk is full."""
        assert self._file is not None
        try:
            position = self._file.seek(0, os.SEEK_END)
            self._file.write(f"{record}\n".encode())
            self._file.flush()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            way_out = "make room and run the same again"
            raise OutputError(f"{self._journal}: cannot be written ({why}); {way_out}") from error
        self._places[paper.text_hash] = (self._journal, position)


def cut_torn_line(path: Path) -> None:
    """Cut off what follows the last line end of a file."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65_536)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                file.truncate(start + found + 1)
                return
            end = start
        file.truncate(0)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one build; what a killed one left is finished where it was complete, else cleared away.

    Raises Locked while another process builds into it.
    """
    try:
        file = (folder / ".lock").open("w")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OutputError(f"{folder}: cannot write there ({why}); choose another folder with -o") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            way_out = "wait for it or choose another folder with -o"
            raise Locked(f"{folder}: another build is writing there; {way_out}") from error
        settle(folder)
        sweep(folder)
        yield


def sweep(folder: Path) -> None:
    """Remove the scratch files of processes that are no more."""
    for path in folder.iterdir():
        match = _SCRATCH.fullmatch(path.name)
        if match and path.is_file() and not _alive(int(match[1])):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def read_rejected(folder: Path) -> list[Rejected]:
    """The records listed as rejected; none where there is no list."""
    path = folder / REJECTED
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")  # a reason may hold U+2028, which is no end of a line here
    return [Rejected.model_validate_json(line) for line in lines if line]


def write_rejected(folder: Path, rejected: Iterable[Rejected]) -> None:
    """List the records that did not become papers, each once, by source and place; no file where there are none."""
    rows = sorted(set(rejected), key=lambda row: (row.source, len(row.record), row.record, row.reason))
    if not rows:
        return
    with text_file(folder / REJECTED) as file:
        file.writelines(json.dumps(row.model_dump(), ensure_ascii=False) + "\n" for row in rows)


def read_settings(folder: Path) -> Settings:
    """The settings of the last build; the usual ones where there are none."""
    try:
        return Settings.model_validate_json((folder / SETTINGS).read_bytes())
    except (FileNotFoundError, ValidationError):
        return Settings()


def write_settings(folder: Path, settings: Settings) -> None:
    """Keep what the derived files are written with."""
    with text_file(folder / SETTINGS) as file:
        file.write(settings.model_dump_json() + "\n")
