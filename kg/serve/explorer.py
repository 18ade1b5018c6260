"""The explorer: the page of ``graph.html`` on live data, and what it asks the server for.

Template, style and scripts are those of `kg.exporters.html_page`; what a live page adds (the SPARQL tab, a source of data
that fetches) stands in ``templates`` and ``static``.
"""

import asyncio
import json
import sys
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from kg.errors import KgError
from kg.exporters.html_page import SCRIPTS, assembled, vis_network
from kg.serve.around import around, nodes
from kg.serve.backend import Backend
from kg.serve.limits import HEADERS
from kg.serve.templating import rendered

STYLES = ("page/colours.css", "page/page.css", "explorer.css")
OWN = ("live", "results", "question", "workbench", "explorer")
"""The scripts that a live page adds, in the order in which it runs them."""
MOST = 400
"""The most nodes asked for at once."""


async def page(request: Request) -> Response:
    """The explorer."""
    backend = request.app.state.backend
    return HTMLResponse(html(backend.base, backend.limits.timeout, backend.limits.rows))


@lru_cache(maxsize=8)
def html(base: str, timeout: float, rows: int) -> str:
    """The whole page; its policy is that of the response's header without what only a header may say."""
    scripts = ["vis-network.js", *(f"page/{name}.js" for name in SCRIPTS), *(f"{name}.js" for name in OWN)]
    return assembled(
        policy=HEADERS["Content-Security-Policy"].partition("; frame-ancestors")[0],
        title="Papers and the concepts they share",
        style="\n".join(f'<link rel="stylesheet" href="/static/{name}">' for name in STYLES),
        scripts="\n".join(f'<script src="/static/{name}" defer></script>' for name in scripts),
        side=rendered("explorer-side.html"),
        main=rendered("explorer-main.html", base=base, timeout=timeout, rows=rows),
    )


async def library(request: Request) -> Response:
    """vis-network out of the installed pyvis."""
    return Response(vis_network(), media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


class FirstPicture:
    """The first picture of the graph as it is now, made by a process of its own when first asked for."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._known: tuple[str, bytes] = ("", b"")
        self._making = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def json(self) -> bytes:
        """The picture; raises KgError where it cannot be made."""
        async with self._making:
            stamp = self._backend.stamp
            if self._known[0] != stamp:
                self._known = (stamp, await self._made())
            return self._known[1]

    async def _made(self) -> bytes:
        words = (sys.executable, "-m", "kg.serve.first_picture", str(self._backend.folder))
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
        out, error = await self._process.communicate()
        if self._process.returncode:
            last = error.decode(errors="replace").strip().rpartition("\n")[2]
            raise KgError(f"the first picture could not be made ({last or 'its process was ended'})")
        return out

    def close(self) -> None:
        """End a process that is at work."""
        if self._process and self._process.returncode is None:
            self._process.kill()


async def start(request: Request) -> Response:
    """``/api/start``: the first picture."""
    try:
        picture = await request.app.state.first_picture.json()
    except KgError as error:
        return JSONResponse({"error": str(error)}, 503)
    return Response(picture, media_type="application/json", headers={"Cache-Control": "no-cache"})


async def around_node(request: Request) -> Response:
    """``/api/around/ID``: the panel's facts of a node, and the nodes and edges around it."""
    backend: Backend = request.app.state.backend
    ident = request.path_params["tail"]
    try:
        found = await around(backend, ident, backend.iri_of(ident))
    except KgError as error:
        return JSONResponse({"error": str(error)}, 503)
    return JSONResponse({"error": "not found"}, 404) if found is None else JSONResponse(found)


async def some_nodes(request: Request) -> Response:
    """``POST /api/nodes`` with a JSON list of ids: those that are papers, concepts or code, as the picture takes them."""
    try:
        asked: Any = json.loads(await request.body())
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, list) or not all(isinstance(ident, str) for ident in asked):
        return JSONResponse({"error": "a JSON list of ids is needed"}, 400)
    try:
        return JSONResponse(await nodes(request.app.state.backend, asked[:MOST]))
    except KgError as error:
        return JSONResponse({"error": str(error)}, 503)
