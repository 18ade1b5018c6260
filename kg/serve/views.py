"""The handlers: SPARQL, the graph's IRIs, the JSON API, health."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import rdflib
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from kg.errors import KgError, NotFound
from kg.ontology import FOLDER
from kg.serve.around import nodes
from kg.serve.backend import Backend
from kg.serve.negotiation import GRAPHS, PAGES, ROWS, choose, media_type
from kg.serve.pages import page
from kg.serve.protocol import STATUS, Asked, Wrong, read
from kg.serve.templating import FILES, render
from kg.store.answers import Answer, Question
from kg.store.catalogue import catalogue, internal
from kg.store.names import typed

FORMAT = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF/XML"}
OPENAPI = Path(__file__).parent / "openapi.json"
RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
RETRY = {"Retry-After": "5"}


def backend_of(request: Request) -> Backend:
    """The graph that the application serves."""
    found = request.app.state.backend
    assert isinstance(found, Backend)
    return found


async def health(request: Request) -> Response:
    """Whether a query is answered."""
    answer, fault = await backend_of(request).ask(Question("ASK { ?s ?p ?o }", rows="tsv"))
    well = not fault and answer.body.strip() == b"true"
    return JSONResponse({"status": "ok" if well else "failing"}, 200 if well else 503)


async def sparql(request: Request) -> Response:
    """SPARQL 1.1 Protocol; without a query the description of the service, or the form in a browser."""
    try:
        content_type = request.headers.get("content-type", "")
        query_string = request.scope["query_string"].decode("latin-1")
        asked = read(request.method, query_string, content_type, await request.body())
    except Wrong as error:
        return PlainTextResponse(error.why, error.status)
    if asked is None:
        return await description(request)
    return await answered(request, asked)


async def answered(request: Request, asked: Asked) -> Response:
    """The response to a query."""
    backend = backend_of(request)
    accept = ", ".join(request.headers.getlist("accept"))
    rows, graph = choose(accept, ROWS), choose(accept, GRAPHS)
    question = Question(
        asked.query, backend.prefixes, rows=rows, graph=graph, limit=backend.limits.rows, guarded=True,
        default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
    )  # fmt: skip
    if rows is None and graph is None:
        return unacceptable()
    return response(*await backend.ask(question))


def response(answer: Answer, fault: str) -> Response:
    """An answer as a response."""
    if fault == "format":
        return unacceptable(answer.why)
    if fault:
        status = STATUS[fault]
        return PlainTextResponse(answer.why, status, headers=RETRY if status == 503 else None)
    offer = GRAPHS if answer.kind == "graph" else ROWS
    return Response(answer.body, headers={"Content-Type": media_type(answer.format, offer), "Vary": "Accept"})


def unacceptable(why: str = "") -> Response:
    """What is on offer, for one who accepts none of it."""
    types = ", ".join(types[0] for types in (*ROWS.values(), *GRAPHS.values()))
    return PlainTextResponse(f"{why + '; ' if why else ''}there are: {types}", 406, headers={"Vary": "Accept"})


async def description(request: Request) -> Response:
    """The form for a browser, else the service described (SPARQL 1.1 Service Description, W3C 2013)."""
    format = choose(request.headers.get("accept"), {**GRAPHS, **PAGES})
    if format == "html":
        return RedirectResponse("/#sparql", 303)
    if format is None:
        return unacceptable()
    graph = rdflib.Graph().parse(FILES / "service.ttl", publicID=str(request.url.replace(query="")))
    return rdf(graph.serialize(format=RDFLIB[format], encoding="utf-8"), format)


async def vocabulary(request: Request) -> Response:
    """``ontologies/kg.ttl`` in the format that is asked for."""
    format = choose(request.headers.get("accept"), GRAPHS)
    if format is None:
        return unacceptable()
    graph = rdflib.Graph().parse(FOLDER / "kg.ttl")
    return rdf(graph.serialize(format=RDFLIB[format], encoding="utf-8"), format)


async def openapi(request: Request) -> Response:
    """The HTTP interface as OpenAPI describes such (https://spec.openapis.org/oas/v3.1.0)."""
    return Response(OPENAPI.read_bytes(), media_type="application/json")


def rdf(body: bytes, format: str) -> Response:
    """A graph as a response."""
    return Response(body, headers={"Content-Type": media_type(format, GRAPHS), "Vary": "Accept"})


async def dereference(request: Request) -> Response:
    """The data or the page of an IRI of the graph."""
    backend = backend_of(request)
    iri = backend.base + request.path_params["tail"]
    given = request.query_params.get("format", "")
    format = given if given in {**GRAPHS, **PAGES} else choose(request.headers.get("accept"), {**PAGES, **GRAPHS})
    if "accept" not in request.headers and not given:
        format = "ttl"
    if format is None:
        return unacceptable()
    this = {"this": ("iri", iri)}
    if format != "html":
        question = replace(backend.question(internal("about"), this), graph=format, cut=True)
        answer, fault = await backend.ask(question)
        if fault or not answer.body.strip() or not await backend.rows(internal("said"), this):
            return missing(iri) if not fault or fault == "name" else response(answer, fault)
        return response(answer, fault)
    try:
        said = await backend.rows(internal("said"), this)
        if not said:
            return missing(iri)
        incoming = await backend.rows(internal("incoming"), this)
        marks = await backend.rows(internal("marks"), this)
    except KgError as error:
        return missing(iri) if isinstance(error, NotFound) else failed(error)
    found = render("node.html", page=page(iri, backend.base, said, incoming, marks), formats=GRAPHS, names=FORMAT)
    found.headers["Vary"] = "Accept"
    return found


def missing(iri: str) -> Response:
    """Nothing is said of an IRI."""
    return PlainTextResponse(f"the graph says nothing of {iri}", 404)


async def search(request: Request) -> Response:
    """``/api/search?q=``: papers and concepts whose title or name contains a text."""
    text = request.query_params.get("q", "").strip()[:200]
    if not text:
        return JSONResponse([])
    backend, query = backend_of(request), internal("search")
    query = replace(query, text=query.text.replace("PATTERN", pattern(text)))
    found: dict[str, str] = {}
    try:
        for row in await backend.rows(query, {}):
            found.setdefault(row["node"].removeprefix(backend.base), row["name"])
        known = await nodes(backend, list(found))
    except KgError as error:
        return failed(error)
    return JSONResponse(
        [{"id": n["id"], "label": n["name"], "kind": n["kind"], "match": found[n["id"]]} for n in known]
    )


def pattern(text: str) -> str:
    """A pattern for names that hold the words of a text in this order, whatever stands between and inside them.

    It stands within quotation marks in a query: of the text there are letters, digits, + and #, and backslashes are
    doubled.

    >>> print(pattern("long  short-term"))
    long.*short[^\\\\p{L}\\\\p{N}]*term
    """
    words = (re.findall(r"[^\W\d_]+[+#]*|\d+|[+#]+", word) for word in text.split())
    spelled = (r"[^\p{L}\p{N}]*".join(re.sub(r"([+#])", r"\\\1", part) for part in word) for word in words if word)
    return (".*".join(spelled) or "^$").replace("\\", "\\\\")


async def node(request: Request) -> Response:
    """``/api/node/ID``: what is said of a node, as property → values."""
    backend = backend_of(request)
    iri = backend.iri_of(request.path_params["tail"])
    try:
        said = await backend.rows(internal("said"), {"this": ("iri", iri)})
    except KgError as error:
        return failed(error)
    if not said:
        return JSONResponse({"error": "not found"}, 404)
    facts: dict[str, list[dict[str, str]]] = {}
    for row in said:
        value = {"value": row["value"]} | ({"label": row["label"]} if row["label"] else {})
        facts.setdefault(row["property"], []).append(value)
    return JSONResponse({"id": iri.removeprefix(backend.base), "iri": iri, "facts": facts})


async def neighbours(request: Request) -> Response:
    """``/api/neighbours/ID``: the nodes around a node, each with the properties that join them."""
    backend = backend_of(request)
    iri = backend.iri_of(request.path_params["tail"])
    found: dict[str, dict[str, Any]] = {}
    try:
        for row in await backend.rows(internal("neighbours"), {"this": ("iri", iri)}):
            ident = row["node"].removeprefix(backend.base)
            entry = found.setdefault(ident, {"id": ident, "label": row["label"], "kind": row["kind"], "edges": []})
            edge = {"property": row["property"].rpartition("#")[2], "forward": row["forward"] == "true"}
            entry["edges"].append(edge | ({"weight": float(row["weight"])} if row["weight"] else {}))
    except KgError as error:
        return failed(error)
    return JSONResponse(list(found.values()))


async def queries(request: Request) -> Response:
    """``/api/queries``: the named queries; ``/api/queries/NAME?concept=…`` asks one."""
    name = request.path_params.get("name")
    if name is None:
        return JSONResponse([described(query.name) for query in catalogue().values()])
    if name not in catalogue():
        return JSONResponse({"error": "not found"}, 404)
    backend = backend_of(request)
    accept = request.headers.get("accept")
    try:
        names = typed(catalogue()[name], dict(request.query_params))
    except KgError as error:
        return JSONResponse({"error": str(error)}, 400)
    question = backend.question(catalogue()[name], names)
    return response(*await backend.ask(replace(question, rows=choose(accept, ROWS), graph=choose(accept, GRAPHS))))


def described(name: str) -> dict[str, Any]:
    """A named query as JSON."""
    query = catalogue()[name]
    parameters = [{"name": p.name, "type": p.type, "comment": p.comment} for p in query.parameters]
    return {"name": name, "title": query.title, "comment": query.comment, "text": query.text, "parameters": parameters}


def failed(error: KgError) -> Response:
    """A query of the program's own that was not answered, or that names nothing."""
    if isinstance(error, NotFound):
        return JSONResponse({"error": str(error)}, 404)
    return JSONResponse({"error": str(error)}, 503, headers=RETRY)
