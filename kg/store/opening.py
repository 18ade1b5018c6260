"""The store of a built folder: ``store/``, made from the Turtle files at the first need and remade when they change.

It is complete or not there: built beside its place under a lock and renamed, so that any number of processes may ask at
once. Where the folder cannot be written, the store stands in the user's cache.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.errors import NotBuilt
from kg.ontology import BASE, FOLDER, PREFIXES

FILES = ("graph.ttl", "evidence.ttl")
VOCABULARY = ox.NamedNode("https://w3id.org/paper-kg/ns")
"""The named graph that holds ``ontologies/kg.ttl``."""

_LAYOUT = "2"
"""Changes when stores made before must not be used."""


def open_store(folder: Path) -> ox.Store:
    """The read-only store of a built folder; raises NotBuilt where there is no ``graph.ttl``."""
    return ox.Store.read_only(str(store_path(folder)))


def store_path(folder: Path) -> Path:
    """Where the store of a built folder stands, made if need be; raises NotBuilt where there is no ``graph.ttl``."""
    stamp = stamp_of(folder)
    home = _home(folder)
    path = home / stamp
    if path.is_dir():
        return path
    with _locked(home):
        if not path.is_dir():
            _make(folder, path)
            for other in home.iterdir():
                if other.is_dir() and other != path:
                    shutil.rmtree(other, ignore_errors=True)
    return path


def stamp_of(folder: Path) -> str:
    """A name for the present state of the files that a store is made of."""
    _check_built(folder)
    paths = [*(folder / name for name in FILES), FOLDER / "kg.ttl"]
    facts = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in paths if p.is_file()]
    return hashlib.sha256(repr((_LAYOUT, ox.__version__, facts)).encode()).hexdigest()[:16]


def _check_built(folder: Path) -> None:
    if not (folder / FILES[0]).is_file():
        raise NotBuilt(
            f"{folder}: no {FILES[0]} there; run kg build SOURCE -o {folder} or kg export {folder} --formats ttl first"
        )


def damaged(file: Path, error: Exception) -> str:
    """What to say of a file that is no Turtle."""
    first = str(error).strip().splitlines()[0]
    return f"{file}: not Turtle ({first}); run kg export {file.parent} --formats ttl, which writes it anew"


def prefixes_of(folder: Path) -> dict[str, str]:
    """The prefixes that queries may use: those of the vocabulary, and `paper` and `concept` with the graph's base."""
    base = base_of(folder)
    return PREFIXES | {"paper": f"{base}paper/", "concept": f"{base}concept/"}


def base_of(folder: Path) -> str:
    """The base of the graph's IRIs, which the prefixes at the beginning of its Turtle file tell."""
    _check_built(folder)
    with (folder / FILES[0]).open(encoding="utf-8") as file:
        found = re.search(r"^@prefix concept: <(.*)concept/> \.$", file.read(8192), re.MULTILINE)
    return found[1] if found else BASE


def _home(folder: Path) -> Path:
    if os.access(folder, os.W_OK):
        home = folder / "store"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        home = cache / "paper-kg" / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    return home


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, path: Path) -> None:
    scratch = path.with_name(f"{path.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    store = ox.Store(str(scratch))
    for name in FILES:
        if (folder / name).is_file():
            try:
                store.bulk_load(path=str(folder / name), format=ox.RdfFormat.TURTLE)
            except SyntaxError as error:
                del store  # which holds a lock on its files
                raise NotBuilt(damaged(folder / name, error)) from error
    store.bulk_load(path=str(FOLDER / "kg.ttl"), format=ox.RdfFormat.TURTLE, to_graph=VOCABULARY)
    store.optimize()
    store.flush()
    del store
    scratch.rename(path)
