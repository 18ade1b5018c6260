"""Answers of services, kept on disk: a finished page isn't asked for again, an old one only whether it has changed.

An entry is two files named by the hash of its address: the body, and what the service said of it. Both are written
beside and moved into place, the body first, so that a killed run leaves whole entries or none. Without a writable
folder there is no cache, and nothing else changes.
"""

import contextlib
import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = 30 * 86_400
"""Seconds after which an entry is thrown away."""


@dataclass(frozen=True)
class Entry:
    """An answer: its body, the validators that the service gave, and when it came (seconds since 1970)."""

    body: bytes
    etag: str = ""
    modified: str = ""
    at: float = 0.0


class Cache:
    """A folder of answers; None for no cache at all."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, address: str) -> Entry | None:
        """The entry of an address, whole or not at all."""
        if self._folder is None:
            return None
        stem = self._stem(address)
        try:
            said = json.loads(stem.with_suffix(".json").read_text("utf-8"))
            body = stem.with_suffix(".body").read_bytes()
            if said.pop("address") != address or said.pop("hash") != hashlib.sha256(body).hexdigest():
                return None
            entry = Entry(body=body, **said)
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return None
        return entry if time.time() - entry.at < KEPT else None

    def put(self, address: str, entry: Entry) -> None:
        """Keep an answer; a folder that cannot be written is passed over."""
        if self._folder is None:
            return
        said = asdict(entry)
        said |= {"address": address, "hash": hashlib.sha256(said.pop("body")).hexdigest()}
        stem = self._stem(address)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(stem.with_suffix(".body"), entry.body)
            _write(stem.with_suffix(".json"), json.dumps(said, sort_keys=True).encode())

    def prune(self) -> None:
        """Throw away what is too old to be used."""
        if self._folder is None:
            return
        for path in self._folder.glob("*.*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > KEPT:
                    path.unlink()

    def _stem(self, address: str) -> Path:
        folder = self._folder or Path()
        return folder / hashlib.sha256(address.encode()).hexdigest()[:32]


def default_folder() -> Path:
    """``$KG_CACHE``, else ``$XDG_CACHE_HOME/paper-kg``, else ``~/.cache/paper-kg``."""
    own = os.environ.get("KG_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paper-kg"


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.write_bytes(data)
    beside.replace(path)
