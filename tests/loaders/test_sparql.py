import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import NotBuilt, ServiceError
from kg.loaders import sparql
from kg.loaders.sparql import Login, load
from tests.exporters.graphs import hostile


class Store(ThreadingHTTPServer):
    """A graph store that answers what it is told to, and notes what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/store"


class Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "http://me:secret@elsewhere/store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST  # noqa: N815 (the name that the library calls)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    from kg.exporters.rdf import write_turtle

    write_turtle(hostile(), tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "CHUNK", 20)
    monkeypatch.setattr("time.sleep", lambda _: None)


def triples(data: bytes) -> set[ox.Triple]:
    return {q.triple for q in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)}


def test_all_chunks_together_are_the_files(store: Store, outputs: Path) -> None:
    sent = load(store.url, outputs, Login())
    wanted = {q.triple for name in sparql.FILES for q in ox.parse(path=str(outputs / name))}
    assert triples(b"".join(body for *_, body in store.seen)) == wanted
    assert len(store.seen) > 3
    assert sent >= len(wanted)
    assert {(method, path) for method, path, *_ in store.seen} == {("POST", "/store?default")}


def test_replacing_puts_the_first_chunk_and_posts_the_others(store: Store, outputs: Path) -> None:
    load(store.url, outputs, Login(), graph="urn:a&b", replace=True)
    methods = [method for method, *_ in store.seen]
    assert methods == ["PUT", *["POST"] * (len(methods) - 1)]
    assert {path for _, path, *_ in store.seen} == {"/store?graph=urn%3Aa%26b"}


def test_progress_ends_at_the_whole(store: Store, outputs: Path) -> None:
    steps: list[tuple[int, int]] = []
    load(store.url, outputs, Login(), progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1] == sum((outputs / name).stat().st_size for name in sparql.FILES)


def test_a_busy_server_is_asked_again(store: Store, outputs: Path) -> None:
    store.answers = [503, 429]
    load(store.url, outputs, Login())
    assert store.seen[0][3] == store.seen[1][3] == store.seen[2][3]


def test_credentials_go_into_the_header_and_nowhere_else(store: Store, outputs: Path) -> None:
    load(store.url, outputs, Login("me", "p:w ü"))
    assert {headers["Authorization"] for _, _, headers, _ in store.seen} == {"Basic bWU6cDp3IMO8"}
    assert "p:w" not in repr(Login("me", "p:w ü"))


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "SPARQL_USER"), (403, "may not write"), (404, "no graph store"), (405, "no graph store"), (413, "raise"),
     (500, "answered 500"), (503, "answered 503"), (307, "elsewhere/store; use that address")],
)  # fmt: skip
def test_a_refusal_is_one_line_with_the_address_and_the_way_out(
    status: int, words: str, store: Store, outputs: Path
) -> None:
    store.answers = [status] * 3
    with pytest.raises(ServiceError) as caught:
        load(store.url, outputs, Login("me", "s3cret"))
    text = str(caught.value)
    assert text.startswith(f"{store.url}: ")
    assert words in text
    assert "s3cret" not in text
    assert "secret" not in text
    assert "\n" not in text


def test_no_server_is_told(outputs: Path) -> None:
    with pytest.raises(ServiceError, match=r"^http://127\.0\.0\.1:1/store: no server answers there"):
        load("http://127.0.0.1:1/store", outputs, Login())


def test_a_folder_without_a_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match="kg build"):
        load("http://127.0.0.1:1/store", tmp_path, Login())
