"""``kg validate [OUTPUTS]``: check a built graph against the shapes of the vocabulary."""

from pathlib import Path

import typer

from kg.cli.options import Folder
from kg.cli.printing import printable


def command(folder: Folder = Path("outputs")) -> None:
    """Check a built graph against ontologies/shapes.ttl (SHACL); exit 1 where a rule is broken."""
    from kg.validation import validate

    found = validate(folder)
    for violation in found:
        value = f" ({violation.value})" if violation.value else ""
        typer.echo(printable(f"{violation.node}{value}: {violation.rule}"))
    broken = f"{len(found)} rule{'s' if len(found) != 1 else ''} broken"
    typer.echo(f"{folder}: {broken if found else 'valid'}")
    raise typer.Exit(1 if found else 0)
