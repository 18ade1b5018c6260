"""``kg build`` of bad inputs: good papers are kept, bad records listed, and what holds nothing ends in one line."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bad.make_bad import BAD, HEAVY, Bad, write

LISTED = 10_001
"""Rejected records that are listed one by one, and the one that counts the rest."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of JSON Lines; none where there is no file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line] if path.exists() else []


def check_folder(bad: Bad, folder: Path) -> None:
    """What a build left: so many papers, these rejected records."""
    assert len(rows(folder / "records.jsonl")) == bad.papers
    rejected = rows(folder / "rejected.jsonl")
    assert all(row["source"] and row["record"] and row["reason"] for row in rejected)
    if bad.rejected:
        assert len(rejected) == len(bad.rejected)
        for row, (place, reason) in zip(rejected, bad.rejected, strict=True):
            assert row["record"] == place
            assert reason in row["reason"]


def one_line(text: str) -> str:
    """What was said on standard error, which must be a line without a trace of the program's inside."""
    assert text.count("\n") == 1, text
    assert text.startswith("kg: ")
    assert "Traceback" not in text
    assert "internal error" not in text
    assert text.strip().isprintable()
    return text


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.papers])
def test_good_papers_are_kept_and_bad_records_listed(name: str, kg: Callable[..., Any], tmp_path: Path) -> None:
    bad, folder = BAD[name], tmp_path / "out"

    done = kg("build", write(bad, tmp_path / name), "-o", folder, "--formats", "ttl", *bad.options)

    assert done.status == 0, done.err
    check_folder(bad, folder)
    listed = len(rows(folder / "rejected.jsonl"))
    assert listed <= LISTED
    if listed:
        assert "rejected.jsonl" in one_line(done.err)
    else:
        assert not done.err


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.rejected])
def test_strict_makes_the_first_bad_record_an_error(name: str, kg: Callable[..., Any], tmp_path: Path) -> None:
    bad, folder = BAD[name], tmp_path / "out"

    done = kg("build", write(bad, tmp_path / name), "-o", folder, "--strict", *bad.options)

    place, reason = bad.rejected[0]
    assert done.status == 1
    assert f"{tmp_path / name}, {place}: " in one_line(done.err)
    assert reason in done.err
    assert "leave out --strict" in done.err
    assert not (folder / "records.jsonl").exists()


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if bad.error])
def test_an_input_without_a_paper_ends_in_one_line(name: str, kg: Callable[..., Any], tmp_path: Path) -> None:
    bad, folder = BAD[name], tmp_path / "out"

    done = kg("build", write(bad, tmp_path / name), "-o", folder, *bad.options)

    assert done.status == 1
    said = one_line(done.err)
    assert str(tmp_path / name) in said
    assert bad.error in said
    assert ";" in said  # the way out follows
    assert not done.out
    assert not (folder / "graph.ttl").exists()


def test_of_a_folder_of_bad_files_the_good_papers_are_kept(kg: Callable[..., Any], tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for name, bad in BAD.items():
        if not bad.options:
            write(bad, place / name)

    done = kg("build", place, "-o", tmp_path / "out", "--formats", "ttl")

    assert done.status == 0
    one_line(done.err)
    titles = {row["paper"]["title"] for row in rows(tmp_path / "out" / "records.jsonl")}
    assert {"Slow Sums", "Fast Sums", "Two", "🚀🔥", "慢速求和", "Größe"} <= titles
    whole = {row["source"] for row in rows(tmp_path / "out" / "rejected.jsonl") if row["record"] == "file"}
    assert {place / name for name in ("empty", "picture", "half a Parquet")} <= set(map(Path, whole))


@pytest.mark.parametrize(
    "name", [b"\xff\xfe.jsonl", "a\u2028b.jsonl".encode(), b"line\nbreak.jsonl", b"\x1b[31mred.jsonl"]
)
def test_a_file_whose_name_is_no_text_is_read_and_named(name: bytes, tmp_path: Path, kg: Callable[..., Any]) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text(f"{BAD['half a line'].content!s}")

    done = kg("build", path, "-o", tmp_path / "out", "--formats", "ttl")
    again = kg("build", path, "-o", tmp_path / "out", "--formats", "ttl", "--append")

    assert done.status == again.status == 0, done.err + again.err
    one_line(done.err)
    assert [row["record"] for row in rows(tmp_path / "out" / "rejected.jsonl")] == ["line 2"]


def measured(words: list[str], patience: float) -> tuple[int, str, float, float]:
    """Run a command; its status, what it said on standard error, its seconds of computing and its greatest megabytes.

    Seconds of computing, since those on the clock tell of what else the machine does.
    """
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        clock = threading.Timer(patience, process.kill)
        clock.start()
        assert process.stderr
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        clock.cancel()
    return process.returncode, said, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_heavy_inputs_take_bounded_time_and_memory(name: str, tmp_path: Path) -> None:
    bad, folder = HEAVY[name], tmp_path / "out"
    path = write(bad, tmp_path / "input")

    words = [sys.executable, "-m", "kg", "build", str(path), "-o", str(folder)]
    status, said, seconds, megabytes = measured(words, patience=240)

    assert status != -signal.SIGKILL, "it took more than four minutes"
    assert status == 0, said
    check_folder(bad, folder)
    assert seconds < 60
    assert megabytes < 1000
    if bad.rejected:
        one_line(said)
