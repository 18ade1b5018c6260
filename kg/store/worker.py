"""A process that answers questions and can be killed, and a pool of them.

Oxigraph cannot be interrupted, neither by a signal nor by a limit of its own; a process can. It is a new interpreter
that imports little, gets questions and gives answers over a socket, has no network of its own where the system allows
that, and may take so much memory.
"""

import contextlib
import ctypes
import queue
import resource
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from kg.store.answers import Answer, Question, answer
from kg.store.refusal import Refused, checked

MEMORY = 2 << 30
"""Bytes that a worker may take."""

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


class Worker:
    """A process with a store opened read-only; answers one question at a time."""

    def __init__(self, path: Path, memory: int = MEMORY) -> None:
        mine, theirs = socket.socketpair()
        self.path = path
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "kg.store.worker", str(path), str(theirs.fileno()), str(memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what Oxigraph prints when it aborts says nothing to the asker
            )
        self._channel = Connection(mine.detach())

    def ask(self, question: Question, timeout: float | None) -> Answer:
        """The answer, or the fault `time` or `died`; after these two the worker is closed."""
        try:
            self._channel.send(question)
            if self._channel.poll(timeout):
                found = self._channel.recv()
                assert isinstance(found, Answer)
                return found
        except (EOFError, OSError):
            self.close()
            return Answer(fault="died", why="the query took too much memory or was nested too deeply")
        self.close()
        return Answer(fault="time", why=f"the query took longer than {timeout:g} seconds")

    @property
    def closed(self) -> bool:
        """True once it has been closed."""
        return self._channel.closed

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Pool:
    """So many workers on one store; a worker that was killed is replaced."""

    def __init__(self, path: Path, size: int, timeout: float, memory: int = MEMORY) -> None:
        self.path, self.timeout, self._memory = path, timeout, memory
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        for _ in range(size):
            self._idle.put(self._new())

    def ask(self, question: Question) -> Answer:
        """The answer of the next worker that is free; a question that found its worker dead is asked once more."""
        worker = self._idle.get()
        try:
            if worker.closed or worker.path != self.path:
                worker = self._replaced(worker)
            return worker.ask(question, self.timeout)
        finally:
            self._idle.put(self._replaced(worker) if worker.closed else worker)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            for worker in self._all:
                worker.close()

    def _new(self) -> Worker:
        worker = Worker(self.path, self._memory)
        with self._lock:
            self._all.add(worker)
        return worker

    def _replaced(self, worker: Worker) -> Worker:
        worker.close()
        with self._lock:
            self._all.discard(worker)
        return self._new()


def serve(path: str, handle: int, memory: int) -> None:
    """What the process does: answer until the other side is gone."""
    with contextlib.suppress(ValueError, OSError):  # no such limit here, or a lower one is set; -1 is none
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    leave_network()
    store = ox.Store.read_only(path)
    channel = Connection(handle)
    with contextlib.suppress(EOFError, OSError):
        while True:
            channel.send(reply(store, channel.recv()))


def reply(store: ox.Store, question: Question) -> Answer:
    """The answer to a question, after a look at what it may not ask and at the names that it uses."""
    if question.guarded:
        try:
            question = replace(question, text=checked(question.text))
        except Refused as error:
            return Answer(fault="refused", why=str(error))
    if question.names:
        from kg.errors import KgError
        from kg.store.names import term

        try:
            terms = {n: term(store, question.base, type, value) for n, (type, value) in question.names.items()}
        except KgError as error:
            return Answer(fault="name", why=str(error))
        question = replace(question, bindings={**question.bindings, **terms})
    return answer(store, question)


def leave_network() -> None:
    """Leave the network behind where the system lets a process do so: a second fence beside `refusal`."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
