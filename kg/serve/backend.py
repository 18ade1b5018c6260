"""The graph of a folder, asked through a pool of workers that can be killed.

So many queries run at once, so many wait; a question that finds no room is told so. When the Turtle files change, the
store is made anew beside the old one and the workers move over.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import KgError, NotFound
from kg.store.answers import Answer, Question, table
from kg.store.catalogue import NamedQuery
from kg.store.opening import base_of, prefixes_of, stamp_of, store_path
from kg.store.worker import Pool

CHECK = 2.0
"""Seconds between two looks at the Turtle files."""


@dataclass(frozen=True)
class Limits:
    """How much one request, and all together, may take."""

    timeout: float = 10.0
    rows: int = 100_000
    workers: int = field(default_factory=lambda: max(4, 2 * (os.cpu_count() or 1)))
    waiting: int = 512
    body: int = 1 << 20
    url: int = 8192


class Backend:
    """The graph of a folder and its workers. Raises NotBuilt where the folder has no graph."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder, self.limits = folder, limits or Limits()
        self.base, self.prefixes = base_of_checked(folder), prefixes_of(folder)
        self._stamp, self._looked = stamp_of(folder), time.monotonic()
        self._pool = Pool(store_path(folder), self.limits.workers, self.limits.timeout)
        self._threads = ThreadPoolExecutor(self.limits.workers + 1, thread_name_prefix="kg-ask")
        self._waiting = 0
        self._room = asyncio.Semaphore(self.limits.workers)
        self._renewing = asyncio.Lock()

    async def ask(self, question: Question) -> tuple[Answer, str]:
        """The answer, and the fault `busy` where too many others ask."""
        if self._waiting >= self.limits.waiting:
            return Answer(why="too many queries wait; ask again later"), "busy"
        self._waiting += 1
        try:
            try:
                await asyncio.wait_for(self._room.acquire(), 3 * self.limits.timeout)
            except TimeoutError:
                return Answer(why="other queries take all the time; ask again later"), "busy"
        finally:
            self._waiting -= 1
        try:
            await self._keep_up()
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._pool.ask, question)
            return answer, answer.fault or ""
        finally:
            self._room.release()

    async def rows(self, query: NamedQuery, names: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
        """The rows of one of the program's own queries; raises NotFound for no name, KgError where it fails."""
        question = replace(self.question(query, names), rows="tsv", cut=True)
        answer, fault = await self.ask(question)
        if fault:
            raise NotFound(answer.why) if fault == "name" else KgError(answer.why)
        columns, rows = table(answer.body)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def question(self, query: NamedQuery, names: Mapping[str, tuple[str, str]]) -> Question:
        """A named query with its parameters as a question within the limits."""
        return Question(query.text, self.prefixes, limit=self.limits.rows, names=dict(names), base=self.base)

    def iri_of(self, ident: str) -> str:
        """The IRI of a node id: an address itself, else the tail behind the base."""
        return ident if ident.startswith(("http://", "https://")) else self.base + ident

    @property
    def stamp(self) -> str:
        """Changes when the graph does."""
        return self._stamp

    async def _keep_up(self) -> None:
        """Move to the new store where the Turtle files have changed; a folder amid a build is left alone."""
        if time.monotonic() - self._looked < CHECK or self._renewing.locked():
            return
        async with self._renewing:
            self._looked = time.monotonic()
            try:
                stamp = stamp_of(self.folder)
                if stamp != self._stamp:
                    path = await asyncio.to_thread(store_path, self.folder)
                    self.base, self.prefixes = base_of(self.folder), prefixes_of(self.folder)
                    self._pool.path, self._stamp = path, stamp
            except (KgError, OSError, ValueError):
                return

    def close(self) -> None:
        """End all workers."""
        self._pool.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


def base_of_checked(folder: Path) -> str:
    """The base of the graph in a folder; raises NotBuilt where there is none."""
    stamp_of(folder)
    return base_of(folder)
