"""The page as a file: what is in it, how it is escaped, and that the same content always gives the same bytes."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.exporters.backbone import LIMIT, backbone
from kg.exporters.html_page import PAGE, SCRIPTS, html_page, vis_network, write_html
from kg.exporters.layout import layout, petals
from kg.exporters.page_data import marks, page_data, paper_links
from kg.exporters.page_picture import short_title
from kg.records import Mention, Paper

from .pages import DROPOUT, LSTM, SMALL, content_of, corpus, page_of, paper_naming, rearranged, small

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> <!-- {{data}} &lt;"


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.texts:
            self.texts[self._inside][-1] += data

    @property
    def data(self) -> Any:
        """The JSON of the page."""
        return json.loads(self.texts["script"][0])

    @property
    def policy(self) -> str:
        """The content security policy."""
        return next(a["content"] or "" for t, a in self.elements if a.get("http-equiv") == "Content-Security-Policy")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(page_of(small(), tmp_path_factory.mktemp("small")).read_text(encoding="utf-8"))


def test_every_node_and_edge_of_a_small_graph_is_on_the_page(page: Page) -> None:
    graph = small().graph
    assert {n["id"] for n in page.data["nodes"]} == set(graph)
    assert {(e["from"], e["to"]) for e in page.data["edges"]} == set(graph.edges)


def test_a_hostile_title_can_neither_end_the_data_nor_start_a_script(tmp_path: Path) -> None:
    content = content_of([paper_naming(HOSTILE, (LSTM, "LSTM", "uses")), paper_naming("Plain")], SMALL)
    found = Page(page_of(content, tmp_path).read_text(encoding="utf-8"))
    assert len(found.texts["script"]) == 2 + len(SCRIPTS)
    assert not [tag for tag, _ in found.elements if tag == "img"]
    assert HOSTILE in {n["name"] for n in found.data["nodes"]}


def test_the_same_content_gives_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.exporters.pages import corpus, page_of;"
        "page_of(corpus(40, 90), Path(sys.argv[1]))"
    )
    root = Path(__file__).parents[2]
    written = []
    for seed in ("1", "2"):
        (folder := tmp_path / seed).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment, cwd=root)
        written.append((folder / "graph.html").read_bytes())
    assert written[0] == written[1]


def test_the_order_of_the_papers_does_not_change_the_page() -> None:
    content = small()
    assert html_page(page_data(content)) == html_page(page_data(rearranged(content, reversed)))


def test_the_page_holds_no_time_and_no_path_of_the_machine(tmp_path: Path) -> None:
    text = page_of(small(), tmp_path).read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert sys.prefix not in text
    assert "2025-09-18T" not in text


def test_the_page_asks_for_nothing_from_elsewhere(page: Page) -> None:
    for tag, attributes in page.elements:
        assert "src" not in attributes, tag
        assert tag != "link" or attributes["href"] == "data:,"
    assert "@import" not in page.texts["style"][0]
    assert "url(" not in page.texts["style"][0]
    own = "".join(page.texts["script"][2:])
    assert not re.search(r"\b(XMLHttpRequest|WebSocket|EventSource|import\()|\bfetch\(|sendBeacon", own)


def test_the_policy_names_every_script_and_style_by_its_hash(page: Page) -> None:
    assert "default-src 'none'" in page.policy
    assert "unsafe" not in page.policy
    for text in page.texts["script"][1:] + page.texts["style"]:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in page.policy


def test_text_reaches_the_page_as_text_alone() -> None:
    for name in SCRIPTS:
        code = (PAGE / f"{name}.js").read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function", code), name


def test_the_library_comes_from_pyvis_and_names_no_source_map() -> None:
    library = vis_network()
    assert "vis-network" in library[:200]
    assert "sourceMappingURL" not in library
    assert "</script" not in library


def test_a_page_of_sixty_papers_is_small(tmp_path: Path) -> None:
    assert page_of(corpus(60, 300), tmp_path).stat().st_size < 2_000_000


def test_the_file_is_written_whole_under_its_name(tmp_path: Path) -> None:
    write_html(small(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["graph.html"]


def test_a_graph_of_one_paper_and_an_empty_one_are_pages_too(tmp_path: Path) -> None:
    assert len(page_data(content_of([paper_naming("Alone")], SMALL)).nodes) == 1
    assert page_data(content_of([], SMALL)).nodes == []
    assert page_of(content_of([], SMALL), tmp_path).exists()


def test_concepts_of_one_paper_and_general_ones_are_minor() -> None:
    general = LSTM.model_copy(update={"id": "deep", "label": "deep learning", "generic": True})
    rows = [
        paper_naming("One", (LSTM, "LSTM", "uses"), (general, "deep learning", "uses"), (DROPOUT, "dropout", "uses")),
        paper_naming("Two", (LSTM, "LSTM", "uses"), (general, "deep learning", "uses")),
    ]
    nodes = page_data(content_of(rows, SMALL | {"deep": general})).nodes
    assert {n["id"] for n in nodes if n.get("minor")} == {"concept/deep", "concept/dropout", "concept/rnn"}


def test_the_details_tell_aliases_broader_and_shared_concepts() -> None:
    data = page_data(small())
    assert data.details["concept/lstm"]["aliases"] == ["long short-term memory", "Long Short Term Memories"]
    assert data.details["concept/lstm"]["broader"] == ["concept/rnn"]
    assert data.details["concept/rnn"]["narrower"] == ["concept/lstm"]
    assert ["concept/lstm"] in [e.get("shared") for e in data.edges]


def test_marks_count_code_points_and_do_not_overlap() -> None:
    paper = Paper(title="T", abstract="😀 long short-term memory")
    kinds: dict[str, Any] = {"type": "Method", "confidence": 1, "source": "t"}
    outer = Mention(text="long short-term memory", start=2, end=24, concept="lstm", **kinds)
    inner = Mention(text="memory", start=18, end=24, concept="memory", **kinds)
    assert marks(paper, (inner, outer), 100) == [["abstract", 2, 24, "concept/lstm", "mentions"]]
    assert marks(paper, (outer,), 10) == []


def test_only_web_addresses_are_given_as_links_and_each_once() -> None:
    paper = Paper(title="T", url="https://arxiv.org/abs/1706.03762", arxiv_id="1706.03762", doi="10.1/x")
    assert [name for name, _ in paper_links(paper)] == ["arXiv", "DOI"]
    assert paper_links(Paper(title="T", url="javascript:alert(1)")) == []


@pytest.mark.parametrize(
    ("title", "label"),
    [("RISING: a framework", "RISING"), ("Short", "Short"), ("x" * 60, "x" * 38 + "…"), ("A: b", "A: b")],
)
def test_a_label_is_the_name_before_the_colon_or_the_first_words(title: str, label: str) -> None:
    assert short_title(title) == label


def test_a_large_graph_is_cut_to_its_backbone_which_says_its_rule() -> None:
    content = corpus(1200, 1500)
    assert len(content.graph) > LIMIT
    data = page_data(content)
    assert len(data.nodes) == LIMIT
    assert "900 of 1,200 papers" in data.about["backbone"]
    assert "PageRank" in data.about["backbone"]
    assert data.about["papers"] == 1200
    assert "names" in vars(data)
    assert all(kind for kind, _ in data.names.values())


def test_the_backbone_keeps_the_central_papers_and_their_specific_concepts() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for paper in "abcd":
        graph.add_node(paper, kind="Paper", label=paper)
    for concept, generic in (("concept/often", False), ("concept/rare", False), ("concept/general", True)):
        graph.add_node(concept, kind="Method", label=concept, generic=generic)
    for a, b, weight in (("a", "b", 0.9), ("a", "c", 0.95), ("c", "d", 0.1)):
        graph.add_edge(a, b, kind="SHARES_CONCEPT", weight=weight)
    for paper in "abc":
        graph.add_edge(paper, "concept/general", kind="USES", weight=1.0)
    for paper, concept in (("a", "often"), ("b", "often"), ("a", "rare")):
        graph.add_edge(paper, f"concept/{concept}", kind="USES", weight=1.0)
    assert backbone(graph, limit=3, most_papers=2).nodes == ["a", "c", "concept/often"]
    assert backbone(graph, limit=7).rule == ""


def test_nodes_do_not_cover_each_other() -> None:
    nodes = [n for n in page_data(corpus(60, 200)).nodes if not n.get("minor") and n["kind"] != "Code"]
    for a, b in combinations(nodes, 2):
        assert dist((a["x"], a["y"]), (b["x"], b["y"])) > a["size"] + b["size"], (a["label"], b["label"])


def test_tied_nodes_stand_nearer_than_others() -> None:
    ring = [(n, n + 1, 1.0) for n in range(9)] + [(n, n + 1, 1.0) for n in range(10, 19)] + [(0, 2, 1.0), (10, 12, 1.0)]
    places = layout(20, ring, [10.0] * 20).places
    tied = sum(dist(places[a], places[b]) for a, b, _ in ring) / len(ring)
    others = [dist(places[a], places[b]) for a in range(10) for b in range(10, 20)]
    assert tied < 0.6 * sum(others) / len(others)


def test_nodes_without_ties_stand_below_the_others() -> None:
    places = layout(5, [(0, 1, 1.0), (1, 2, 1.0)], [10.0] * 5).places
    assert min(places[3][1], places[4][1]) > max(y for _, y in places[:3])


def test_petals_are_all_at_different_places() -> None:
    assert len(set(petals((0, 0), 60, 10.0, 0.0))) == 60
