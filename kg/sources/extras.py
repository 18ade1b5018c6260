"""Libraries of the extra ``sources`` are imported where a source needs them, and not before."""

from importlib import import_module
from typing import Any

from kg.errors import MissingExtra


def need(module: str, purpose: str) -> Any:
    """The module; raises MissingExtra, which names `purpose` and the line that installs the extra.

    >>> need("no_such_library", "reading clay tablets")
    Traceback (most recent call last):
    kg.errors.MissingExtra: reading clay tablets needs an optional part: pip install 'paper-kg[sources]'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtra(purpose, "sources") from error
