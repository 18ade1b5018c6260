"""Query results on a terminal or in a pipe."""

import sys
from shutil import get_terminal_size

import pyoxigraph as ox

from kg.errors import QueryError
from kg.ontology import BASE, NAMESPACE

ROWS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES}


def show(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, format: str | None) -> None:
    """Print results: a table on a terminal, CSV or Turtle in a pipe, or the format that is named."""
    if isinstance(results, ox.QueryTriples):
        name = format or "ttl"
        if name not in GRAPHS:
            raise QueryError(f"--format {name} does not fit a graph; choose {' or '.join(GRAPHS)}")
        sys.stdout.buffer.write(results.serialize(format=GRAPHS[name]) or b"")
        return
    if isinstance(results, ox.QueryBoolean) and format in (None, "table"):
        print("yes" if results else "no")
        return
    name = format or ("table" if sys.stdout.isatty() else "csv")
    if name == "table" and isinstance(results, ox.QuerySolutions):
        print(table(results))
    elif name in ROWS:
        sys.stdout.buffer.write(results.serialize(format=ROWS[name]) or b"")
    else:
        raise QueryError(f"--format {name} does not fit rows; choose table, {', '.join(ROWS)}")


def table(results: ox.QuerySolutions) -> str:
    """Rows under their variables, cut to the width of the terminal; IRIs of `kg` in short form."""
    names = [v.value for v in results.variables]
    rows = [[_cell(row[name]) for name in names] for row in results]
    room = max(12, (get_terminal_size().columns - 2 * len(names)) // max(1, len(names)))
    widths = [min(room, max([len(n), *(len(r[i]) for r in rows)])) for i, n in enumerate(names)]
    lines = [names, ["─" * w for w in widths], *rows]
    text = "\n".join(
        "  ".join(_cut(c, w).ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return f"{text}\n{len(rows)} row{'s' if len(rows) != 1 else ''}"


def _cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    text = "" if term is None else str(getattr(term, "value", term))
    text = text.replace(NAMESPACE, "kg:").replace(BASE, "")
    return "".join(c if c.isprintable() else " " for c in text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
