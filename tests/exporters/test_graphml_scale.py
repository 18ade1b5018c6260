"""GraphML of a large graph reads back in networkx, node for node and edge for edge."""

import io

import networkx as nx
import pytest

from kg.exporters.graph_files import graphml, read_graphml

PAPERS, CONCEPTS = 20_000, 8_000


def large() -> "nx.DiGraph[str]":
    """A graph of 20,000 papers with twelve edges each."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for n in range(CONCEPTS):
        graph.add_node(
            f"concept/c{n}", kind="Method", label=f"C{n}", iri=f"https://e.org/c{n}", aliases="", generic=False
        )
    for n in range(PAPERS):
        graph.add_node(
            f"paper/p{n}", kind="Paper", label=f"Paper <{n}> & co", iri=f"https://e.org/p{n}", url="", date=""
        )
        for k in range(7):
            target = f"concept/c{(n * 31 + k * k * 977) % CONCEPTS}"
            graph.add_edge(f"paper/p{n}", target, kind="USES", weight=0.5, roles="uses", count=1)
        for k in range(1, 6):
            if n + k < PAPERS:
                graph.add_edge(f"paper/p{n}", f"paper/p{n + k}", kind="SHARES_CONCEPT", weight=0.25, shared="C1; C2")
    return graph


@pytest.mark.slow
def test_graphml_of_twenty_thousand_papers_reads_back() -> None:
    graph, text = large(), io.StringIO()
    graphml(graph, text)
    data = text.getvalue().encode()
    theirs = nx.read_graphml(io.BytesIO(data))
    assert (len(theirs), theirs.number_of_edges()) == (len(graph), graph.number_of_edges())
    assert theirs.edges["paper/p0", "paper/p1"]["shared"] == "C1; C2"
    assert theirs.nodes["paper/p7"]["label"] == "Paper <7> & co"
    ours = read_graphml(io.BytesIO(data))
    assert dict(ours.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {e[:2]: e[2] for e in ours.edges(data=True)} == {e[:2]: e[2] for e in graph.edges(data=True)}
