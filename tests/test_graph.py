"""Papers, mentions and links as one directed graph, written out."""

from collections.abc import Callable

from kg.graph import add_links, assemble, statements
from kg.records import Concept, Link, Mention, Paper

CONCEPTS = {
    c.id: c
    for c in (
        Concept(id="lstm", label="LSTM", kind="Architecture", aliases=("long short-term memory",), broader=("rnn",)),
        Concept(id="rnn", label="RNN", kind="Architecture", generic=True),
        Concept(id="ptb", label="Penn Treebank", kind="Dataset"),
    )
}
CODE = "https://github.com/example/code"


def test_the_whole_graph_of_two_papers(mention: Callable[..., Mention], told: Callable[..., Paper]) -> None:
    one = told("One", "LSTM LSTM", url="https://example.org/1", date="2025-09-18", authors=["A", "B"])
    two = told("Two", "Penn Treebank", arxiv_id="2509.00001")
    lstm = [
        mention("LSTM", concept="lstm", role="uses", confidence=0.7),
        mention("LSTM", concept="lstm", role="introduces", start=5, confidence=0.8),
    ]
    code = mention(CODE, type="Code", label=CODE, role="has_code", confidence=0.99)
    ptb = mention("Penn Treebank", concept="ptb", type="Dataset", role="evaluates_on")
    graph = assemble([(two, (ptb,)), (one, (*lstm, code))], CONCEPTS.__getitem__, "https://example.org/id/")
    add_links(graph, [Link(source=one.key, target=two.key, weight=0.5, shared=("ptb", "lstm"))])

    assert dict(graph.nodes(data=True)) == {
        one.key: {"kind": "Paper", "label": "One", "iri": f"https://example.org/id/{one.key}",
                  "url": "https://example.org/1", "date": "2025-09-18", "authors": "A; B"},
        two.key: {"kind": "Paper", "label": "Two", "iri": f"https://example.org/id/{two.key}",
                  "url": "", "date": "", "arxiv_id": "2509.00001"},
        "concept/lstm": {"kind": "Architecture", "label": "LSTM", "iri": "https://example.org/id/concept/lstm",
                         "aliases": "long short-term memory", "generic": False},
        "concept/rnn": {"kind": "Architecture", "label": "RNN", "iri": "https://example.org/id/concept/rnn",
                        "aliases": "", "generic": True},
        "concept/ptb": {"kind": "Dataset", "label": "Penn Treebank", "iri": "https://example.org/id/concept/ptb",
                        "aliases": "", "generic": False},
        CODE: {"kind": "Code", "label": CODE, "iri": CODE},
    }  # fmt: skip
    assert {(a, b): d for a, b, d in graph.edges(data=True)} == {
        (one.key, "concept/lstm"): {"kind": "INTRODUCES", "weight": 0.8, "roles": "introduces;uses", "count": 2},
        (one.key, CODE): {"kind": "HAS_CODE", "weight": 0.99, "roles": "has_code", "count": 1},
        (two.key, "concept/ptb"): {"kind": "EVALUATES_ON", "weight": 0.9, "roles": "evaluates_on", "count": 1},
        ("concept/lstm", "concept/rnn"): {"kind": "BROADER", "weight": 1.0},
        (one.key, two.key): {"kind": "SHARES_CONCEPT", "weight": 0.5, "shared": "Penn Treebank; LSTM"},
    }


def test_a_paper_without_mentions_is_still_a_node(told: Callable[..., Paper]) -> None:
    paper = told("Nothing found")
    assert list(assemble([(paper, ())], CONCEPTS.__getitem__)) == [paper.key]


def test_code_that_the_record_states_is_an_edge_beside_what_the_text_says(
    mention: Callable[..., Mention], told: Callable[..., Paper]
) -> None:
    paper = told("One", CODE, code=["github.com/example/code.git", "https://github.com/example/more"])
    graph = assemble([(paper, (mention(CODE, type="Code", label=CODE, role="has_code"),))], CONCEPTS.__getitem__)
    assert {b: (d["kind"], d["weight"], d["count"]) for _, b, d in graph.edges(data=True)} == {
        CODE: ("HAS_CODE", 1.0, 2),
        "https://github.com/example/more": ("HAS_CODE", 1.0, 1),
    }


def test_the_order_of_papers_and_mentions_has_no_influence(
    mention: Callable[..., Mention], told: Callable[..., Paper]
) -> None:
    rows = [
        (told(f"Paper {i}"), (mention("LSTM", concept="lstm"), mention("PTB", concept="ptb", type="Dataset")))
        for i in range(4)
    ]
    one = assemble(rows, CONCEPTS.__getitem__)
    other = assemble([(p, ms[::-1]) for p, ms in reversed(rows)], CONCEPTS.__getitem__)
    assert dict(one.nodes(data=True)) == dict(other.nodes(data=True))
    assert {edge[:2]: edge[2] for edge in one.edges(data=True)} == {
        edge[:2]: edge[2] for edge in other.edges(data=True)
    }


def test_mentions_are_grouped_by_what_they_name(mention: Callable[..., Mention]) -> None:
    found = statements([mention("B", concept="b"), mention("A", concept="a"), mention("b", concept="b")])
    assert {node: [m.text for m in ms] for node, ms in found.items()} == {"concept/a": ["A"], "concept/b": ["B", "b"]}
    assert list(found) == ["concept/a", "concept/b"]
