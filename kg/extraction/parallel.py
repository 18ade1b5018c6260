"""Extraction on several processes: batches of papers out, records as JSON back, in the order they came.

A process that dies breaks its pool; the batches under way are then read again one paper at a time in a pool of their own,
and the paper that kills its reader is rejected by name.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

from kg.processes import check_that_processes_start, cores, new_pool
from kg.records import Extraction, Paper, Rejected

BATCH = 256
SMALL = 512
"""Up to this many papers one process is faster: another one takes a second to start."""


def read_parallel(papers: Iterable[Paper], workers: int | None) -> Iterator[str | Rejected]:
    """See `kg.extraction.extract_json`."""
    from kg.extraction import extract_here

    stream = iter(papers)
    count = workers or cores()
    head = list(islice(stream, SMALL)) if workers is None else []
    if count == 1 or (workers is None and len(head) < SMALL):
        yield from map(Extraction.as_json, extract_here(chain(head, stream)))
    else:
        yield from pooled(batches(chain(head, stream)), count)


def pooled(source: Iterator[list[Paper]], workers: int) -> Iterator[str | Rejected]:
    """Read batches in a pool, never more than two a worker at a time, so that memory stays bounded."""
    waiting: deque[tuple[list[Paper], Future[list[str]]]] = deque()
    pool = new_pool(workers)
    try:
        while True:
            for batch in islice(source, 2 * workers - len(waiting)):
                waiting.append((batch, pool.submit(read_batch, batch)))
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
                yield from chain.from_iterable(map(one_by_one, again))
                pool = new_pool(workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def one_by_one(batch: list[Paper]) -> Iterator[str | Rejected]:
    """Read a batch as a whole, or where that kills the process, each paper for itself."""
    try:
        with new_pool(1) as pool:
            yield from pool.submit(read_batch, batch).result()
    except BrokenProcessPool:
        if len(batch) == 1:
            paper = batch[0]
            reason = "the process that read this paper died (out of memory?)"
            yield Rejected(source=paper.source, record=f"{paper.id or paper.key} {paper.title[:80]}", reason=reason)
            return
        middle = len(batch) // 2
        yield from one_by_one(batch[:middle])
        yield from one_by_one(batch[middle:])


def read_batch(batch: list[Paper]) -> list[str]:
    """What a worker does; records come back as JSON, which costs a third of pickled objects."""
    from kg.extraction import extract_here

    return [record.as_json() for record in extract_here(batch)]


def batches(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    """Lists of up to `BATCH` papers."""
    stream = iter(papers)
    while batch := list(islice(stream, BATCH)):
        yield batch
