"""The endpoint answers as the SPARQL 1.1 Protocol says; the cases are in ``protocol_cases.toml``."""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import rdflib
from starlette.testclient import TestClient

CASES = tomllib.loads((Path(__file__).parent / "protocol_cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_request_is_answered_as_the_protocol_says(case: dict[str, Any], client: TestClient) -> None:
    headers = {"accept": case["accept"]} if "accept" in case else {}
    body = case.get("body", "")
    if "form" in case:
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode([(n, v) for n, v in case["form"]])
    elif case.get("type"):
        headers["content-type"] = case["type"]
    address = "/sparql?" + urlencode([(n, v) for n, v in case.get("params", [])])
    response = client.request(case["method"], address, headers=headers, content=body.encode())

    assert response.status_code == case["status"], response.text
    if "answers" in case:
        assert response.headers["content-type"] == case["answers"]
    if "truth" in case:
        assert response.json()["boolean"] is case["truth"]


def test_a_body_that_is_not_utf_8_is_refused(client: TestClient) -> None:
    for kind, body in (
        ("application/sparql-query", b"ASK {} # \xff"),
        ("application/x-www-form-urlencoded", b"query=%ff"),
    ):
        assert client.post("/sparql", content=body, headers={"content-type": kind}).status_code == 400


def test_without_a_query_the_service_is_described_or_the_form_shown(client: TestClient) -> None:
    turtle = client.get("/sparql", headers={"accept": "text/turtle"})
    service = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    graph = rdflib.Graph().parse(data=turtle.text, format="turtle")

    assert [str(x) for x in graph.objects(None, service.endpoint)] == ["http://testserver/sparql"]
    assert client.get("/sparql", headers={"accept": "text/html"}).text.startswith("<!doctype html>")
    assert client.get("/sparql", headers={"accept": "image/png"}).status_code == 406


def test_pages_of_any_origin_may_ask(client: TestClient) -> None:
    preflight = client.options("/sparql", headers={"origin": "https://e.org", "access-control-request-method": "POST"})
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"origin": "https://e.org"})

    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_what_is_too_long_is_refused(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK {}" + " " * 9000}).status_code == 414
    long = b"ASK {}" + b" " * (1 << 20)
    kind = {"content-type": "application/sparql-query"}
    assert client.post("/sparql", content=long, headers=kind).status_code == 413
    assert client.post("/sparql", content=iter([long[: 1 << 19]] * 3), headers=kind).status_code == 413
    assert client.get("/sparql?" + "&".join(["a=b"] * 200)).status_code == 400


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%7B%7D", "/nothing", "/id/none", "/static/style.css"])
def test_every_response_carries_the_security_headers_and_no_version(path: str, client: TestClient) -> None:
    headers = client.get(path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/..%2fapp.py"]
)
def test_paths_cannot_leave_the_folder(path: str, client: TestClient) -> None:
    assert client.get(path).status_code == 404
