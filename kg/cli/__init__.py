"""The command line: each command is a file here that parses options, calls one plain function and prints.

`main` is the one place where errors become messages: exit 0 done; 1 the input, the query, a server or a missing extra
is at fault; 2 usage; 130 interrupted. ``--debug`` shows the traceback instead.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import typer

from kg import __version__
from kg.cli import build, evaluate, export, extract, fetch, load, query, remove, report, serve, show, stats, validate
from kg.cli.printing import printable
from kg.errors import KgError

COMMANDS: dict[str, Callable[..., Any]] = {
    "build": build.command,
    "extract": extract.command,
    "query": query.command,
    "show": show.command,
    "similar": show.similar,
    "serve": serve.command,
    "stats": stats.command,
    "report": report.command,
    "export": export.command,
    "validate": validate.command,
    "load": load.command,
    "fetch": fetch.command,
    "remove": remove.command,
    "eval": evaluate.command,
}
SETTINGS = {"query": query.SETTINGS}
"""What the parser of a command has to know beyond its function."""

app = typer.Typer(
    name="kg",
    help="A knowledge graph of machine-learning papers: what they introduce, use and evaluate on, "
    "linked by what they share.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _name, _command in COMMANDS.items():
    app.command(_name, context_settings=SETTINGS.get(_name))(_command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line and exit with its status."""
    debug = "--debug" in sys.argv
    if debug:  # wherever it stands
        sys.argv = [sys.argv[0], "--debug", *(a for a in sys.argv[1:] if a != "--debug")]
    try:
        status = app(standalone_mode=False)
        if status == 130:  # how newer versions of typer tell of an interrupt
            raise KeyboardInterrupt
        sys.exit(status if isinstance(status, int) else 0)
    except (KeyboardInterrupt, typer.Abort):
        _fail("interrupted; what is written is whole, and a build goes on from here when it is run again", 130, debug)
    except BrokenPipeError:
        _reader_gone()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer takes it for a failure
            _reader_gone()
        raise
    except KgError as error:
        _fail(str(error), 1, debug)
    except Exception as error:
        usage = _usage(error)
        if usage:
            _fail(usage, 2, debug)
        _fail(f"internal error ({type(error).__name__}: {error}); run again with --debug and report it", 1, debug)


def _usage(error: Exception) -> str:
    """The message of an error in the words of the command line; empty for any other error."""
    if not hasattr(error, "format_message"):
        return ""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "kg"
    return f"{error.format_message()} (see {path} --help)"


def _reader_gone() -> NoReturn:
    """End without a word: who reads the output has seen enough."""
    with suppress(OSError):  # a stream without a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _fail(message: str, status: int, debug: bool) -> None:
    if debug and status == 1:
        raise
    print(f"kg: {printable(message)}", file=sys.stderr)
    sys.exit(status)
