"""The small graph of the store's tests, served by the application itself or by a real server."""

import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.serve.app import create_app
from kg.serve.backend import Backend, Limits

with warnings.catch_warnings():  # newer versions of Starlette would have a successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

GRAPH = Path(__file__).parent.parent / "store"


def copied(folder: Path) -> Path:
    """The small graph in a folder."""
    for name in ("graph.ttl", "evidence.ttl"):
        shutil.copy(GRAPH / name, folder)
    return folder


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The application without a network."""
    backend = Backend(copied(tmp_path_factory.mktemp("served")), Limits(timeout=5, rows=1000, workers=2))
    with TestClient(create_app(backend)) as found:
        found.headers["accept"] = "*/*"
        yield found
    backend.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``kg serve`` as a process of its own; its address."""
    folder = copied(tmp_path_factory.mktemp("server"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "kg", "serve", str(folder), "--port", str(port), "--timeout", "2", "--workers", "3"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for _ in range(200):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.communicate(timeout=20)
