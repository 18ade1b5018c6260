"""The graph becomes files. `EXPORTERS` names every format; a new one is a module and a line here.

Modules are imported when their format is asked for, so that `kg --help` loads none of them.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from kg.exporters.content import Content

Exporter = Callable[[Content, Path], None]

EXPORTERS: dict[str, tuple[str, str]] = {
    "ttl": ("kg.exporters.rdf", "write_turtle"),
    "nt": ("kg.exporters.rdf", "write_ntriples"),
    "jsonld": ("kg.exporters.rdf", "write_jsonld"),
    "graphml": ("kg.exporters.graph_files", "write_graphml"),
    "gexf": ("kg.exporters.gexf", "write_gexf"),
    "neo4j-csv": ("kg.exporters.neo4j_csv", "write_neo4j_csv"),
    "csv": ("kg.exporters.tables", "write_csv"),
    "parquet": ("kg.exporters.tables", "write_parquet"),
    "html": ("kg.exporters.html_page", "write_html"),
}
"""Format → module and function; the function writes its files into a folder."""

STATEMENTS = ("ttl", "nt", "jsonld")
"""The formats that have the evidence in a file of its own."""

DEFAULT_FORMATS = ("ttl", "graphml", "html")


def exporter(format: str) -> Exporter:
    """The function that writes a format."""
    module, function = EXPORTERS[format]
    return cast(Exporter, getattr(import_module(module), function))
