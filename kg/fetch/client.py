"""Polite requests: a pace for each service, retries that wait, limits of time and size, validators of old answers.

Every failure is a ServiceError of one line that names the address and the way out.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, TypeVar
from urllib.parse import urlencode

from kg import __version__
from kg.errors import MissingExtra, ServiceError
from kg.fetch.cache import Cache, Entry, default_folder

AGENT = f"paper-kg/{__version__} (a knowledge graph of papers; reads metadata, politely)"

PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
"""Statuses of troubles that pass."""

PATIENCE = 300.0
"""Seconds beyond which a service's ``Retry-After`` is told to the user instead of waited for."""

T = TypeVar("T")

HOST = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """What to ask: the address with its parameters, and how to tell a good answer from a bad one.

    `check` raises ValueError, with the reason, for a body that is no answer of this service; such a body is not kept.
    An answer younger than `fresh` seconds is used without asking.
    """

    base: str
    parameters: dict[str, str] = field(default_factory=dict)
    check: Callable[[bytes], object] | None = None
    fresh: float = 0.0

    @property
    def address(self) -> str:
        """The whole address."""
        return f"{self.base}?{urlencode(self.parameters)}" if self.parameters else self.base


@dataclass(frozen=True)
class Limits:
    """How long, how much and how often: seconds to connect and to wait for bytes, bytes of a body, attempts, waits."""

    connect: float = 10.0
    silence: float = 30.0
    whole: float = 300.0
    size: int = 256_000_000
    attempts: int = 5
    wait: float = 1.0
    longest_wait: float = 60.0


class Trouble(Exception):
    """A failure that may pass.

    `after` is how many seconds the service asks to be left alone, `attempts` how many are worth while.
    """

    def __init__(self, reason: str, after: float | None = None, attempts: int = 99) -> None:
        super().__init__(reason)
        self.after, self.attempts = after, attempts


