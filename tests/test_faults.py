"""Kills, interrupts, full disks, read-only folders, clocks going backwards: outputs are the old or the new, whole."""

import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from kg.building import build
from kg.errors import OutputError

HERE = Path(__file__).parent
KG = (sys.executable, "-m", "kg")
FORMATS = ("ttl", "graphml", "html")
MANY = 3000
"""Papers of a build that is stopped: so many that it cannot have ended before."""

OLD = """\
{"title": "GateNet: Gated memories", "abstract": "We propose GateNet. It beats the LSTM on Penn Treebank."}
{"title": "Forgetting", "abstract": "We study how a long short-term memory forgets on Penn Treebank."}
"""
NEW = """\
{"title": "GateNet: Gated memories", "arxiv_id": "2509.00001", "date": "2025-09-16"}
{"title": "Pictures", "abstract": "We train a ResNet-50 and GateNet on ImageNet. Code: https://github.com/x/pictures"}
"""


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1758153600")


@pytest.fixture
def feeds(tmp_path) -> list[str]:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / name).write_text(text)
    return [str(tmp_path / "old"), str(tmp_path / "new")]


def digests(folder: Path) -> dict[str, str]:
    """The visible files of a folder with the hashes of their bytes."""
    files = (p for p in sorted(folder.iterdir()) if not p.name.startswith(".") and p.suffix != ".part")
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


