"""Several processes: the same records in the same order, and a paper that kills its reader is named."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from kg.extraction import extract, parallel
from kg.records import Extraction, Paper, Rejected
from kg.sources import read

DEADLY = """
import os
from kg.records import Extraction


def read_batch(batch, accurate):
    if any("deadly" in paper.title for paper in batch):
        os._exit(9)
    return [Extraction(paper=paper).as_json() for paper in batch]
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that end without a word when they read a deadly paper."""
    (tmp_path / "deadly_reading.py").write_text(DEADLY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import deadly_reading  # type: ignore[import-not-found]

    monkeypatch.setattr(parallel, "read_batch", deadly_reading.read_batch)
    monkeypatch.setattr(parallel, "BATCH", 3)
    monkeypatch.delitem(sys.modules, "deadly_reading")
    sys.modules["deadly_reading"] = deadly_reading


def papers(*titles: str) -> Iterator[Paper]:
    """Papers without abstracts."""
    return (Paper(title=title, source="list") for title in titles)


def test_two_processes_find_what_one_finds_in_the_same_order(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "BATCH", 5)
    some = [p for p in read(str(root / "examples/daily-papers.txt")) if isinstance(p, Paper)][:12]
    assert list(extract(some, workers=2)) == list(extract(some, workers=1))


@pytest.mark.usefixtures("deadly")
def test_a_paper_that_kills_its_reader_is_rejected_by_name_and_the_others_are_read() -> None:
    found = list(extract(papers("One", "Two", "A deadly one", "Three", "Four", "Five", "Six", "Seven"), workers=2))
    titles = [r.paper.title for r in found if isinstance(r, Extraction)]
    [rejected] = (r for r in found if isinstance(r, Rejected))
    assert titles == ["One", "Two", "Three", "Four", "Five", "Six", "Seven"]
    assert rejected.source == "list"
    assert "A deadly one" in rejected.record
    assert "died" in rejected.reason


@pytest.mark.usefixtures("deadly")
def test_the_stream_of_papers_is_read_no_further_than_needed() -> None:
    taken = 0

    def endless() -> Iterator[Paper]:
        nonlocal taken
        for taken in range(1, 10_000):
            yield Paper(title=f"Paper {taken}")

    assert len(list(islice(extract(endless(), workers=2), 4))) == 4
    assert taken <= 3 * 6


def test_a_short_list_is_read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "new_pool", lambda workers: pytest.fail("a pool for two papers"))
    assert len(list(extract(papers("One", "Two"), workers=None))) == 2


def test_processes_get_ready_when_there_is_enough_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    new_pool = parallel.new_pool
    monkeypatch.setattr(parallel, "new_pool", lambda workers: [started.append(workers), new_pool(workers)][1])
    monkeypatch.setattr(parallel, "SMALL", 3)
    with parallel.Readers(2) as readers:
        coming = readers.watch(papers("One", "Two", "Three", "Four"))
        taken = list(islice(coming, 2))
        assert started == []
        taken += coming
        assert started == [2]
        found = [Extraction.model_validate_json(line) for line in readers.read(taken) if isinstance(line, str)]
    assert [record.paper.title for record in found] == ["One", "Two", "Three", "Four"]
    assert started == [2]


@pytest.mark.usefixtures("deadly")
def test_processes_that_die_before_there_is_something_to_read_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "SMALL", 2)
    with parallel.Readers(2) as readers:
        taken = list(readers.watch(papers("One", "Two", "Three")))
        assert readers._ready
        for process in list(readers._ready._processes.values()):
            process.kill()
            process.join()
        assert len(list(readers.read(taken))) == 3


def test_processes_end_where_there_is_nothing_to_read_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "SMALL", 2)
    with parallel.Readers(2) as readers:
        assert len(list(readers.watch(papers("One", "Two", "Three")))) == 3
        pool = readers._ready
        assert pool
        assert pool._processes
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(print)


def test_one_worker_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "SMALL", 2)
    monkeypatch.setattr(parallel, "new_pool", lambda workers: pytest.fail("a pool for one worker"))
    with parallel.Readers(1) as readers:
        assert len(list(readers.watch(papers("One", "Two", "Three")))) == 3


def test_a_script_that_starts_its_work_on_import_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from kg import extract, Paper\nlist(extract([Paper(title='One')], workers=2))\n", encoding="utf-8"
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert ran.returncode != 0
    assert ran.stderr.splitlines()[-1].endswith('under if __name__ == "__main__", or pass workers=1')
