"""Properties of the vocabulary that join nodes → the roles and kinds of edges that the page knows them by."""

from collections.abc import Iterable

ROLE = {
    "introduces": "introduces",
    "hasCode": "has_code",
    "evaluatesOn": "evaluates_on",
    "uses": "uses",
    "comparesTo": "compares_to",
    "mentions": "mentions",
}
"""Local name of a property → role, the strongest first."""
KIND = {name: role.upper() for name, role in ROLE.items()} | {"broader": "BROADER", "relatedTo": "SHARES_CONCEPT"}
_RANK = {name: rank for rank, name in enumerate(ROLE)}


def strongest(names: Iterable[str]) -> str:
    """The strongest of some properties; `mentions` where none is a role.

    >>> strongest(["mentions", "uses"])
    'uses'
    """
    return min(names, key=lambda name: _RANK.get(name, len(_RANK)), default="mentions")
