"""What a shared endpoint does not do: ask other servers. Updates are no queries, and the store is read-only.

Oxigraph follows ``SERVICE`` and has no switch, so a query is parsed before it is run and refused where the clause
occurs. Most queries need no second parse: without the letters of the word there is no such clause. Where they occur,
in a title that is searched for as much as in a clause, rdflib's parser decides. It must read the text as Oxigraph does,
so that line ends are made one and letters written as escapes are not taken.
"""

import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff]")


class Refused(Exception):
    """The query asks for what is not offered."""


def checked(text: str) -> str:
    """The query as it may be run; raises Refused where it would ask another server.

    >>> checked('SELECT * { ?s ?p "no SERVICE here" }')
    'SELECT * { ?s ?p "no SERVICE here" }'
    >>> checked("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kg.store.refusal.Refused: SERVICE is not offered here
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "service" not in unescaped(text).casefold():
        return text
    if _CONTROL.search(text) or any(ord(_letter(m)) < 128 for m in _ESCAPE.finditer(text)):
        raise Refused("a query with the word SERVICE is not taken with control characters or escaped ASCII letters")
    if "ServiceGraphPattern" in clauses(text):
        raise Refused("SERVICE is not offered here")
    return text


def unescaped(text: str) -> str:
    r"""The text with its codepoint escapes replaced (SPARQL 1.1 Query, 19.2).

    >>> unescaped(r"\u0053ERVICE")
    'SERVICE'
    """
    return _ESCAPE.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def clauses(text: str) -> set[str]:
    """The names of the clauses that a query is made of, as rdflib parses it; raises Refused where it cannot."""
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        return set(_names(parseQuery(text)))
    except RecursionError as error:
        raise Refused("the query is nested too deeply") from error
    except Exception as error:
        raise Refused(f"a query with the word SERVICE must be plain SPARQL 1.1: {error}") from error


def _names(node: object) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        name = getattr(part, "name", None)
        if isinstance(part, dict):
            if isinstance(name, str):
                yield name
            waiting.extend(part.values())
        elif not isinstance(part, str) and hasattr(part, "__iter__"):
            waiting.extend(part)
