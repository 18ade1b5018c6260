"""What reads and writes files opens no connection."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.exporters import EXPORTERS


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for a name or a connection is found out."""

    def caught(*words: object, **options: object) -> None:
        raise AssertionError(f"a connection was asked for: {words}")

    monkeypatch.setattr(socket, "getaddrinfo", caught)
    monkeypatch.setattr(socket.socket, "connect", caught)
    monkeypatch.setattr(socket.socket, "connect_ex", caught)


@pytest.mark.usefixtures("_no_network")
def test_building_extracting_and_exporting_open_no_connection(
    kg: Callable[..., Any], page: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"

    for words in (
        ("extract", page),
        ("build", page, "-o", folder),
        ("export", folder, "--formats", ",".join(EXPORTERS)),
        ("show", "LSTM", "-g", folder),
        ("stats", folder),
        ("report", folder),
    ):
        done = kg(*words)
        assert done.status == 0, done.err
