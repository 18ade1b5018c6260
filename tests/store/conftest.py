"""A small graph written by hand, and the one built from the page of the general fixtures."""

import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``graph.ttl`` and ``evidence.ttl`` of this folder."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("graph.ttl", "evidence.ttl"):
        shutil.copy(HERE / name, folder)
    return folder
