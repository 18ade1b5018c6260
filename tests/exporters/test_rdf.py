"""RDF is written as statements that every reader understands alike, the same bytes each time, with valid IRIs."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg import __version__
from kg.exporters.content import Content
from kg.exporters.rdf import prefixes_of, write_graph, write_jsonld, write_ntriples, write_turtle
from kg.exporters.rdf.evidence import evidence_triples, mention_triples
from kg.exporters.rdf.evidence_turtle import evidence_turtle
from kg.exporters.rdf.facts import graph_triples
from kg.exporters.rdf.terms import decimal, declared, iri_of_url, is_forge
from kg.graph import add_links, assemble
from kg.ontology import concept_id
from kg.records import Concept, Link, Mention, Paper
from kg.validation import violations

BASE = "https://example.org/id/"
FORMATS = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld"}
PAPERS = (
    Paper(
        title='Gate "Net"',
        abstract="GateNet beats the\nLSTM.",
        id="7",
        arxiv_id="2509.1",
        doi="10.1/x y",
        venue="V",
        date=date(2025, 9, 18),
        authors=("Ann",),
        keywords=("rnn", "rnn"),
        url="https://e.org/a b",
        code=("https://github.com/a/gate", "e.org/page"),
    ),
    Paper(title="Über 概念", abstract="See https://github.com/a/gate"),
)
MENTIONS = {
    PAPERS[0].key: (
        Mention(
            text="GateNet",
            type="Architecture",
            concept="gatenet",
            role="introduces",
            start=0,
            end=7,
            confidence=0.9,
            source="tagger",
        ),
        Mention(
            text="LSTM",
            type="Architecture",
            concept="lstm",
            role="compares_to",
            start=18,
            end=22,
            confidence=1,
            source="lexicon",
        ),
        Mention(
            text="LSTM",
            type="Method",
            concept="gatenet",
            role="uses",
            start=18,
            end=22,
            confidence=0.5,
            source="tagger",
        ),
    ),
    PAPERS[1].key: (
        Mention(
            text="https://github.com/a/gate",
            type="Code",
            label="https://github.com/a/gate",
            role="has_code",
            start=4,
            end=29,
            confidence=0.9,
            source="urls",
        ),
    ),
}
CONCEPTS = {
    "gatenet": Concept(
        id="gatenet", label="GateNet", kind="Architecture", broader=("lstm",), aliases=("GateNet", "gate")
    ),
    "lstm": Concept(
        id="lstm",
        label="LSTM",
        kind="Architecture",
        exact_match=("http://www.wikidata.org/entity/Q1",),
        source="scheme",
    ),
}


def content_of(papers: Iterable[Paper] = PAPERS, base: str = BASE, evidence: bool = True) -> Content:
    """The content of some papers with the mentions above."""
    known = sorted(papers, key=lambda paper: paper.key)
    pairs = [(paper, MENTIONS.get(paper.key, ())) for paper in known]
    graph = assemble(pairs, CONCEPTS.__getitem__, base)
    ends = [paper.key for paper in known[:2]]
    links = (Link(source=ends[0], target=ends[1], weight=0.25, shared=("lstm",)),) if len(ends) == 2 else ()
    add_links(graph, links)
    when = datetime(2025, 9, 18, tzinfo=UTC)
    return Content(graph, lambda: iter(pairs), CONCEPTS, links, base, __version__, when, evidence)


def written(folder: Path, content: Content) -> dict[str, bytes]:
    for write in (write_turtle, write_ntriples, write_jsonld):
        write(content, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def parsed(data: bytes, format: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=data, format=FORMATS[format])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader uses it
@pytest.mark.parametrize("part", ["graph", "evidence"])
def test_all_formats_hold_the_same_graph_for_rdflib_and_for_oxigraph(part: str, tmp_path: Path) -> None:
    files = written(tmp_path, content_of())

    graphs = {format: parsed(files[f"{part}.{format}"], format) for format in FORMATS}
    assert isomorphic(graphs["ttl"], graphs["nt"])
    assert isomorphic(graphs["ttl"], graphs["jsonld"])
    oxigraph = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    read = {f: {q.triple for q in ox.parse(files[f"{part}.{f}"], format=oxigraph[f])} for f in FORMATS}
    assert read["ttl"] == read["nt"] == read["jsonld"]
    assert len(read["ttl"]) == len(graphs["ttl"]) == files[f"{part}.nt"].count(b"\n")


def test_the_bytes_are_the_same_each_time(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    assert written(one, content_of()) == written(two, content_of(reversed(PAPERS)))


def test_turtle_declares_its_prefixes_in_sorted_order_and_uses_them(tmp_path: Path) -> None:
    text = written(tmp_path, content_of())["graph.ttl"].decode()

    prefixes = re.findall(r"^@prefix (\S*): ", text, re.MULTILINE)
    assert prefixes == sorted(prefixes)
    assert f"@prefix concept: <{BASE}concept/> ." in text
    assert "concept:lstm a skos:Concept , kg:Architecture , kg:Method" in text


def by_the_serialiser(content: Content, triples: Callable[[Content], Iterator[ox.Triple]] = evidence_triples) -> str:
    """The evidence, or the graph, as Turtle without a short cut."""
    prefixes = prefixes_of(content.base)
    whole = ox.serialize(triples(content), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b""
    return whole.decode()[len(declared(prefixes)) :]


@pytest.mark.parametrize("base", [BASE, "https://example.org/100%25/a#", "urn:example:"])
def test_evidence_filled_into_a_pattern_is_what_the_serialiser_writes(base: str) -> None:
    content = content_of(base=base)

    assert "".join(evidence_turtle(content, prefixes_of(base))) == by_the_serialiser(content)


@given(texts=st.tuples(st.text(), st.text(), st.text()), confidence=st.floats(0, 1), concept=st.text(max_size=5))
def test_any_text_is_filled_in_as_the_serialiser_writes_it(
    texts: tuple[str, str, str], confidence: float, concept: str
) -> None:
    title, name, abstract = (Paper(title=f"A {text}").title for text in texts)
    facts = {"start": 2, "end": 2 + len(name), "text": name, "confidence": confidence, "source": name}
    mention = Mention(**facts, type="Method", concept=concept_id(concept), role="uses", field="title")
    pairs = [(Paper(title=title, abstract=abstract), (mention, mention))]
    content = replace(content_of(()), papers=lambda: iter(pairs))

    assert "".join(evidence_turtle(content, prefixes_of(BASE))) == by_the_serialiser(content)


@pytest.mark.parametrize("base", [BASE, "https://example.org/100%25/a#", "urn:example:", "https://schema.org/"])
def test_links_filled_into_a_pattern_are_what_the_serialiser_writes(base: str, tmp_path: Path) -> None:
    one, two = (paper.key for paper in PAPERS)
    content = replace(
        content_of(base=base),
        links=(
            Link(source=one, target=two, weight=0.25, shared=("lstm",)),
            Link(source=one, target=f"{two}-2", weight=0.5, shared=("gatenet", "lstm")),
            Link(source="paper/0a", target=two, weight=1, shared=("lstm", "über", "a.b-1.", "gatenet")),
            Link(source=two, target="paper/z", weight=1e-9, shared=("lstm",)),
        ),
    )

    write_graph(content, tmp_path, "ttl")
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    assert text == declared(prefixes_of(base)) + by_the_serialiser(content, graph_triples)


def test_json_ld_is_compact(tmp_path: Path) -> None:
    data = json.loads(written(tmp_path, content_of())["graph.jsonld"])

    assert [n for n in data["@graph"] if n["@id"] == "concept:gatenet"] == [
        {
            "@id": "concept:gatenet",
            "@type": ["skos:Concept", "kg:Architecture", "kg:Method"],
            "prefLabel": "GateNet",
            "altLabel": "gate",
            "broader": "concept:lstm",
            "inScheme": "kg:scheme",
        }
    ]


def test_without_evidence_its_file_goes(tmp_path: Path) -> None:
    written(tmp_path, content_of())

    assert sorted(written(tmp_path, content_of(evidence=False))) == ["graph.jsonld", "graph.nt", "graph.ttl"]


def test_a_graph_is_valid_and_every_role_has_its_annotation(tmp_path: Path) -> None:
    files = written(tmp_path, content_of())

    assert violations(parsed(files["graph.nt"] + files["evidence.nt"], "nt")) == []


def test_code_that_a_record_states_is_a_statement_with_evidence_in_the_record(tmp_path: Path) -> None:
    lines = written(tmp_path, content_of())["evidence.nt"].decode().splitlines()
    record = f"<{BASE}{PAPERS[0].key}/record"

    assert sorted(
        line.split(" ", 1)[1] for line in lines if line.startswith(f"{record}#code=2>") and "hasBody" in line
    ) == ["<http://www.w3.org/ns/oa#hasBody> <https://e.org/page> ."]
    assert any(line.startswith(f"{record}#code=1>") and line.endswith(f"hasTarget> {record}> .") for line in lines)


def test_two_readings_of_the_same_characters_are_two_annotations() -> None:
    bodies = {
        t.subject.value.partition("#")[2]: t.object.value.rpartition("/")[2]
        for t in evidence_triples(content_of())
        if t.predicate.value.endswith("hasBody") and isinstance(t.subject, ox.NamedNode)
    }

    assert bodies["char=18,22"] == "lstm"
    assert bodies["char=18,22&n=2"] == "gatenet"


@pytest.mark.parametrize("base", ["https://example.org/a#", "urn:example:", "http://localhost:8000/id/"])
def test_every_own_iri_begins_with_the_base(base: str) -> None:
    subjects = {
        t.subject.value
        for triples in (graph_triples, evidence_triples)
        for t in triples(content_of(base=base))
        if isinstance(t.subject, ox.NamedNode)
    }

    others = {s for s in subjects if not s.startswith(base)}
    assert others == {"https://w3id.org/paper-kg/ns#scheme", "https://github.com/a/gate", "https://e.org/page"}


def test_there_are_no_blank_nodes(tmp_path: Path) -> None:
    files = written(tmp_path, content_of())

    assert not any(
        b"_:" in line.split(b'"')[0] for name in files if name.endswith("nt") for line in files[name].splitlines()
    )


@given(url=st.text() | st.from_regex(r"https?://[^\n]{0,40}"))
def test_every_url_becomes_a_valid_iri(url: str) -> None:
    iri = iri_of_url(url)

    assert ox.NamedNode(iri).value == iri
    assert iri_of_url(iri) == iri


@given(one=st.text(), two=st.text())
def test_urls_that_differ_in_more_than_escapes_have_different_iris(one: str, two: str) -> None:
    from urllib.parse import unquote

    a, b = (unquote(iri_of_url(f"https://e.org/{text}")) for text in (one, two))
    assert (a == b) <= (unquote(one).replace("#", "") == unquote(two).replace("#", ""))


@given(names=st.sets(st.text(min_size=1), min_size=1, max_size=6))
def test_titles_and_names_of_any_letters_give_valid_and_distinct_iris(names: set[str]) -> None:
    from kg.ontology import fold
    from kg.records import fold_title

    papers = [Paper(title=name) for name in names if valid(name)]
    keys = {paper.key: fold_title(paper.title) for paper in papers}
    idents = {name: concept_id(name) for name in names}

    assert len(keys) == len({fold_title(paper.title) for paper in papers})
    assert len(set(idents.values())) == len({fold(name) or name for name in names})
    for tail in (*keys, *(f"concept/{ident}" for ident in idents.values())):
        assert re.fullmatch(r"[a-z/0-9-]+", tail)
        ox.NamedNode(BASE + tail)


def valid(title: str) -> bool:
    """False for titles of which nothing is left when control characters are dropped."""
    try:
        Paper(title=title)
    except ValueError:
        return False
    return True


@given(title=st.text(min_size=1), abstract=st.text(), venue=st.text())
def test_texts_of_any_letters_come_back_unchanged(title: str, abstract: str, venue: str) -> None:
    if not valid(title):
        return
    paper = Paper(title=title, abstract=abstract, venue=venue)
    triples = list(graph_triples(content_of([paper])))

    for format in (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES):
        data = ox.serialize(triples, format=format)
        assert data is not None
        assert {q.triple for q in ox.parse(data, format=format)} == set(triples)
    assert paper.title in {t.object.value for t in triples if isinstance(t.object, ox.Literal)}


def objects(content: Content, subject: str, predicate: str) -> set[str]:
    """What the graph states of a subject (with the base left out) by a property."""
    found = (t for t in graph_triples(content) if str(t.subject) == f"<{BASE}{subject}>")
    return {str(getattr(t.object, "value", t.object)) for t in found if t.predicate.value.endswith(predicate)}


def test_all_that_a_source_says_of_a_paper_is_stated() -> None:
    content, key = content_of(), PAPERS[0].key
    assert objects(content, key, "/terms/title") == {'Gate "Net"'}
    assert objects(content, key, "#type") == {
        "https://schema.org/ScholarlyArticle",
        "http://purl.org/spar/fabio/Preprint",
    }
    assert objects(content, key, "/fabio/hasArXivId") == {"2509.1"}
    assert objects(content, key, "/terms/bibliographicCitation") == {"V"}
    assert objects(content, key, "/sameAs") == {"https://arxiv.org/abs/2509.1", "https://doi.org/10.1/x%20y"}
    assert objects(content, key, "schema.org/url") == {"https://e.org/a%20b"}
    assert objects(content, key, "#introduces") == {f"{BASE}concept/gatenet"}
    assert objects(content, key, "#relatedTo") == {BASE + PAPERS[1].key}
    assert objects(content, PAPERS[1].key, "/sameAs") == objects(content, PAPERS[1].key, "schema.org/url") == set()


def test_the_dataset_counts_what_is_in_it() -> None:
    content = content_of()
    counts = {name: objects(content, "dataset", f"#{name}") for name in ("papers", "concepts", "codes", "links")}
    assert counts == {"papers": {"2"}, "concepts": {str(len(content.concepts))}, "codes": {"2"}, "links": {"1"}}


def test_a_page_is_a_page_and_a_repository_is_source_code() -> None:
    found = [t for t in graph_triples(content_of()) if "github.com/a/gate" in str(t.subject)]
    assert {t.object.value for t in found if t.predicate.value.endswith("#type")} == {
        "https://schema.org/SoftwareSourceCode",
        "https://w3id.org/paper-kg/ns#Code",
    }
    assert [
        is_forge(url) for url in ("https://www.github.com/a", "https://x.hf.co/a", "https://ithub.com/a", "//[")
    ] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("number", "text"), [(0.25, "0.25"), (10.0, "10"), (1e-9, "0"), (100.5, "100.5")])
def test_numbers_are_decimals_without_exponent(number: float, text: str) -> None:
    assert decimal(number).value == text


def test_a_quotation_has_the_characters_before_and_behind_it_in_its_field() -> None:
    paper = Paper(title="On GateNet today", abstract="With GateNet we win.")
    mentions = [
        Mention(
            text="GateNet",
            type="Method",
            concept="gatenet",
            field=field,
            start=start,
            end=start + 7,
            source="t",
            confidence=1,
        )
        for field, start in (("title", 3), ("abstract", 5))
    ]
    found = [
        t
        for m in mentions
        for t in mention_triples(m, paper, BASE + paper.key, BASE, ox.NamedNode(f"{BASE}run/1"), f"{m.start},{m.end}")
    ]
    texts = {
        kind: [t.object.value for t in found if t.predicate.value.endswith(f"#{kind}")] for kind in ("prefix", "suffix")
    }
    assert texts == {"prefix": ["On ", "With "], "suffix": [" today", " we win."]}
