"""``kg export [OUTPUTS]``: further formats of a built graph, without reading its texts again."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.options import Folder, parse_list


def command(
    folder: Folder = Path("outputs"),
    formats: Annotated[str, typer.Option(help="Comma-separated: jsonld, nt, ttl, graphml, html, ...")] = "jsonld",
) -> None:
    """Write a built graph in further formats, from records.jsonl."""
    from kg.building import export

    for name in export(folder, parse_list(formats)):
        typer.echo(name)