class Client:
    """Asks one service. `pace` is the least time in seconds between two requests; raises MissingExtra without httpx."""

    def __init__(self, pace: float = 0.0, cache: Cache | None = None, limits: Limits | None = None) -> None:
        self._httpx = _need("httpx")
        self._tenacity = _need("tenacity")
        self._pace, self._last = pace, -pace
        self._cache = cache or Cache(None)
        self.limits = limits or Limits()
        self._http = self._httpx.Client(
            headers={"User-Agent": AGENT, "Accept": "application/json, application/atom+xml, */*;q=0.5"},
            timeout=self._httpx.Timeout(self.limits.silence, connect=self.limits.connect),
            follow_redirects=True,
            max_redirects=5,
        )

    def __enter__(self) -> "Client":
        self._cache.prune()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, request: Request) -> bytes:
        """The body of a good answer, from the cache where it is fresh or unchanged; raises ServiceError."""
        known = self._cache.get(request.address)
        if known and time.time() - known.at < request.fresh:
            return known.body
        entry = self._retried(lambda: self._asked(request, known), request.address)
        self._cache.put(request.address, entry)
        return entry.body

    def stream_to(self, address: str, file: IO[bytes]) -> None:
        """Write the body of an address into a file; raises ServiceError. A new attempt begins the file anew."""

        def attempt() -> None:
            file.seek(0)
            file.truncate()
            with self._answer(address, {}) as answer:
                for piece in self._pieces(answer):
                    file.write(piece)

        self._retried(attempt, address)
        file.seek(0)

    def _retried(self, attempt: Callable[[], T], address: str) -> T:
        tenacity = self._tenacity
        longest, jitter = self.limits.longest_wait, tenacity.wait_random(0, self.limits.wait)
        backoff = tenacity.wait_exponential(multiplier=self.limits.wait, max=longest) + jitter

        def wait(state: Any) -> float:
            trouble = state.outcome.exception()
            return float(trouble.after if trouble.after is not None else backoff(state))

        def hopeless(state: Any) -> bool:
            trouble = state.outcome.exception()
            return bool(
                state.attempt_number >= min(self.limits.attempts, trouble.attempts) or (trouble.after or 0) > PATIENCE
            )

        try:
            result: T = tenacity.Retrying(
                stop=hopeless, wait=wait, retry=tenacity.retry_if_exception_type(Trouble), reraise=True
            )(attempt)
        except Trouble as trouble:
            later = f"in {trouble.after:,.0f} s" if trouble.after else "later"
            raise ServiceError(f"{address}: {trouble}; check the network and try again {later}") from trouble
        return result

    def _asked(self, request: Request, known: Entry | None) -> Entry:
        headers = {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.modified:
            headers["If-Modified-Since"] = known.modified
        with self._answer(request.address, headers) as answer:
            if answer.status_code == 304 and known:
                return Entry(known.body, known.etag, known.modified, time.time())
            body = b"".join(self._pieces(answer))
            said = answer.headers
        if request.check:
            try:
                request.check(body)
            except ValueError as error:
                raise Trouble(f"the answer is not what the service should send ({error})") from error
        return Entry(body, said.get("ETag", ""), said.get("Last-Modified", ""), time.time())

    @contextmanager
    def _answer(self, address: str, headers: dict[str, str]) -> Iterator[Any]:
        """A good answer whose body is still to be read; raises Trouble where it may help to wait, else ServiceError."""
        httpx = self._httpx
        rest = self._last + self._pace - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        try:
            with self._http.stream("GET", address, headers=headers) as answer:
                if answer.status_code in PASSING:
                    after = _after(answer.headers.get("Retry-After"))
                    raise Trouble(f"the service answers {answer.status_code} {answer.reason_phrase}".strip(), after)
                if answer.status_code not in (200, 304):
                    raise ServiceError(f"{address}: {self._refusal(answer)}")
                yield answer
        except httpx.TimeoutException as error:
            raise Trouble("no answer in time") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise ServiceError(f"{address}: no address that can be asked ({error}); check its spelling") from error
        except httpx.TooManyRedirects as error:
            raise ServiceError(f"{address}: it leads in circles; give the address that it should lead to") from error
        except httpx.ConnectError as error:
            raise Trouble(f"no connection ({_words(error)})", attempts=2) from error
        except httpx.HTTPError as error:
            raise Trouble(f"the connection broke ({_words(error)})") from error
        finally:
            self._last = time.monotonic()

    def _pieces(self, answer: Any) -> Iterator[bytes]:
        size, until = 0, time.monotonic() + self.limits.whole
        for piece in answer.iter_bytes(65_536):
            size += len(piece)
            if size > self.limits.size:
                raise ServiceError(f"{answer.url}: more than {self.limits.size:,} bytes; save it and give the file")
            if time.monotonic() > until:
                raise Trouble(f"not all of it came in {self.limits.whole:.0f} s")
            yield piece

    def _refusal(self, answer: Any) -> str:
        """What the service says where it refuses, in one short line."""
        said = b"".join(self._pieces(answer))[:2000].decode("utf-8", "replace")
        found = re.search(r'"(?:error|message)"\s*:\s*"([^"]{1,200})"', said)
        words = f" ({found[1]})" if found else ""
        return f"the service answers {answer.status_code} {answer.reason_phrase}{words}; check what is asked of it"


@contextmanager
def download(address: str) -> Iterator[IO[bytes]]:
    """The body of an address as an open file that vanishes; raises ServiceError, or MissingExtra without httpx."""
    with tempfile.TemporaryFile() as file:
        with Client(limits=Limits(attempts=3)) as client:
            client.stream_to(address, file)
        yield file


def service_cache(folder: Path | None = None) -> Cache:
    """The cache in a folder, by default in the user's."""
    return Cache(folder or default_folder())


def base_of(variable: str, default: str) -> str:
    """A service's base address, or another that an environment variable gives (a mirror, a test)."""
    base = os.environ.get(variable) or default
    if not HOST.match(base):
        raise ServiceError(f"{variable}={base}: no http(s) address; correct or unset it")
    return base.rstrip("/")


def _after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` names, as a number or as a date; None where it names none."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _words(error: Exception) -> str:
    return re.sub(r"\[errno -?\d+\] ", "", " ".join(str(error).split()).lower()) or type(error).__name__


def _need(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra("fetching from the network", "sources") from error
