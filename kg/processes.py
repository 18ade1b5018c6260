"""Processes that work beside this one: spawned, deaf to interrupts, and gone when this one is."""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait

from kg.errors import KgError

_RARELY = (50_000, 20, 100)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def new_pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes (spawned: a fork of a process with threads may hang)."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=bind_to_parent)


def check_that_processes_start() -> None:
    """Raise KgError where a fresh process ends before it does anything, as under a script that starts work on import."""
    with new_pool(1) as pool:
        try:
            pool.submit(os.getpid).result()
        except BrokenProcessPool as error:
            way_out = 'keep the work of the script under if __name__ == "__main__", or pass workers=1'
            raise KgError(f"several processes: none could be started; {way_out}") from error


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Have Python look for circles of garbage less often: where millions of objects are made to stay, it finds none."""
    before = gc.get_threshold()
    if before == _RARELY:  # within another such block, maybe of another thread, which will put it right
        yield
        return
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def bind_to_parent() -> None:
    """Leave interrupts to the parent, and end when it ends: a worker whose parent was killed would wait for ever."""
    gc.set_threshold(*_RARELY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
