"""The graph as tables for spreadsheets and data frames: papers, concepts, code, statements, links, mentions.

Names of papers and concepts are the node ids of the graph, so that tables join with each other and with `kg.read`. In
CSV (RFC 4180, UTF-8) lists are joined by ``; ``; Parquet keeps lists and dates as what they are. A spreadsheet takes a
cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula and runs it, so that in CSV such a text begins with an
apostrophe.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import MissingExtra
from kg.exporters.content import Content
from kg.graph import statements
from kg.rows import Type, Value
from kg.writing import make_folder, replacing, text_file

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA = re.compile(r"\s*[=+\-@]")

BATCH = 10_000
"""Rows that are held in memory at a time."""

Row = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A table: its columns with their types, and where its rows come from."""

    columns: Mapping[str, Type]
    rows: Callable[[Content], Iterator[Row]]


def papers(content: Content) -> Iterator[Row]:
    """A row a paper."""
    for p, mentions in content.papers():
        facts = (p.arxiv_id or None, p.doi or None, p.venue or None, p.authors, p.categories, p.keywords)
        yield (p.key, p.title, p.abstract or None, p.url or None, p.date, *facts, len(mentions))


def concepts(content: Content) -> Iterator[Row]:
    """A row a concept, with the number of papers that name it."""
    graph = content.graph
    for c in sorted(content.concepts.values(), key=lambda c: c.key):
        named = sum(1 for _, _, kind in graph.in_edges(c.key, data="kind") if kind != "BROADER")
        above = tuple(f"concept/{ident}" for ident in c.broader)
        yield (c.key, c.label, c.kind, c.aliases, above, c.generic, c.exact_match, c.source or None, named)


def code(content: Content) -> Iterator[Row]:
    """A row a paper and address."""
    edges = content.graph.edges(data=True)
    yield from sorted((a, b, float(d["weight"])) for a, b, d in edges if content.graph.nodes[b]["kind"] == "Code")


def statement_rows(content: Content) -> Iterator[Row]:
    """A row a paper, role and concept or address."""
    for paper, mentions in content.papers():
        for target, found in statements(mentions).items():
            for role in sorted({m.role for m in found}):
                confidence = max(m.confidence for m in found if m.role == role)
                label = content.graph.nodes[target]["label"]
                yield (paper.key, role, target, label, content.graph.nodes[target]["kind"], confidence)


def links(content: Content) -> Iterator[Row]:
    """A row a pair of papers."""
    for link in content.links:
        shared = tuple(content.concepts[ident].label for ident in link.shared)
        yield (link.source, link.target, link.weight, shared)


def mention_rows(content: Content) -> Iterator[Row]:
    """A row a mention."""
    for paper, mentions in content.papers():
        for m in mentions:
            target = m.label if m.type == "Code" else f"concept/{m.concept}"
            place = (m.field, m.start, m.end, m.text)
            yield (paper.key, *place, m.type, m.label, target, m.role, m.confidence, m.source)


TABLES: dict[str, Table] = {
    "papers": Table(
        {
            "paper": "string", "title": "string", "abstract": "string", "url": "string", "date": "date",
            "arxiv_id": "string", "doi": "string", "venue": "string", "authors": "string[]",
            "categories": "string[]", "keywords": "string[]", "mentions": "int",
        },
        papers,
    ),
    "concepts": Table(
        {
            "concept": "string", "label": "string", "kind": "string", "aliases": "string[]", "broader": "string[]",
            "generic": "boolean", "exact_match": "string[]", "source": "string", "papers": "int",
        },
        concepts,
    ),
    "code": Table({"paper": "string", "url": "string", "confidence": "float"}, code),
    "statements": Table(
        {
            "paper": "string", "role": "string", "target": "string", "label": "string", "kind": "string",
            "confidence": "float",
        },
        statement_rows,
    ),
    "links": Table({"source": "string", "target": "string", "weight": "float", "shared": "string[]"}, links),
    "mentions": Table(
        {
            "paper": "string", "field": "string", "start": "int", "end": "int", "text": "string", "type": "string",
            "label": "string", "target": "string", "role": "string", "confidence": "float", "source": "string",
        },
        mention_rows,
    ),
}  # fmt: skip
"""Name → table; a file each."""


def write_csv(content: Content, folder: Path) -> None:
    """Write the folder ``csv``."""
    make_folder(folder / "csv")
    for name, table in TABLES.items():
        with text_file(folder / "csv" / f"{name}.csv") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows([cell(value) for value in row] for row in table.rows(content))


def write_parquet(content: Content, folder: Path) -> None:
    """Write the folder ``parquet``; raises MissingExtra without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("kg export --formats parquet", "tables") from error

    make_folder(folder / "parquet")
    for name, table in TABLES.items():
        schema = pa.schema([pa.field(column, _arrow(kind)) for column, kind in table.columns.items()])
        with (
            replacing(folder / "parquet" / f"{name}.parquet") as path,
            pq.ParquetWriter(path, schema, compression="zstd") as writer,
        ):
            for batch in batches(table.rows(content), BATCH):
                columns = zip(*batch, strict=True)
                arrays = [pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema=schema))


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Rows in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def cell(value: Value) -> str | int | float:
    """A value as a cell of CSV.

    >>> cell(("a", "b")), cell(True), cell(None), cell("=1+1")
    ('a; b', 'true', '', "'=1+1")
    """
    if isinstance(value, tuple):
        value = "; ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return "" if value is None else value


def _arrow(kind: Type) -> "pa.DataType":
    import pyarrow as pa

    types: dict[str, Any] = {
        "string": pa.string(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "int": pa.int64(),
        "float": pa.float64(),
        "string[]": pa.list_(pa.string()),
        "int[]": pa.list_(pa.int64()),
    }
    return types[kind]
