"""A local server that answers as the services do, and as they do on bad days."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kg.fetch.client import Limits


@dataclass
class Answer:
    """What the server says: a body cut to `sent` bytes, after `wait` seconds."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    sent: int | None = None


@dataclass
class Asked:
    """A request that came: path, parameters and headers."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


class Service:
    """The address of the server, the requests that came, and what it says.

    `faults` are said first, one a request; then `says` is asked.
    """

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[Asked] = []
        self.faults: list[Answer] = []
        self.says: Callable[[Asked], Answer] = lambda _: Answer(b"[]")
        self.stopping = threading.Event()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    """A running service; both real ones lead to it, and the cache is empty."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}, dict(self.headers))
            service.asked.append(asked)
            answer = service.faults.pop(0) if service.faults else service.says(asked)
            service.stopping.wait(answer.wait)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.sent])
            self.close_connection = answer.sent is not None

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that has given up
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("KG_HF_URL", service.address)
    monkeypatch.setenv("KG_ARXIV_URL", service.address)
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    for proxy in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    yield service
    service.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def quick() -> Limits:
    """Limits under which nothing waits long."""
    return Limits(connect=10, silence=10, whole=10, size=100_000, attempts=4, wait=0.001, longest_wait=0.002)


def daily(*numbers: str) -> bytes:
    """A list of Daily Papers with papers of these numbers."""
    return json.dumps(
        [
            {
                "paper": {"id": n, "title": f"Paper {n}", "summary": "We add.", "authors": [{"name": "Ada Noor"}]},
                "publishedAt": "2025-09-18T00:00:00.000Z",
            }
            for n in numbers
        ]
    ).encode()


def atom(*numbers: str, total: int | None = None) -> bytes:
    """A page of arXiv's answer with papers of these numbers."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{n}v1</id><published>2025-09-18T00:00:00Z</published><title>Paper {n}</title>"
        f"<summary>We add.</summary><author><name>Ada Noor</name></author></entry>\n"
        for n in numbers
    )
    count = len(numbers) if total is None else total
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        '<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"{count}</opensearch:totalResults>\n{entries}</feed>\n"
    ).encode()


@pytest.fixture(scope="session")
def daily_list() -> Callable[..., bytes]:
    """`daily`, for the tests."""
    return daily


@pytest.fixture(scope="session")
def atom_page() -> Callable[..., bytes]:
    """`atom`, for the tests."""
    return atom


@pytest.fixture(scope="session")
def answer() -> type[Answer]:
    """`Answer`, for the tests."""
    return Answer
