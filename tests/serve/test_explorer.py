"""What the explorer asks the server for: the first picture, a node with what is around it, nodes by their ids."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kg.building import build
from kg.serve.first_picture import first_picture, picture_json
from kg.store.asking import View
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built."""
    folder = tmp_path_factory.mktemp("example")
    build([ROOT / "examples" / "daily-papers.txt"], folder, formats=("ttl", "html"))
    return folder


def test_the_first_picture_is_that_of_the_page(example: Path) -> None:
    page = (example / "graph.html").read_text(encoding="utf-8")
    written = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    live = first_picture(View(example))

    assert live["about"] == written["about"]
    assert live["nodes"] == sorted(written["nodes"], key=lambda node: node["id"])
    assert live["communities"] == written["communities"]
    assert sorted(map(of_interest, live["edges"])) == sorted(map(of_interest, written["edges"]))


def of_interest(edge: dict[str, Any]) -> tuple[Any, ...]:
    """What the picture shows of an edge."""
    weight = edge["weight"] if edge["kind"] == "SHARES_CONCEPT" else 0
    return edge["from"], edge["to"], edge["kind"], edge.get("roles", [""])[0], weight, sorted(edge.get("shared", []))


def test_the_first_picture_is_kept_until_the_graph_changes(example: Path) -> None:
    text = picture_json(example)
    kept = next((example / "store").glob("*.picture.json"))
    kept.write_text("{}")
    assert picture_json(example) == "{}"

    with (example / "graph.ttl").open("a") as file:
        file.write("\n")
    assert picture_json(example) == text
    assert len(list((example / "store").glob("*.picture.json"))) == 1


def test_a_paper_is_told_with_reasons_roles_and_marks(client: TestClient) -> None:
    found = client.get("/api/around/paper/b").json()
    facts = found["facts"]

    assert (facts["kind"], facts["name"], facts["date"]) == ("Paper", "Forgetting", "2025-09-17")
    assert {role: [r["name"] for r in refs] for role, refs in facts["roles"].items()} == {
        "uses": ["GateNet", "neural network"], "evaluates_on": ["OakSet", "Penn Treebank"], "mentions": ["LSTM"],
    }  # fmt: skip
    assert [(n["name"], n["weight"], {s["name"] for s in n["shared"]}) for n in facts["near"]] == [
        ("GateNet", 0.7, {"GateNet", "Penn Treebank", "LSTM"}), ("Oaks <b>& \x1b[31mashes", 0.2, {"OakSet"}),
    ]  # fmt: skip
    assert [(m["field"], m["start"], m["end"], m["role"], m["target"]["id"]) for m in facts["marks"]] == [
        ("abstract", 13, 20, "uses", "concept/gatenet")
    ]


def test_what_is_around_a_node_comes_as_the_picture_takes_it(client: TestClient) -> None:
    found = client.get("/api/around/concept/gatenet").json()

    assert {node["id"]: node["kind"] for node in found["nodes"]} == {
        "paper/a": "Paper", "paper/b": "Paper", "concept/rnn": "Architecture",
    }  # fmt: skip
    assert {edge["id"]: edge["kind"] for edge in found["edges"]} == {
        "paper/a concept/gatenet": "INTRODUCES",
        "paper/b concept/gatenet": "USES",
        "concept/gatenet concept/rnn": "BROADER",
    }
    assert found["facts"]["aliases"] == ["gate"]
    assert [code["id"] for code in found["facts"]["code"]] == ["https://github.com/a/gatenet"]
    assert found["facts"]["left"] == 0


def test_code_is_a_node_whose_id_is_its_address(client: TestClient) -> None:
    found = client.get("/api/around/https://github.com/a/gatenet").json()

    assert [paper["name"] for paper in found["facts"]["roles"]["has_code"]] == ["Alone", "GateNet"]


@pytest.mark.parametrize("ident", ["paper/none", "link/ab", "dataset", "concept/a%3E%20%7D"])
def test_around_what_is_no_node_there_is_nothing(ident: str, client: TestClient) -> None:
    assert client.get(f"/api/around/{ident}").status_code == 404


def test_nodes_are_found_by_their_ids(client: TestClient) -> None:
    found = client.post("/api/nodes", json=["concept/rnn", "none", "paper/c", "a> } DROP", "concept/rnn"]).json()

    assert [node["id"] for node in found] == ["concept/rnn", "paper/c"]
    assert found[0]["minor"] is True


@pytest.mark.parametrize("body", ["{}", "[1]", "[", ""])
def test_a_list_of_ids_is_needed(body: str, client: TestClient) -> None:
    assert client.post("/api/nodes", content=body).status_code == 400


def test_the_first_picture_is_served(client: TestClient) -> None:
    start = client.get("/api/start").json()

    assert start["about"]["papers"] == 4
    assert {node["id"] for node in start["nodes"]} >= {"paper/a", "concept/net", "https://github.com/a/gatenet"}
