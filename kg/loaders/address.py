"""Addresses of servers, checked before anything is sent and shown without secrets."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from kg.errors import ServiceError


def checked(url: str, schemes: Iterable[str], advice: str) -> str:
    """The address itself; raises ServiceError where it is none of these schemes or holds a password.

    `advice` says where credentials belong.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ServiceError(f"{shown(url)}: no address of a server ({error})") from error
    if parts.scheme not in schemes or not host:
        raise ServiceError(f"{shown(url)}: not an address like {', '.join(f'{s}://HOST' for s in schemes)}")
    if "@" in parts.netloc:
        raise ServiceError(f"{shown(url)}: leave name and password out of the address; {advice}")
    return url


def shown(url: str) -> str:
    """An address without what stands before the ``@``, fit for messages.

    >>> shown("http://me:secret@example.org/x")
    'http://example.org/x'
    """
    head, slashes, rest = url.partition("://")
    authority, slash, tail = rest.partition("/")
    return f"{head}{slashes}{authority.rpartition('@')[2]}{slash}{tail}" if slashes else url.rpartition("@")[2]
