"""Extraction on several processes: batches of papers out, records as JSON back, in the order they came.

A process that dies breaks its pool; the batches under way are then read again one paper at a time in a pool of their own,
and the paper that kills its reader is rejected by name.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Self

from kg.processes import check_that_processes_start, cores, new_pool
from kg.records import Extraction, Paper, Rejected

BATCH, ACCURATE_BATCH = 256, 8
SMALL, ACCURATE_SMALL = 512, 24
"""With fewer papers one process is faster: another one takes a second to start."""


class Readers:
    """Processes that read papers; as a context, they get ready while it is still being found out what to read."""

    def __init__(self, workers: int | None, accurate: bool = False) -> None:
        self._workers = workers
        self._accurate = accurate
        self._small, self._batch = (ACCURATE_SMALL, ACCURATE_BATCH) if accurate else (SMALL, BATCH)
        self._count = workers or cores()
        self._ready: ProcessPoolExecutor | None = None

    def watch(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        """The papers as they come; when there are enough of them for several processes, these are started."""
        for number, paper in enumerate(papers, 1):
            if number == self._small and self._count > 1:
                self._ready = new_pool(self._count)
                for _ in range(self._count):
                    self._ready.submit(get_ready, self._accurate)
            yield paper

    def read(self, papers: Iterable[Paper]) -> Iterator[str | Rejected]:
        """Each record as JSON, in the order of the papers: what is only written need not be parsed."""
        from kg.extraction import extract_here

        stream = iter(papers)
        head = list(islice(stream, self._small)) if self._workers is None else []
        if self._count == 1 or (self._workers is None and len(head) < self._small):
            yield from map(Extraction.as_json, extract_here(chain(head, stream), self._accurate))
            return
        ready, self._ready = self._ready, None
        yield from pooled(batches(chain(head, stream), self._batch), self._count, ready, self._accurate)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ready:
            self._ready.shutdown(wait=False, cancel_futures=True)


def get_ready(accurate: bool) -> None:
    """What a worker does before there is something to read."""
    from kg.extraction import shared_pipeline

    shared_pipeline(accurate)


def pooled(
    source: Iterator[list[Paper]], workers: int, ready: ProcessPoolExecutor | None = None, accurate: bool = False
) -> Iterator[str | Rejected]:
    """Read batches in a pool, never more than two a worker at a time, so that memory stays bounded."""
    waiting: deque[tuple[list[Paper], Future[list[str]]]] = deque()
    pool = ready or new_pool(workers)
    try:
        while True:
            for batch in islice(source, 2 * workers - len(waiting)):
                waiting.append((batch, submitted(pool, batch, accurate)))
            if not waiting:
                return
            batch, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                pool.shutdown(cancel_futures=True)
                check_that_processes_start()
                again = [batch, *(b for b, _ in waiting)]
                waiting.clear()
                yield from chain.from_iterable(one_by_one(batch, accurate) for batch in again)
                pool = new_pool(workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def submitted(pool: ProcessPoolExecutor, batch: list[Paper], accurate: bool) -> Future[list[str]]:
    """A batch under way; in a pool that is broken already, what its result would tell."""
    try:
        return pool.submit(read_batch, batch, accurate)
    except BrokenProcessPool as error:
        broken: Future[list[str]] = Future()
        broken.set_exception(error)
        return broken


def one_by_one(batch: list[Paper], accurate: bool) -> Iterator[str | Rejected]:
    """Read a batch as a whole, or where that kills the process, each paper for itself."""
    try:
        with new_pool(1) as pool:
            yield from pool.submit(read_batch, batch, accurate).result()
    except BrokenProcessPool:
        if len(batch) == 1:
            paper = batch[0]
            reason = "the process that read this paper died (out of memory?)"
            yield Rejected(source=paper.source, record=f"{paper.id or paper.key} {paper.title[:80]}", reason=reason)
            return
        middle = len(batch) // 2
        yield from one_by_one(batch[:middle], accurate)
        yield from one_by_one(batch[middle:], accurate)


def read_batch(batch: list[Paper], accurate: bool = False) -> list[str]:
    """What a worker does; records come back as JSON, which costs a third of pickled objects."""
    from kg.extraction import extract_here

    return [record.as_json() for record in extract_here(batch, accurate)]


def batches(papers: Iterable[Paper], size: int = BATCH) -> Iterator[list[Paper]]:
    """Lists of up to so many papers."""
    stream = iter(papers)
    while batch := list(islice(stream, size)):
        yield batch
