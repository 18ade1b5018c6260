"""Whatever is asked over HTTP, the answer is one that ``/openapi.json`` announces, with the headers that protect."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

SOME = settings(deadline=None, suppress_health_check=list(HealthCheck))
PIECES = st.sampled_from(
    "SELECT ASK CONSTRUCT DESCRIBE WHERE { } ( ) * ?s ?p ?o . ; a kg:Dataset FILTER REGEX UNION OPTIONAL GRAPH SERVICE "
    "<http://127.0.0.1:9/> <file:///etc/passwd> FROM LOAD INSERT DROP VALUES BIND LIMIT -1 \\u0053ERVICE ''' \" # % \0 é "
    "PREFIX BASE skos:prefLabel ORDER BY COUNT SUM 1e999 _:b [] ^ | / ! + NOT EXISTS".split(" ")
)
QUERIES = st.lists(PIECES, max_size=25).map(" ".join)
TEXTS = st.one_of(
    st.text(max_size=80), QUERIES, st.sampled_from(["..", "../../etc/passwd", "%00", "concept/lstm", "{}"])
)
ACCEPTS = st.sampled_from(
    [
        "*/*",
        "text/html",
        "text/turtle",
        "application/ld+json",
        "text/csv",
        "image/png",
        "a/b;q=x",
        ",;",
        "*/*;q=0",
        "text/*;q=9",
    ]
)
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
REFUSED = {404, 405, 413, 414, 415}
"""What a request outside the description may be told."""


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    """What ``/openapi.json`` says of each path."""
    found: dict[str, Any] = client.get("/openapi.json").raise_for_status().json()["paths"]
    return found


def statuses(described: dict[str, Any], path: str, method: str) -> set[int]:
    """The statuses that are announced for a method of a path."""
    method = "get" if method == "HEAD" else method.lower()
    return {int(status) for status in described[path].get(method, {}).get("responses", {})}


def check(answer: Any, allowed: set[int]) -> None:
    """One of the statuses, the headers that protect, JSON that is JSON, and nothing of the program's inside."""
    assert answer.status_code in allowed, (answer.status_code, answer.text[:300])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    if answer.headers.get("content-type", "").startswith("application/json") and answer.text:
        json.loads(answer.text)
    assert not [word for word in ("Traceback", "site-packages", "starlette", "uvicorn") if word in answer.text]


@given(data=st.data(), method=METHODS, accept=ACCEPTS, texts=st.lists(TEXTS, min_size=3, max_size=3))
@SOME
def test_any_request_gets_an_announced_answer(
    data: st.DataObject, method: str, accept: str, texts: list[str], client: TestClient, described: dict[str, Any]
) -> None:
    path = data.draw(st.sampled_from(sorted(described)))
    names = data.draw(st.lists(st.sampled_from(["query", "q", "concept", "format", "update", "x"]), max_size=3))
    tail, *values = (quote(text.encode("utf-8", "replace"), safe="/.%") for text in texts)
    query = "&".join(f"{name}={value}" for name, value in zip(names, [*values, tail], strict=False))
    address = f"{path.replace('{tail}', tail).replace('{name}', tail)}?{query}"

    answer = client.request(method, address, headers={"accept": accept}, follow_redirects=False)

    own = {400, *REFUSED, 200, 204} if "{" in path else {405, 415}  # a tail may lead to another path
    check(answer, statuses(described, path, method) | own)


@given(
    query=QUERIES,
    accept=ACCEPTS,
    kind=st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "text/plain", ";;", "é"]),
    raw=st.binary(max_size=40),
)
@SOME
def test_any_body_gets_an_announced_answer(
    query: str, accept: str, kind: str, raw: bytes, client: TestClient, described: dict[str, Any]
) -> None:
    for body in (query.encode(), f"query={quote(query)}".encode(), raw):
        headers = {"accept": accept, "content-type": kind.encode()}
        answer = client.post("/sparql", content=body, headers=headers)  # type: ignore[arg-type]

        check(answer, statuses(described, "/sparql", "POST"))


IDS = st.sampled_from(["concept/long-short-term-memory", "paper/none", "../x", "", "\0", "http://[", "é" * 300])
JSON = st.recursive(st.none() | st.integers() | IDS, lambda inner: st.lists(inner, max_size=5), max_leaves=8)


@given(asked=st.one_of(JSON.map(json.dumps), st.binary(max_size=40), st.just("[" * 50_000)))
@SOME
def test_any_list_of_ids_gets_an_announced_answer(asked: Any, client: TestClient, described: dict[str, Any]) -> None:
    check(client.post("/api/nodes", content=asked), statuses(described, "/api/nodes", "POST"))


def test_every_path_of_the_program_is_described(client: TestClient, described: dict[str, Any]) -> None:
    for path in ("/health", "/sparql", "/ns", "/api/search", "/api/queries", "/api/start"):
        assert path in described
        assert client.get(path).status_code in statuses(described, path, "GET")


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    for length in ("x", "-1", "1e3", "9" * 30, ""):
        answer = client.post("/sparql", content=b"", headers={"content-length": length})

        assert answer.status_code in (400, 413, 415)
