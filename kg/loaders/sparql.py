"""The graph into a triple store over the SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation, 2013).

Turtle is read as a stream and sent as N-Triples, some ten thousand triples a request, so that neither side has to hold
the whole. A graph is a set and there are no blank nodes: sending twice is sending once, and a load that broke off is
completed by the next. Replacing puts the first chunk and posts the others.
"""

import base64
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import pyoxigraph as ox

from kg.errors import NotBuilt, ServiceError
from kg.loaders.address import checked, shown

FILES = ("graph.ttl", "evidence.ttl")
CREDENTIALS = "set SPARQL_USER and SPARQL_PASSWORD"
CHUNK = 50_000
"""Triples a request: about 10 MB."""
TIMEOUT = 120.0
"""Seconds that a store may take for a request."""
_TRIES = 3
_BUSY = (429, 502, 503, 504)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Login:
    """Who we are to the server, by basic authentication; the password is shown nowhere."""

    user: str = ""
    password: str | None = field(default=None, repr=False)

    def header(self) -> dict[str, str]:
        """The header of a request."""
        if self.password is None:
            return {}
        return {"Authorization": "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()}


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would turn POST into GET and carry the password to another server."""

    def redirect_request(self, *_: object) -> None:
        return None


def load(
    url: str,
    folder: Path,
    login: Login,
    *,
    graph: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> int:
    """Send the Turtle files of a built folder to a graph store; returns the number of triples sent.

    `graph` is the IRI of a named graph, the default graph without it; with `replace` it afterwards holds these triples
    and no others. Raises ServiceError with the address and the way out where the server is absent, refuses or dies.
    """
    checked(url, ("http", "https"), CREDENTIALS)
    target = target_of(url, graph)
    opener = build_opener(_NoRedirects)
    paths = [folder / name for name in FILES if (folder / name).exists()]
    if not paths:
        raise NotBuilt(f"{folder}: no {FILES[0]} there; run kg build SOURCE -o {folder} first")
    size, sent = sum(path.stat().st_size for path in paths), 0
    for number, (triples, body, share) in enumerate(chunks(paths)):
        method = "PUT" if replace and number == 0 else "POST"
        send(opener, Request(target, body, _headers(login), method=method), url)  # noqa: S310 (the scheme is checked)
        sent += triples
        if progress:
            progress(int(share * size), size)
    return sent


def target_of(url: str, graph: str | None) -> str:
    """The address of a graph in a store (indirect graph identification).

    >>> target_of("http://localhost:7878/store", "urn:x y")
    'http://localhost:7878/store?graph=urn%3Ax%20y'
    """
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}" + (f"graph={quote(graph, safe='')}" if graph else "default")


def chunks(paths: Iterable[Path]) -> Iterator[tuple[int, bytes, float]]:
    """Files as N-Triples: the triples in a chunk, its bytes, and which share of all files is read about then."""
    paths = list(paths)
    total = max(1, sum(path.stat().st_size for path in paths))
    before = 0
    for path in paths:
        with path.open("rb") as file:
            triples = (ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(file, format=ox.RdfFormat.TURTLE))
            while chunk := list(islice(triples, CHUNK)):
                body = ox.serialize(chunk, format=ox.RdfFormat.N_TRIPLES) or b""
                yield len(chunk), body, (before + file.tell()) / total
        before += path.stat().st_size


def send(opener: OpenerDirector, request: Request, url: str) -> None:
    """Send a request; a busy server is asked again, since the request may be repeated."""
    for attempt in range(1, _TRIES + 1):
        try:
            with opener.open(request, timeout=TIMEOUT) as response:
                response.read()
                return
        except HTTPError as error:
            with error:
                if error.code not in _BUSY or attempt == _TRIES:
                    raise ServiceError(f"{shown(url)}: {refusal(error)}") from error
        except (URLError, OSError) as error:
            why = str(getattr(error, "reason", None) or error or type(error).__name__)
            raise ServiceError(
                f"{shown(url)}: no server answers there, or it stopped ({why}); start it and load again"
            ) from error
        time.sleep(attempt)


def refusal(error: HTTPError) -> str:
    """What a status says and what to do."""
    moved = f"it has moved to {shown(error.headers.get('Location', 'another address'))}; use that address"
    advice = {
        401: f"it refused the user name or password; {CREDENTIALS}",
        403: f"this user may not write there; {CREDENTIALS} of one who may",
        404: "no graph store there; Fuseki has it at /DATASET/data, Oxigraph at /store",
        405: "no graph store that can be written there; Fuseki has it at /DATASET/data, Oxigraph at /store",
        413: "the server takes no requests of this size; raise its limit to 20 MB",
        **dict.fromkeys((301, 302, 307, 308), moved),
    }
    return advice.get(error.code) or f"the server answered {error.code} {error.reason}; see its log, then load again"


def _headers(login: Login) -> dict[str, str]:
    return {"Content-Type": "application/n-triples", "User-Agent": "kg", **login.header()}
