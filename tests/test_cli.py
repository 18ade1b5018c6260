"""What a command prints, where, and the status it ends with: 0 done, 1 a fault outside, 2 usage, 130 interrupted."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from kg import __version__, building
from kg.cli import COMMANDS
from kg.cli.options import parse_day, parse_list
from kg.cli.progress import progress
from kg.errors import KgError, MissingExtra

Command = Callable[..., Any]
QUICK = ("--formats", "ttl,graphml")


def is_one_line(text: str) -> bool:
    """True for one line that begins as messages do."""
    return text.startswith("kg: ") and text.count("\n") == 1


def test_without_a_command_and_with_help_the_commands_are_listed(kg: Command) -> None:
    for words in ([], ["--help"]):
        shown = kg(*words)
        assert all(name in shown.out + shown.err for name in COMMANDS)
    assert kg("--help").status == 0


def test_every_command_tells_its_options(kg: Command) -> None:
    for name in COMMANDS:
        shown = kg(name, "--help")
        assert shown.status == 0
        assert f"Usage: kg {name}" in shown.out


def test_the_version(kg: Command) -> None:
    assert kg("--version").out == f"kg {__version__}\n"


def test_a_build_ends_with_counts_links_and_what_to_try_next(kg: Command, page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my out"
    done = kg("build", page, "-o", folder, "--date", "2025-09-18", *QUICK)
    assert (done.status, done.err) == (0, "")
    assert re.search(r"^ +papers +3$", done.out, re.MULTILINE)
    assert re.search(r"^ +links +1$", done.out, re.MULTILINE)
    assert re.search(r"^ +seconds +\d+\.\d$", done.out, re.MULTILINE)
    assert "share " in done.out.split("Strongest links")[1]
    first, _ = done.out.split("\nNext\n")[1].splitlines()  # no page was asked for, so none is named
    assert f"kg query -g '{folder}' code-for-method" in first
    told = kg("build", page, "-o", folder, "--date", "2025-09-18", "--formats", "nt,html").out
    assert f"open {folder}/graph.html" in told


def test_rejected_records_are_told_in_one_line(kg: Command, tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "A study"}\n{"title": ""}\nnot json\n', encoding="utf-8")
    done = kg("build", papers, "-o", tmp_path / "out", *QUICK)
    assert done.status == 0
    assert is_one_line(done.err)
    assert re.search(r"2 records are no papers .*line 2: .*rejected\.jsonl", done.err)
    extracted = kg("extract", papers)
    assert extracted.out.count("\n") == 1
    assert extracted.err.count("\n") == 2


def test_accurate_reading_is_an_option_and_not_the_rule(kg: Command, page: Path) -> None:
    usual, fast, accurate = (kg("extract", page, *words) for words in ([], ["--fast"], ["--accurate"]))
    assert (usual.status, accurate.status) == (0, 0)
    assert usual.out == fast.out != accurate.out
    assert accurate.out.count("\n") == 3


def test_papers_come_from_standard_input(kg: Command, page: Path) -> None:
    piped = kg("extract", "-", stdin=page.read_text(encoding="utf-8"))
    assert piped.status == 0
    assert piped.out.count("\n") == 3


@pytest.mark.parametrize(
    "words",
    [
        ["build", "nowhere.txt"],
        ["build", "{page}", "--formats", "xls"],
        ["build", "{page}", "--from", "papyrus"],
        ["build", "{page}", "-o", "{page}/out"],
        ["build", "{page}", "--base", "nowhere"],
        ["extract", "nowhere.txt"],
        ["eval", "nowhere", "nowhere"],
        ["query", "-g", "nowhere", "ASK {{}}"],
    ],
)
def test_a_fault_outside_the_program_is_one_line_and_status_1(kg: Command, page: Path, words: list[str]) -> None:
    ended = kg(*(word.format(page=page) for word in words))
    assert (ended.status, ended.out) == (1, "")
    assert is_one_line(ended.err)
    assert "internal error" not in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ["build"],
        ["build", "x", "--colour"],
        ["build", "x", "--date", "yesterday"],
        ["build", "x", "--workers", "0"],
        ["build", "x", "--evidence", "some"],
        ["build", "x", "--engine", "spark", "--accurate"],
        ["nonsense"],
        ["--nonsense"],
    ],
)
def test_wrong_usage_is_one_line_and_status_2(kg: Command, words: list[str]) -> None:
    ended = kg(*words)
    assert (ended.status, ended.out) == (2, "")
    assert is_one_line(ended.err)
    assert "--help" in ended.err


@pytest.mark.parametrize("place", ["first", "last"])
def test_debug_shows_the_traceback_wherever_it_stands(place: str) -> None:
    words = ["--debug", "build", "nowhere.txt"] if place == "first" else ["build", "nowhere.txt", "--debug"]
    ended = subprocess.run([sys.executable, "-m", "kg", *words], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert "SourceError" in ended.stderr


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (typer.Abort(), 130, "interrupted"),
        (KgError("the moon is down; wait"), 1, "the moon is down; wait"),
        (MissingExtra("kg serve", "serve"), 1, "pip install 'paper-kg[serve]'"),
        (ZeroDivisionError("by zero"), 1, "internal error (ZeroDivisionError: by zero); run again with --debug"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_every_error_has_its_status(
    kg: Command, page: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, message: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(building, "build", fails)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    ended = kg("build", page)
    assert ended.status == status
    assert message in ended.err
    assert is_one_line(ended.err) or not message


def test_a_reader_that_goes_away_is_no_error(page: Path) -> None:
    command = f"{sys.executable} -m kg extract {page} | head -c 10"
    ended = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_page_is_opened_if_asked_for(
    kg: Command, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(typer, "launch", opened.append)
    assert kg("build", page, "-o", tmp_path / "out", "--open", "--formats", "html").status == 0
    assert opened == [str(tmp_path / "out/graph.html")]
    refused = kg("build", page, "-o", tmp_path / "out", "--open", "--formats", "ttl")
    assert (refused.status, len(opened)) == (2, 1)
    assert "--open needs html among --formats" in refused.err


def test_no_formats_are_refused_and_a_folder_without_turtle_tells_how_to_get_some(
    kg: Command, page: Path, tmp_path: Path
) -> None:
    for words in (["build", page, "-o", tmp_path / "out"], ["export", tmp_path / "out"]):
        refused = kg(*words, "--formats", "")
        assert refused.status == 1
        assert is_one_line(refused.err)
        assert "name at least one of" in refused.err
    assert kg("build", page, "-o", tmp_path / "out", "--formats", "nt").out.split("\nNext\n")[1].split()[:2] == [
        "kg",
        "export",
    ]
    assert f"kg export {tmp_path / 'out'} --formats ttl" in kg("query", "-g", tmp_path / "out", "ASK {}").err
    assert kg("export", tmp_path / "out", "--formats", "ttl").status == 0
    assert kg("query", "-g", tmp_path / "out", "ASK {}").out == "true\n"


def test_turtle_that_is_damaged_is_told_in_one_line_with_the_way_out(kg: Command, page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert kg("build", page, "-o", folder, *QUICK).status == 0
    with (folder / "graph.ttl").open("a") as file:
        file.write("garbage <")
    for words in (["query", "-g", folder, "ASK {}"], ["show", "-g", folder, "LSTM"], ["validate", folder]):
        failed = kg(*words)
        assert failed.status == 1
        assert is_one_line(failed.err)
        assert f"kg export {folder} --formats ttl" in failed.err
    assert kg("export", folder, "--formats", "ttl").status == 0
    assert kg("query", "-g", folder, "ASK {}").status == 0


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    def isatty(self) -> bool:
        return True


def test_progress_tells_rate_and_time_left_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress() as advance:
        assert advance is not None
        advance(1, 2000)
        advance(2000, 2000)
    assert re.search(r"2,000/2,000 papers, [\d,]+/s, 0 s left", terminal.getvalue())
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_there_is_no_progress_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress() as advance:
        assert advance is None


def test_dates_and_lists_of_options() -> None:
    assert str(parse_day("2025-09-18")) == "2025-09-18"
    assert parse_day(None) is None
    assert parse_list("ttl, graphml,,html ") == ["ttl", "graphml", "html"]
