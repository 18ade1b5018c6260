"""Parquet tables, read a thousand rows at a time; columns are guessed or named as those of CSV."""

import tempfile
from collections.abc import Iterator
from datetime import date as Date
from typing import IO, Any

from kg.errors import KgError, SourceError, UnknownFormat
from kg.records import Paper, Rejected
from kg.sources.columns import guessed, row_of
from kg.sources.extras import need
from kg.sources.opening import Source

ROWS = 1000
"""Rows that are held at once."""

MAX_FILE = 4_000_000_000
"""Bytes of a file that is copied to be read."""


def sniff(head: str) -> bool:
    """True for the format's first four letters."""
    return head.startswith("PAR1")


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a row."""
    parquet = need("pyarrow.parquet", "reading Parquet")
    with tempfile.TemporaryFile() as file:
        _copy(source.stream, file, source.name)
        try:
            table = parquet.ParquetFile(file)
            found = guessed(table.schema_arrow.names, source.columns)
            if "title" not in found:
                there = ", ".join(table.schema_arrow.names[:20])
                raise UnknownFormat(
                    f"{source.name}: no column is called title (there are: {there}); "
                    "name it: --from 'parquet:title=COLUMN,abstract=COLUMN'"
                )
            for number, row in enumerate(_rows(table, sorted({c for cs in found.values() for c in cs})), 1):
                yield row_of(row, found, f"row {number}", source.name, date)
        except KgError:
            raise
        except Exception as error:  # a damaged file makes the library raise whatever its bytes happen to mean
            reason = " ".join(str(error).split())[:200]
            raise SourceError(f"{source.name}: damaged Parquet ({reason}); get the file again") from error


def _rows(table: Any, columns: list[str]) -> Iterator[dict[str, Any]]:
    for batch in table.iter_batches(batch_size=ROWS, columns=columns):
        yield from batch.to_pylist()


def _copy(stream: IO[bytes], file: IO[bytes], name: str) -> None:
    """Parquet is read from its end, so that a stream must become a file first."""
    size = 0
    while piece := stream.read(1_000_000):
        size += len(piece)
        if size > MAX_FILE:
            raise SourceError(f"{name}: larger than {MAX_FILE:,} bytes; cut it into several files")
        file.write(piece)