class Builder:
    """Orders builds from `builds_on_demand.py`."""

    def __init__(self) -> None:
        script = HERE / "builds_on_demand.py"
        self.process = subprocess.Popen(
            [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, **order: object) -> int:
        """Start a build and return its process id."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order, default=str) + "\n")
        self.process.stdin.flush()
        return int(self._answer()[0])

    def end(self) -> tuple[int, int]:
        """Exit status and number of steps of the build under way."""
        status, steps = self._answer()
        return int(status), int(steps)

    def _answer(self) -> list[str]:
        assert self.process.stdout
        return self.process.stdout.readline().split()


@pytest.fixture
def builder() -> Iterator[Builder]:
    builder = Builder()
    yield builder
    builder.process.communicate()


@pytest.fixture
def states(builder, feeds, tmp_path) -> tuple[dict[str, str], dict[str, str], int, float]:
    """The bytes of the old and of the new outputs, and how many steps and seconds lead from one to the other."""
    builder.start(sources=feeds[:1], folder=tmp_path / "before", append=False)
    assert builder.end()[0] == 0
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    started = time.monotonic()
    builder.start(sources=feeds, folder=tmp_path / "after", append=True)
    status, steps = builder.end()
    assert status == 0
    return digests(tmp_path / "before"), digests(tmp_path / "after"), steps, time.monotonic() - started


def check_kill(builder: Builder, order: dict, states: tuple, kill: Callable[[int], None]) -> None:
    """Kill a build over the old outputs: each file is the old one or the new one; the same again gives the new ones."""
    old, new, *_ = states
    folder = order["folder"]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(folder.parent / "before", folder)
    kill(builder.start(**order))
    status, _ = builder.end()
    assert status in (-signal.SIGKILL, 0)
    found = digests(folder)
    assert set(found) == set(old) == set(new)
    assert all(found[name] in (old[name], new[name]) for name in found)
    builder.start(**order | {"die_at": None})
    assert builder.end()[0] == 0
    assert digests(folder) == new
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == [".lock", ".settings.json"]
    assert not (folder / "records.jsonl.part").exists()


@pytest.mark.slow
def test_a_build_that_is_killed_at_any_step_leaves_whole_files_and_completes_when_run_again(
    builder, feeds, states, tmp_path
):
    for step in range(1, states[2] + 1):
        order = {"sources": feeds, "folder": tmp_path / "out", "append": step % 2 == 0, "die_at": step}
        check_kill(builder, order, states, kill=lambda process: None)


@pytest.mark.slow
def test_a_build_that_is_killed_at_random_moments_leaves_whole_files_and_completes_when_run_again(
    builder, feeds, states, tmp_path
):
    chance = Random(8)
    for round_ in range(12):
        moment = chance.uniform(0, states[3])

        def kill(process: int, moment: float = moment) -> None:
            time.sleep(moment)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

        order = {"sources": feeds, "folder": tmp_path / "out", "append": round_ % 2 == 0}
        check_kill(builder, order, states, kill)


def started(folder: Path, source: Path, *options: str) -> subprocess.Popen[str]:
    """A `kg build` of its own that has begun to read papers."""
    command = [*KG, "build", source, "-o", folder, "--formats", "ttl", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    journal, patience = folder / "records.jsonl.part", time.monotonic() + 60
    while process.poll() is None and time.monotonic() < patience and not (journal.exists() and journal.stat().st_size):
        time.sleep(0.02)
    assert process.poll() is None, process.communicate()
    return process


@pytest.fixture
def many(tmp_path) -> Path:
    """A feed that takes some seconds to read."""
    text = "We propose Net{0}X, which beats the LSTM on Penn Treebank and CIFAR-10. "
    lines = ({"title": f"Paper {i} of nets", "abstract": text.format(i) * 5} for i in range(MANY))
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_an_interrupt_ends_a_build_with_a_message_and_the_next_one_goes_on(many, tmp_path):
    process = started(tmp_path / "out", many, "--workers", "1")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "kg: interrupted; what is written is whole, and a build goes on from here when it is run again\n"
    finished = len((tmp_path / "out" / "records.jsonl.part").read_text().splitlines())
    report = build([str(many)], tmp_path / "out", formats=["ttl"], append=True, workers=1)
    assert report.fresh <= MANY - finished < MANY


@pytest.mark.slow
def test_the_workers_of_a_killed_build_end_with_it(many, tmp_path):
    process = started(tmp_path / "out", many, "--workers", "2")
    group = process.pid
    process.kill()
    process.communicate(timeout=60)  # ends when the last holder of the pipe, a worker, has ended
    patience = time.monotonic() + 20
    while living(group) and time.monotonic() < patience:
        time.sleep(0.1)
    assert living(group) == []


def living(group: int) -> list[str]:
    """The processes of a group that are not merely waiting to be reaped."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [row[-1] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 300 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("padding", range(0, 280, 35))
def test_a_full_disk_is_an_error_of_one_line_and_the_old_files_stay(small_disk, feeds, kg, padding):
    folder = small_disk / "out"
    build(feeds[:1], folder, formats=["ttl", "graphml"])
    before = digests(folder)
    filler = small_disk / "filler"
    with contextlib.suppress(OSError):
        filler.write_bytes(b"x" * (300_000 - 1000 * padding))
    outcome = kg("build", *feeds, "-o", folder, "--formats", "ttl,graphml")
    if outcome.status:
        assert (outcome.status, outcome.err.count("\n")) == (1, 1)
        assert "no space left on device" in outcome.err
        assert digests(folder) == before
    filler.unlink()
    build(feeds, folder, formats=["ttl", "graphml"], append=True)
    build(feeds, small_disk.parent / "whole", formats=["ttl", "graphml"])
    assert digests(folder) == digests(small_disk.parent / "whole")


def test_a_limit_on_the_size_of_files_is_an_error_of_one_line(feeds, tmp_path, monkeypatch):
    build(feeds[:1], tmp_path / "out", formats=FORMATS)
    before = digests(tmp_path / "out")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(OutputError, match=r"file too large"):
            build(feeds, tmp_path / "out", formats=FORMATS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert digests(tmp_path / "out") == before


@pytest.fixture
def read_only(feeds, tmp_path) -> Iterator[Path]:
    """A built folder on a disk that was mounted read-only."""
    place = tmp_path / "disk"
    build(feeds[:1], place, formats=["ttl"])
    if subprocess.run(["mount", "--bind", place, place], capture_output=True).returncode:
        pytest.skip("mounting needs root")
    subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_read_only_folder_is_an_error_of_one_line(read_only, feeds, kg):
    before = digests(read_only)
    for words in (["build", *feeds], ["build", *feeds, "--append"]):
        outcome = kg(*words, "-o", read_only)
        assert outcome.status == 1
        assert outcome.err == (
            f"kg: {read_only}: cannot write there (read-only file system); choose another folder with -o\n"
        )
    assert kg("remove", "Forgetting", "-g", read_only).err.count("\n") == 1
    assert digests(read_only) == before


def test_queries_see_the_new_graph_even_when_the_clock_went_backwards(feeds, tmp_path, kg):
    folder = tmp_path / "out"
    titles = "SELECT ?title { ?p a schema:ScholarlyArticle; dcterms:title ?title } ORDER BY ?title"
    build(feeds[:1], folder, formats=["ttl"])
    assert kg("query", "-g", folder, titles).out.split("\r\n")[1:3] == ["Forgetting", "GateNet: Gated memories"]
    build(feeds, folder, formats=["ttl"], append=True)
    for path in folder.glob("*.ttl"):
        os.utime(path, (0, 0))  # as if written in 1970, long before the store
    assert "Pictures" in kg("query", "-g", folder, titles).out


def test_appending_does_not_ask_when_files_were_written(feeds, tmp_path):
    build(feeds, tmp_path / "whole", formats=["ttl"])
    build(feeds[:1], tmp_path / "out", formats=["ttl"])
    for path in (tmp_path / "out").iterdir():
        os.utime(path, (4e9, 4e9))  # as if written in 2096
    build(feeds[1:], tmp_path / "out", formats=["ttl"], append=True)
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")
