"""``kg show NAME`` and ``kg similar PAPER``: one concept or paper, and why papers are alike."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kg.showing import Style

Graph = Annotated[Path, typer.Option("-g", "--graph", help="The folder of a built graph.")]


def command(
    name: Annotated[str, typer.Argument(metavar="NAME|PAPER", help="A concept by any name, or a paper by its title.")],
    graph: Graph = Path("outputs"),
    papers: Annotated[int, typer.Option(min=1, help="Papers told of for each role.")] = 10,
) -> None:
    """Tell what the graph knows of a concept or a paper, with the words it was read from."""
    from kg.showing import show
    from kg.store.asking import View

    tell(show(View(graph), name, style(), papers))


def similar(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="A title, a part of one, or an identifier.")],
    graph: Graph = Path("outputs"),
    papers: Annotated[int, typer.Option(min=1, help="Papers told of.")] = 10,
) -> None:
    """Tell which papers share concepts with a paper, and quote both."""
    from kg.showing import similar
    from kg.store.asking import View

    tell(similar(View(graph), paper, style(), papers))


def style() -> "Style":
    """Colours on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb."""
    from kg.showing import COLOURS, PLAIN

    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return PLAIN if plain else COLOURS


def tell(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        print(line)
