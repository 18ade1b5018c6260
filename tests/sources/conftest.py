"""Shared by the tests of the readers."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.records import Paper, Rejected
from kg.sources import read_source, source_of

Read = Callable[..., tuple[list[Paper], list[Rejected]]]


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder with an example of every format."""
    return Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def read_bytes() -> Read:
    """A function from bytes to papers and rejected records."""

    def read(data: bytes | str, format: str | None = None, **options: object) -> tuple[list[Paper], list[Rejected]]:
        data = data.encode() if isinstance(data, str) else data
        found = list(read_source(source_of("given", io.BytesIO(data)), format, **options))  # type: ignore[arg-type]
        return [f for f in found if isinstance(f, Paper)], [f for f in found if isinstance(f, Rejected)]

    return read
