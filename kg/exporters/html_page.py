"""``graph.html``: the graph as one file that works without a network.

The folder ``page`` holds template, style and scripts; pyvis carries nodes and edges, and the vis-network library that
draws them comes out of the installed pyvis. Data go in as one block of JSON in which ``<`` is escaped, so that no text
of a paper can end it; the scripts put text into the page as text alone. A content security policy that names each
script and style by its hash lets nothing else run and forbids every request.
"""

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.exporters.content import Content
from kg.exporters.page_data import PageData, page_data
from kg.writing import text_file

if TYPE_CHECKING:
    from pyvis.network import Network

PAGE = files("kg.exporters") / "page"
SCRIPTS = ("data", "shapes", "places", "islands", "labels", "picture", "panel", "search", "controls", "page")
"""In the order in which the page runs them, after vis-network."""
STYLES = ("colours.css", "page.css")
STYLED = ("color", "font", "shape", "arrows")
"""What pyvis adds to nodes and edges and the page decides itself, by kind and by light or dark."""
LIBRARY = "lib/vis-9.1.2/vis-network.min.js"


def write_html(content: Content, folder: Path) -> None:
    """Write ``graph.html``."""
    with text_file(folder / "graph.html") as file:
        file.write(html_page(page_data(content)))


def html_page(data: PageData) -> str:
    """The whole page."""
    style = "".join(map(_read, STYLES))
    scripts = [vis_network(), *(_read(f"{name}.js") for name in SCRIPTS)]
    return assembled(
        policy=policy(style, scripts),
        title=f"{data.about['papers']:,} papers and the concepts they share",
        style=f"<style>{style}</style>",
        data=f'<script type="application/json" id="data">{as_json(payload(data))}</script>',
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def assembled(
    *, policy: str, title: str, style: str, scripts: str, data: str = "", side: str = "", main: str = ""
) -> str:
    """The template filled with HTML; `side` and `main` are what a live page adds beside and over the graph."""
    parts = {
        "policy": policy, "title": title, "style": style, "scripts": scripts, "data": data, "side": side, "main": main,
    }  # fmt: skip
    # One pass: what is put in is never searched for further placeholders.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _read("template.html"))


def payload(data: PageData) -> dict[str, Any]:
    """The JSON of the page; nodes and edges as pyvis gives them."""
    net = network(data)
    return {
        "about": data.about,
        "nodes": [{k: v for k, v in node.items() if k not in STYLED} for node in net.nodes],
        "edges": [{k: v for k, v in edge.items() if k not in STYLED} for edge in net.edges],
        "communities": data.communities,
        "details": data.details,
        "names": data.names,
    }


def network(data: PageData) -> "Network":
    """The drawn nodes and edges as a pyvis network."""
    from pyvis.network import Network

    # Directed: pyvis compares every edge with all earlier ones in an undirected network.
    net = Network(directed=True, cdn_resources="in_line")
    for node in data.nodes:
        net.add_node(node["id"], **{k: v for k, v in node.items() if k != "id"})
    for edge in data.edges:
        facts = {k: v for k, v in edge.items() if k not in ("from", "to")}
        net.add_edge(edge["from"], edge["to"], **facts)
    return net


def vis_network() -> str:
    """The source of vis-network as the installed pyvis ships it."""
    root = files("pyvis")
    for place in (root / "templates", root):
        if (library := place / LIBRARY).is_file():
            # The source map is a file of its own; asking for it would be a request.
            return re.sub(r"\n//# sourceMappingURL=.*", "", library.read_text(encoding="utf-8"))
    raise FileNotFoundError(f"pyvis is installed without {LIBRARY}; kg needs pyvis 0.3.2")


def as_json(data: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def policy(style: str, scripts: list[str]) -> str:
    """The content security policy: these scripts and this style, embedded images, nothing from elsewhere."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")
