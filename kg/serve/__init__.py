"""The explorer, a read-only SPARQL 1.1 Protocol endpoint, the pages and data of a graph's IRIs, a small JSON API.

    negotiation  Accept headers → a format
    protocol     a request → a question, or the status that says what is wrong with it
    backend      the graph of a folder, asked through a pool of killable workers
    limits       sizes of requests, and the headers of every response
    views        the handlers of /sparql, /id/, /api/ and /health
    pages        what the HTML pages about IRIs show
    explorer     the page of graph.html on live data, and what it asks for
    around       a node for the explorer: facts, neighbours, edges
    first_picture  what the explorer shows first, made by a process of its own
    roles        properties → roles and kinds of edges
    app          routes and middleware

Starlette and uvicorn carry HTTP; the results are written by pyoxigraph's own serialisers.
"""

import importlib.util
import socket
from pathlib import Path

from kg.errors import KgError, MissingExtra


def run(
    folder: Path, *, host: str = "127.0.0.1", port: int = 8000, timeout: float = 10.0, rows: int = 100_000,
    workers: int | None = None,
) -> None:  # fmt: skip
    """Serve a built folder until interrupted.

    Raises NotBuilt where there is no graph, MissingExtra where Starlette or uvicorn is not installed, and KgError
    where the address cannot be listened at.
    """
    if any(importlib.util.find_spec(name) is None for name in ("starlette", "uvicorn", "jinja2")):
        raise MissingExtra("kg serve", "serve")
    import uvicorn

    from kg.serve.app import create_app
    from kg.serve.backend import Backend, Limits

    backend = Backend(folder, Limits(timeout=timeout, rows=rows, workers=workers or Limits().workers))
    config = uvicorn.Config(
        create_app(backend), host=host, port=port, log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, timeout_keep_alive=15, timeout_graceful_shutdown=2,
    )  # fmt: skip
    try:
        listening = config.bind_socket()
    except SystemExit as error:
        backend.close()
        raise KgError(f"cannot listen at {host}:{port}; is it taken? --port chooses another") from error
    # asyncio leaves Nagle's algorithm on for sockets made so, and every answer would wait 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.listen(config.backlog)
    print(
        f"kg serves {folder} at http://{host}:{listening.getsockname()[1]}/ (SPARQL at /sparql); Ctrl+C ends it",
        flush=True,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        backend.close()
