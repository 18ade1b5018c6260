"""``kg eval PREDICTIONS GOLD``: precision, recall and F1 of extracted concepts."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def command(
    predictions: Annotated[Path, typer.Argument(help="What kg extract printed.")],
    gold: Annotated[Path, typer.Argument(help="A gold file: a block a paper, a line a concept.")],
    only: Annotated[Literal["odd", "even"] | None, typer.Option(help="Every second place of a page.")] = None,
    list_errors: Annotated[bool, typer.Option("--list", help="List every miss and every false alarm.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Score extracted concepts against a gold file.

    A gold file has a block a paper, headed @N (its place among the predictions, from 1) or @@TITLE, with a line a concept:
    "[?][+]KINDS: NAME = OTHER NAME". KINDS are m, a, d, c (method, architecture, dataset, code), joined by |; + says that
    the paper introduces it; ? that it is neither asked for nor punished.
    """
    from kg.evaluate import evaluate, show

    typer.echo(show(evaluate(predictions, gold, only), list_errors=list_errors, as_json=json), nl=False)
