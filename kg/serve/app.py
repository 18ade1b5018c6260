"""Routes and middleware: the application that a server runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg.serve import explorer, views
from kg.serve.backend import Backend
from kg.serve.limits import CORS, HEADERS, Guard
from kg.serve.templating import STATIC


def create_app(backend: Backend) -> Starlette:
    """The application for a graph."""
    routes = [
        Route("/", explorer.page),
        Route("/health", views.health),
        Route("/sparql", views.sparql, methods=["GET", "POST"]),
        Route("/ns", views.vocabulary),
        Route("/openapi.json", views.openapi),
        Route("/id/{tail:path}", views.dereference),
        Route("/api/search", views.search),
        Route("/api/node/{tail:path}", views.node),
        Route("/api/neighbours/{tail:path}", views.neighbours),
        Route("/api/queries", views.queries),
        Route("/api/queries/{name}", views.queries),
        Route("/api/start", explorer.start),
        Route("/api/around/{tail:path}", explorer.around_node),
        Route("/api/nodes", explorer.some_nodes, methods=["POST"]),
        Route("/static/vis-network.js", explorer.library),
        Mount("/static/page", StaticFiles(packages=[("kg.exporters", "page")])),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    limits, picture = backend.limits, explorer.FirstPicture(backend)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        picture.close()

    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, body=limits.body, url=limits.url)],
        exception_handlers={Exception: broken},
        lifespan=lifespan,
    )
    app.state.backend, app.state.first_picture = backend, picture
    return app


async def broken(request: Request, error: Exception) -> Response:
    """An error that nobody foresaw: its place is the log, not the response."""
    return PlainTextResponse("internal error", 500, headers=HEADERS | CORS)
