"""Namespaces, and the terms that statements are made of."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from kg.ontology import NAMESPACE, PREFIXES
from kg.records import Role

PREDICATE: dict[Role, str] = {
    "introduces": "kg:introduces",
    "evaluates_on": "kg:evaluatesOn",
    "uses": "kg:uses",
    "compares_to": "kg:comparesTo",
    "has_code": "kg:hasCode",
    "mentions": "kg:mentions",
}
FORGES = (
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com",
    "huggingface.co", "hf.co", "modelscope.cn",
)  # fmt: skip
ESCAPED = NAMESPACE.removesuffix("ns#") + "url/"
"""Before the escaped form of an address that no IRI can be made of (``https://[::1``)."""

Term = ox.NamedNode | ox.Literal
Pairs = list[tuple[str, Term]]


@lru_cache(maxsize=100_000)
def named(name: str) -> ox.NamedNode:
    """The node of a prefixed name.

    >>> named("kg:uses").value
    'https://w3id.org/paper-kg/ns#uses'
    """
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def decimal(number: float) -> ox.Literal:
    """A number as xsd:decimal, without an exponent.

    >>> decimal(0.25).value, decimal(1e-9).value
    ('0.25', '0')
    """
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return ox.Literal(text or "0", datatype=named("xsd:decimal"))


def declared(prefixes: dict[str, str]) -> str:
    """The declarations of prefixes in Turtle, sorted.

    >>> declared({"ex": "https://e.org/"})
    '@prefix ex: <https://e.org/> .\\n'
    """
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()))


@lru_cache(maxsize=100_000)
def iri_of_url(url: str) -> str:
    """A URL with every character escaped that an IRI cannot hold; two spellings of one escaped address are one.

    >>> iri_of_url("https://example.org/a b<c>#100%")
    'https://example.org/a%20b%3Cc%3E#100%25'
    >>> iri_of_url("https://[::1")
    'https://w3id.org/paper-kg/url/https%3A%2F%2F%5B%3A%3A1'
    """
    whole = re.sub("%(?![0-9A-Fa-f]{2})", "%25", url)
    head, mark, tail = quote(whole, safe="!#$%&'()*+,-./:;=?@_~", errors="replace").partition("#")
    escaped = head + mark + tail.replace("#", "%23")
    try:
        return ox.NamedNode(escaped).value
    except ValueError:
        return ESCAPED + quote(url, safe="", errors="replace")


def is_forge(url: str) -> bool:
    """True for addresses on forges and hubs of code, models and data.

    >>> is_forge("https://www.GitHub.com/a/b"), is_forge("https://a.github.io"), is_forge("https://[")
    (True, False, False)
    """
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # half a bracket: not an address
        return False
    return any(host == forge or host.endswith(f".{forge}") for forge in FORGES)
