"""From a name to an open, decompressed text: files, folders, globs, URLs, standard input.

Formats are told by content: a gzip file is recognised by its first bytes, whatever its suffix; a text in UTF-16 by its
byte-order mark or its zeros. Bytes that are no UTF-8 are read as Windows-1252, the likeliest of the older encodings.
Lines have a greatest length, so that no input takes unbounded memory.
"""

import codecs
import glob
import io
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from kg.errors import SourceError
from kg.sources.compression import Plain, plain_of

HEAD = 65_536
"""How many bytes sniffing sees."""

MAX_LINE = 16_000_000
"""Characters of a line or a record beyond which it is none: unbounded lines would be unbounded memory."""

URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass
class Source:
    """An open source: `name` for messages, `head` the beginning of its text, `lines()` all of it.

    `columns` are names that the user gives to fields (``{"title": "Titel"}``), for readers of tables.
    """

    name: str
    head: str
    stream: IO[bytes]
    head_bytes: bytes = b""
    columns: dict[str, str] = field(default_factory=dict)
    plain: Plain | None = None

    @property
    def fault(self) -> str:
        """Why the source ended early; empty where it did not."""
        return self.plain.fault if self.plain else ""

    def lines(self) -> Iterator[str]:
        """Lines without their ends; of a line longer than `MAX_LINE`, the first `MAX_LINE` + 1 characters."""
        text = self.text()
        while line := text.readline(MAX_LINE + 1):
            rest = line
            while len(rest) > MAX_LINE and not rest.endswith("\n"):
                rest = text.readline(MAX_LINE + 1)
            yield line.rstrip("\r\n")

    def text(self) -> io.TextIOWrapper:
        """The whole text as a stream, every line end a newline."""
        return io.TextIOWrapper(self.stream, encoding=encoding_of(self.head_bytes), errors="kg-1252", newline=None)


def expand(name: str) -> list[str]:
    """The files that a name stands for, sorted: a file, the files of a folder, a glob, a URL, or ``-``."""
    if name == "-" or URL.match(name):
        return [name]
    try:
        path = Path(name)
        if path.is_dir():
            files = (p for p in path.rglob("*") if p.is_file())
            found = sorted(str(p) for p in files if not any(q.startswith(".") for q in p.relative_to(path).parts))
        elif path.exists():
            found = [name]
        else:
            found = sorted(p for p in glob.glob(name, recursive=True) if Path(p).is_file())  # noqa: PTH207
    except (OSError, ValueError) as error:  # a name too long, or with a NUL in it
        raise SourceError(f"{name[:80]!r}: no name of a file ({_why(error)}); give a path, a URL or -") from error
    if not found:
        what = "holds no file" if path.is_dir() else "no such file, folder or pattern"
        raise SourceError(f"{name}: {what}; give a path, a glob in quotes, a URL, or - for standard input")
    return found


@contextmanager
def open_source(name: str) -> Iterator[Source]:
    """Open and decompress a file, a URL or standard input; raises SourceError with the reason in words."""
    try:
        with _open(name) as raw:
            yield source_of("standard input" if name == "-" else name, raw)
    except (OSError, EOFError) as error:
        raise SourceError(f"{name}: cannot be read ({_why(error)}); check that it is there and whole") from error


def source_of(name: str, raw: IO[bytes]) -> Source:
    """A source from an open stream of bytes, compressed or not."""
    start, stream = peeked(raw)
    plain = plain_of(stream, start)
    if plain:
        start, stream = peeked(io.BufferedReader(plain, HEAD))
    return Source(name, start.decode(encoding_of(start), "kg-1252"), stream, start, plain=plain)


def peeked(raw: IO[bytes]) -> tuple[bytes, IO[bytes]]:
    """The first bytes of a stream, up to `HEAD`, and a stream that still begins with them."""
    start = b""
    while len(start) < HEAD and (piece := raw.read(HEAD - len(start))):
        start += piece
    return start, io.BufferedReader(_Chain(start, raw), HEAD)


class _Chain(io.RawIOBase):
    """Bytes already read, then the rest of their stream."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start = io.BytesIO(start)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._start.read(len(view)) or self._rest.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


def _open(name: str) -> AbstractContextManager[IO[bytes]]:
    if name == "-":
        return nullcontext(sys.stdin.buffer)  # it isn't ours to close
    if URL.match(name):
        from kg.fetch import download

        return download(name)
    return Path(name).open("rb")


def encoding_of(head: bytes) -> str:
    """The encoding of a text that begins with these bytes.

    >>> encoding_of(b"papers"), encoding_of("papers".encode("utf-16")), encoding_of("papers".encode("utf-16-be"))
    ('utf-8-sig', 'utf-16', 'utf-16-be')
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for start, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        zeros, others = head[start:2000:2].count(0), head[1 - start : 2000 : 2].count(0)
        if zeros > len(head[:2000]) / 5 and others * 20 < zeros:  # most letters are Latin: every second byte is zero
            return encoding
    return "utf-8-sig"


def _older(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, as Windows-1252; what is wrong in another encoding becomes U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.replace("_", "-").lower().startswith("utf-8"):
        return "\ufffd", error.end
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("kg-1252", _older)


def _why(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
