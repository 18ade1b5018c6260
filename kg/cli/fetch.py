"""``kg fetch hf`` and ``kg fetch arxiv``: papers from the live services as JSON Lines on standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kg.cli.options import parse_day
from kg.cli.printing import printable

if TYPE_CHECKING:
    from kg.records import Paper, Rejected


def command(
    service: Annotated[Literal["hf", "arxiv"], typer.Argument(help="hf: the Daily Papers; arxiv: a query or numbers.")],
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="arXiv numbers: 2509.12345.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="hf: the day; without it the newest list.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="hf: how many days, ending with the date.")] = 1,
    query: Annotated[
        str | None, typer.Option("--query", help="arxiv: a category (cs.LG), words, or its own query language.")
    ] = None,
    most: Annotated[int, typer.Option("--max", min=1, max=30_000, help="arxiv: at most so many papers.")] = 100,
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="FOLDER", help="Where finished pages are kept; else $KG_CACHE.")
    ] = None,
) -> None:
    """Print papers from a live service as JSON Lines: kg fetch hf | kg build -."""
    from kg.sources.live import arxiv_papers, hf_papers

    if service == "hf":
        if numbers or query:
            raise typer.BadParameter("hf takes --date and --days; numbers and --query are for arxiv")
        show(hf_papers(parse_day(date), days, cache=cache))
    else:
        if date or days != 1 or bool(query) == bool(numbers):
            raise typer.BadParameter("arxiv takes either --query or numbers; --date and --days are for hf")
        show(arxiv_papers(query or "", most, numbers or (), cache=cache))


def show(found: "Iterable[Paper | Rejected]") -> None:
    """Print papers as lines, what is no paper as messages."""
    from kg.records import Paper

    for one in found:
        if isinstance(one, Paper):
            sys.stdout.write(one.model_dump_json(exclude_defaults=True) + "\n")
            sys.stdout.flush()
        else:
            print(printable(f"kg: {one.source}, {one.record}: {one.reason}"), file=sys.stderr)
