"""Every named query gives the rows of ``expected.txt`` on the small graph: command line, then CSV without bases."""

import csv
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.query import parameters
from kg.errors import NotFound, QueryError
from kg.store.asking import ask
from kg.store.catalogue import catalogue

EXPECTED = (Path(__file__).parent / "expected.txt").read_text(encoding="utf-8").strip().split("\n\n")
BLOCKS = [block.split("\n", 1) for block in EXPECTED]
HOSTILE = st.text() | st.sampled_from(['" . } #', "> } UNION { ?s ?p ?o", "\\u0022", "'''", "?x", "concept/\n"])


def cells(text: str) -> list[list[str]]:
    """The rows of CSV; what was joined by ``; `` or blanks has no order."""
    return [[" ".join(sorted(cell.split("; "))) for cell in row] for row in csv.reader(text.splitlines())]


@pytest.mark.parametrize(("words", "rows"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_a_named_query_gives_its_rows(words: str, rows: str, small: Path) -> None:
    name, *options = words.removeprefix("# ").split(" ")
    answer = ask(small, name, parameters(options), rows="csv").body.decode()

    short = answer.replace("https://example.org/id/", "").replace("https://w3id.org/paper-kg/ns#", "kg:")
    sort = {"papers-mentioning": sorted}.get(name, list)
    got, expected = cells(short.replace("\x1b", "\\e")), cells(rows)
    assert [sort(" ".join(row).split()) for row in got] == [sort(" ".join(row).split()) for row in expected]


def test_every_named_query_is_asked_above_and_says_what_it_answers() -> None:
    asked = {words.split(" ")[1] for words, _ in BLOCKS} | {"around-concept"}

    assert asked == set(catalogue())
    assert all(query.title and query.comment.endswith(".") for query in catalogue().values())
    assert len(catalogue()) >= 15


def test_every_parameter_is_projected_since_it_could_not_be_bound_otherwise() -> None:
    for query in catalogue().values():
        head = query.text.partition("WHERE")[0]
        assert all(f"?{p.name}" in head for p in query.parameters), query.name


def test_the_graph_around_a_concept_is_a_graph(small: Path) -> None:
    answer = ask(small, "around-concept", {"concept": "OakSet"}, graph="nt")
    graph = rdflib.Graph().parse(data=answer.body.decode(), format="nt")

    titles = {str(title) for title in graph.objects(None, rdflib.DCTERMS.title)}
    assert titles == {"Forgetting", "Oaks <b>& \x1b[31mashes"}


@pytest.mark.parametrize("name", ["LSTM", "lstms", "Long Short-Term Memory", "lstm", "concept/lstm"])
def test_a_concept_answers_to_its_label_aliases_identifier_and_other_spellings(name: str, small: Path) -> None:
    assert b"LSTM,true" in ask(small, "aliases", {"concept": name}, rows="csv").body


def test_of_two_concepts_with_one_alias_the_one_that_more_papers_mention_is_meant(small: Path) -> None:
    assert b"GateNet,true" in ask(small, "aliases", {"concept": "gate"}, rows="csv").body


@pytest.mark.parametrize(
    ("name", "why"), [("nothing", "has this name or alias"), ("net", "there are: GateNet, neural")]
)
def test_an_unknown_concept_is_told_with_names_like_it(name: str, why: str, small: Path) -> None:
    with pytest.raises(NotFound, match=why):
        ask(small, "aliases", {"concept": name if name == "nothing" else "net-"})


@pytest.mark.parametrize(
    ("options", "why"),
    [({"colour": "red"}, "has no parameter --colour; it has --concept"), ({}, "")],
)
def test_an_unknown_parameter_is_told_with_the_known_ones(options: dict[str, str], why: str, small: Path) -> None:
    if not why:
        assert ask(small, "papers-using", options).kind == "rows"
        return
    with pytest.raises(QueryError, match=why):
        ask(small, "papers-using", options)


@given(value=HOSTILE)
def test_a_parameter_is_a_term_whatever_it_holds(value: str, small: Path) -> None:
    from kg.store.answers import Question
    from kg.store.opening import open_store, prefixes_of
    from kg.store.worker import reply

    names = {"text": ("text", value)}
    text = "SELECT ?name ?text { ?x dcterms:title|skos:prefLabel ?name FILTER CONTAINS(LCASE(?name), LCASE(?text)) }"
    found = reply(open_store(small), Question(text, prefixes_of(small), names=names, rows="csv"))

    assert found.fault is None
    assert found.body.count(b"\r\n") <= 11 or value == ""
