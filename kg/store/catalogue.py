"""The named queries: ``ontologies/queries/*.rq``, each with a leading comment.

The first line of the comment is the title, the others say what the query answers. A line ``param NAME TYPE: TEXT``
declares a variable that the asker may bind; a query that is not told its parameters answers for all. Values are bound
as terms and never pasted into the text, for which the query must project the variable. A comment ``# bind ?NAME`` in
the text marks where the value is needed first.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from kg.errors import NotFound
from kg.ontology import FOLDER

QUERIES = FOLDER / "queries"
Type = Literal["concept", "paper", "integer", "date", "text", "property", "iri"]

_PARAM = re.compile(r"param (\w+) (concept|paper|integer|date|text|property|iri): (.+)")


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that the asker may bind."""

    name: str
    type: Type
    comment: str


@dataclass(frozen=True)
class NamedQuery:
    """A query with what its leading comment says."""

    name: str
    title: str
    comment: str
    text: str
    parameters: tuple[Parameter, ...] = field(default=())


def parse(name: str, text: str) -> NamedQuery:
    """A query from its text.

    >>> parse("q", "# Papers\\n# that use it.\\n# param concept concept: what they use\\nSELECT * {}").parameters
    (Parameter(name='concept', type='concept', comment='what they use'),)
    """
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    found = [(line, _PARAM.fullmatch(line)) for line in lines]
    parameters = tuple(Parameter(m[1], cast(Type, m[2]), m[3]) for _, m in found if m)
    prose = [line for line, match in found if not match]
    return NamedQuery(name, prose[0] if prose else name, " ".join(filter(None, prose[1:])), text, parameters)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, NamedQuery]:
    """The named queries by name."""
    return {p.stem: parse(p.stem, p.read_text(encoding="utf-8")) for p in sorted(QUERIES.glob("*.rq"))}


def find(given: str) -> NamedQuery:
    """The query that is given as SPARQL text, as a file, or by its name; raises NotFound where it is none of these."""
    if given in catalogue():
        return catalogue()[given]
    path = Path(given)
    if given.endswith(".rq"):
        try:
            return parse(path.stem, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise NotFound(f"{given}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from error
    if re.search(r"[\s{]", given):
        return parse("query", given)
    raise NotFound(
        f"{given}: neither SPARQL nor a file .rq nor a named query; the named ones: {', '.join(catalogue())}"
    )


@lru_cache(maxsize=32)
def internal(name: str) -> NamedQuery:
    """A query that the program itself asks."""
    path = Path(__file__).parent / "queries" / f"{name}.rq"
    return parse(name, path.read_text(encoding="utf-8"))
