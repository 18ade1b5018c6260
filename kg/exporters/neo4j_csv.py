"""Files for ``neo4j-admin database import full``: a header with types and the rows, a pair for each kind of thing.

The quickest way into an empty Neo4j database. Lists are joined by U+001F, which no text of ours holds; texts are
always quoted, so that line breaks and quotation marks stay, and an absent value is an empty cell without quotes. The
README beside the files has the exact command and its conditions.
Format: https://neo4j.com/docs/operations-manual/5/import/.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date as Date
from importlib.resources import files
from pathlib import Path

from kg.exporters.content import Content
from kg.rows import EDGE_FACTS, EVIDENCE, NODE_FACTS, Edge, Node, Rows, Type, Value
from kg.writing import make_folder, text_file

FOLDER = "neo4j-csv"
SEPARATOR = "\x1f"
_HEADER = {"int": "long", "float": "double", "int[]": "long[]"}
"""Our types where the importer calls them otherwise."""


def write_neo4j_csv(content: Content, folder: Path) -> None:
    """Write the folder ``neo4j-csv``."""
    place = folder / FOLDER
    make_folder(place)
    rows = Rows(content.graph, content.papers, content.concepts, content.links, content.evidence)
    used = write_rows(rows, place)
    for name, text in (("import.sh", command(used)), ("constraints.cypher", constraints()), ("README.md", readme())):
        with text_file(place / name) as file:
            file.write(text)


def write_rows(rows: Rows, place: Path) -> list[str]:
    """Write headers and rows; returns the names of the files that hold rows, nodes first."""
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        node_files = {label: stack.enter_context(text_file(place / f"{label}.csv")) for label in NODE_FACTS}
        edge_files = {kind: stack.enter_context(text_file(place / f"{kind}.csv")) for kind in EDGE_FACTS}
        for node in rows.nodes():
            label = node.labels[0]
            node_files[label].write(node_line(node))
            counts[label] = counts.get(label, 0) + 1
        for edge in rows.edges():
            edge_files[edge.kind].write(edge_line(edge, edge_facts(edge.kind, rows.evidence)))
            counts[edge.kind] = counts.get(edge.kind, 0) + 1
    for label, facts in NODE_FACTS.items():
        write_line(place / f"{label}-header.csv", ("iri:ID", *headers(facts), ":LABEL"))
    for kind in EDGE_FACTS:
        columns = headers(edge_facts(kind, rows.evidence))
        write_line(place / f"{kind}-header.csv", (":START_ID", *columns, ":END_ID", ":TYPE"))
    return [name for name in (*NODE_FACTS, *EDGE_FACTS) if name in counts]


def edge_facts(kind: str, evidence: bool) -> Mapping[str, Type]:
    """The facts of an edge of a kind; those of papers' statements with their evidence, if it is wanted."""
    facts = EDGE_FACTS[kind]
    return {**facts, **EVIDENCE} if evidence and "roles" in facts else facts


def headers(facts: Mapping[str, Type]) -> Iterable[str]:
    """Names with the importer's types.

    >>> list(headers({"date": "date", "count": "int"}))
    ['date:date', 'count:long']
    """
    return (f"{name}:{_HEADER.get(kind, kind)}" for name, kind in facts.items())


def node_line(node: Node) -> str:
    """A node as a line; its labels last."""
    facts = (node.facts[name] for name in NODE_FACTS[node.labels[0]])
    return line((node.iri, *facts, node.labels))


def edge_line(edge: Edge, facts: Mapping[str, Type]) -> str:
    """An edge as a line; its type last."""
    return line((edge.source, *(edge.facts[name] for name in facts), edge.target, edge.kind))


def line(values: Iterable[Value]) -> str:
    """Values as a line of CSV."""
    return ",".join(cell(value) for value in values) + "\n"


def cell(value: Value) -> str:
    """A value as a cell.

    >>> cell('5" x'), cell(None), cell(True), cell(("x", "y")) == '"x\\x1fy"'
    ('"5"" x"', '', 'true', True)
    """
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Date):
        return value.isoformat()
    text = value if isinstance(value, str) else SEPARATOR.join(map(str, value))
    return '"' + text.replace('"', '""') + '"'


def write_line(path: Path, values: Iterable[str]) -> None:
    """Write a file of one line."""
    with text_file(path) as file:
        file.write(",".join(values) + "\n")


def command(used: Iterable[str]) -> str:
    """A script with the command that imports the files; the name of the database is its argument."""
    options = "".join(
        f"  --{'nodes' if name in NODE_FACTS else 'relationships'}={name}-header.csv,{name}.csv \\\n" for name in used
    )
    return (
        "#!/bin/sh\n"
        "# Import into a database that is stopped or does not exist yet, see README.md.\n"
        'cd "$(dirname "$0")" || exit 1\n'
        "exec neo4j-admin database import full \\\n"
        f"{options}"
        "  --array-delimiter=U+001F --multiline-fields=true --overwrite-destination=true \\\n"
        '  --report-file="${TMPDIR:-/tmp}/kg-import.report" "${1:-neo4j}"\n'
    )


def constraints() -> str:
    """Cypher that makes IRIs unique, for the shell of Neo4j after the import."""
    return "".join(
        f"CREATE CONSTRAINT kg_{label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE;\n"
        for label in NODE_FACTS
    )


def readme() -> str:
    """What stands beside the files."""
    text = (files("kg.exporters") / "neo4j_csv.md").read_text(encoding="utf-8")
    return text.replace("{{labels}}", ", ".join(f"`{label}`" for label in NODE_FACTS))
