"""How big nodes are and where they stand."""

import networkx as nx

from kg.exporters.marks import centres_of_gravity, on_spiral, petals, places_of, sizes_of
from kg.graph import Graph
from kg.records import digest


def a_graph() -> Graph:
    """Three linked papers, two concepts under a third, an address."""
    graph: Graph = nx.DiGraph()
    kinds = {"a": "Paper", "b": "Paper", "c": "Paper", "x": "Method", "y": "Method", "top": "Method", "code": "Code"}
    for node, kind in kinds.items():
        graph.add_node(node, kind=kind)
    for source, target, kind, weight in (
        ("a", "b", "SHARES_CONCEPT", 0.5), ("a", "c", "SHARES_CONCEPT", 0.25), ("b", "c", "SHARES_CONCEPT", 0.25),
        ("a", "x", "USES", 1.0), ("b", "x", "USES", 1.0), ("c", "x", "MENTIONS", 1.0), ("c", "y", "USES", 1.0),
        ("x", "top", "BROADER", 1.0), ("a", "code", "HAS_CODE", 1.0),
    ):  # fmt: skip
        graph.add_edge(source, target, kind=kind, weight=weight)
    return graph


def test_papers_grow_with_their_links_and_concepts_with_the_papers_that_name_them() -> None:
    # Strengths: a 0.75, b 0.75, c 0.5 of at most 0.75; x 3, y 1 of at most 3; nobody names the broader concept.
    sizes = {"a": 22.0, "b": 22.0, "c": 19.4, "x": 22.0, "y": 16.1, "top": 8.0, "code": 5.0}
    assert sizes_of(a_graph()) == sizes


def test_nodes_with_one_neighbour_stand_around_it_in_alphabetical_order() -> None:
    graph = a_graph()
    graph.add_edge("b", "alone", kind="USES")
    graph.add_edge("b", "too", kind="USES")
    places = {"a": (0.0, 0.0), "b": (100.0, 10.0), "c": (0.0, 50.0), "x": (30.0, 30.0)}
    sizes = dict.fromkeys(graph, 8.0)
    first, second = on_spiral(2, 20), on_spiral(3, 20)

    assert petals(graph, places, sizes) == {
        "code": first,
        "alone": (100 + first[0], round(10 + first[1], 1)),
        "too": (round(100 + second[0], 1), round(10 + second[1], 1)),
        "top": (round(30 + first[0], 1), round(30 + first[1], 1)),
        "y": (first[0], round(50 + first[1], 1)),
    }


def test_two_nodes_that_have_only_each_other_are_placed_like_all_others() -> None:
    graph = a_graph()
    graph.add_node("p", kind="Paper")
    graph.add_node("z", kind="Method")
    graph.add_edge("p", "z", kind="USES", weight=1.0)

    assert set(places_of(graph, sizes_of(graph))) == set(graph)


def test_seeds_of_a_sunflower() -> None:
    assert [on_spiral(index, 10) for index in range(4)] == [(0.0, 0.0), (-7.4, 6.8), (1.2, -14.1), (10.5, 13.7)]


def test_in_the_start_picture_a_paper_is_drawn_to_its_concepts_the_rarer_the_more() -> None:
    found = centres_of_gravity(a_graph(), ["a", "b", "c", "x", "y", "top"])
    aside = {paper: on_spiral(int(digest(paper)[:6], 16) % 60, 23) for paper in "abc"}

    assert (found["x"], found["top"], found["y"]) == ((0.0, 0.0), on_spiral(1, 92), on_spiral(2, 92))
    assert (found["a"], found["b"]) == (aside["a"], aside["b"])
    x, y = (0.75 * at for at in found["y"])  # three papers name x, one names y
    assert found["c"] == (round(x + aside["c"][0], 1), round(y + aside["c"][1], 1))
