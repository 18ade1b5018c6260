"""SPARQL over a built graph: an Oxigraph store made from the Turtle files at the first need.

The store is remade when the Turtle files have changed since; queries run read-only.
"""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError, NotBuilt, NotFound, QueryError
from kg.ontology import FOLDER

FILES = ("graph.ttl", "evidence.ttl")
QUERIES = FOLDER / "queries"
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def open_store(folder: Path) -> ox.Store:
    """The read-only store of a built folder, made anew where the Turtle files are newer than it."""
    stamp = _stamp(folder)
    path, mark = folder / "store", folder / "store" / "kg-stamp"
    if not mark.exists() or mark.read_text() != stamp:
        scratch = folder / f".store.{stamp[:8]}.tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        store = ox.Store(str(scratch))
        for name in FILES:
            if (folder / name).exists():
                store.bulk_load(path=str(folder / name), format=ox.RdfFormat.TURTLE)
        store.optimize()
        store.flush()
        del store
        (scratch / "kg-stamp").write_text(stamp)
        shutil.rmtree(path, ignore_errors=True)
        scratch.rename(path)
    return ox.Store.read_only(str(path))


def _stamp(folder: Path) -> str:
    if not (folder / FILES[0]).exists():
        raise NotBuilt(f"{folder}: no {FILES[0]} there; run kg build SOURCE -o {folder} first")
    facts = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for n in FILES if (p := folder / n).exists()]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def query(store: ox.Store, text: str, bindings: Mapping[str, str] | None = None) -> Results:
    """Run a query; `bindings` are bound to its variables as terms. Raises QueryError where it is wrong."""
    substitutions = {ox.Variable(name): ox.Literal(value) for name, value in (bindings or {}).items()}
    try:
        return store.query(text, substitutions=substitutions)  # type: ignore[return-value]
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"the query failed: {error}") from error


def query_text(given: str) -> str:
    """The text of a query that is given as text, as a file, or as the name of one of ``ontologies/queries``."""
    if re.search(r"[\s{]", given):
        return given
    path = Path(given) if given.endswith(".rq") else QUERIES / f"{given}.rq"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in QUERIES.glob("*.rq")))
        raise NotFound(f"{given}: neither SPARQL nor a file nor a named query; the named ones: {known}")
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise KgError(f"{path}: cannot be read ({error.strerror})") from error
