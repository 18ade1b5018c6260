"""Compressed bytes become plain ones, piece by piece, and never more than a small machine can hold.

A compression is told by the first bytes of a file, whatever its suffix. A stream that is damaged or cut off ends early
and says why in `fault`, so that what stood before the damage is still read. A stream that grows out of all proportion
(one megabyte that holds a gigabyte of zeros) ends the same way.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from kg.sources.extras import need

PIECE = 65_536
"""Bytes that are read at once."""

SMALL = 256
"""Bytes of Zstandard that are taken at once."""

FREE = 20_000_000
"""Plain bytes up to which nobody asks how small they were: real collections shrink to a tenth, not to a hundredth."""

RATIO = 300
"""Past `FREE`, plain bytes for one compressed byte beyond which the stream is taken for a bomb."""


class Decompressor(Protocol):
    """What `bz2` and `lzma` offer, and what the classes below give zlib and Zstandard."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Plain bytes, at most `max_length`; the rest waits for the next call."""

    @property
    def eof(self) -> bool:
        """True after the end of a compressed member."""

    @property
    def needs_input(self) -> bool:
        """False while plain bytes wait."""

    @property
    def unused_data(self) -> bytes:
        """What followed the end of the member."""


class _Gzip:
    """zlib's object in the manner of `bz2`."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


def _bz2() -> Decompressor:
    return bz2.BZ2Decompressor()


def _xz() -> Decompressor:
    return lzma.LZMADecompressor(memlimit=256_000_000)


class _Zstandard:
    """The object of the library `zstandard` in the manner of `bz2`."""

    def __init__(self) -> None:
        library = need("zstandard", "reading .zst files")
        self._object = library.ZstdDecompressor(max_window_size=2**27).decompressobj()
        self._data = b""
        self._plain = memoryview(b"")

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._data += data
        if not self._plain and self._data and not self._object.eof:
            # the library knows no greatest length; of a small piece at most a few megabytes come
            piece, self._data = self._data[:SMALL], self._data[SMALL:]
            try:
                self._plain = memoryview(self._object.decompress(piece))
            except Exception as error:
                raise OSError(str(error)) from error
        given = bytes(self._plain[:max_length] if max_length >= 0 else self._plain)
        self._plain = self._plain[len(given) :]
        return given

    @property
    def eof(self) -> bool:
        return bool(self._object.eof) and not self._plain

    @property
    def needs_input(self) -> bool:
        return not self._plain and not self._data

    @property
    def unused_data(self) -> bytes:
        return bytes(self._object.unused_data) + self._data


MEMBERS: dict[bytes, Callable[[], Decompressor]] = {
    b"\x1f\x8b": _Gzip,
    b"BZh": _bz2,
    b"\xfd7zXZ": _xz,
    b"\x28\xb5\x2f\xfd": _Zstandard,
}
"""First bytes → a decompressor for one member of the stream."""


class Plain(io.RawIOBase):
    """A raw stream of the plain bytes of a compressed one, which may be several members one after the other.

    `fault` tells why it ended early; empty where it did not.
    """

    def __init__(self, raw: IO[bytes], member: Callable[[], Decompressor]) -> None:
        self.fault = ""
        self._taken, self._given = 0, 0
        self._raw = raw
        self._member = member
        self._now = member()
        self._fresh = True

    def readable(self) -> bool:
        """True: that is all it can do."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with plain bytes; 0 at the end, be it good or bad."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if self.fault:
            return 0
        try:
            piece = self._piece(len(view))
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            self.fault = f"the compressed data are damaged: {' '.join(str(error).split()).lower()}"
            return 0
        self._given += len(piece)
        if self._given > FREE and self._given > RATIO * self._taken:
            self.fault = f"it unpacks to more than {RATIO} times its size, more than papers do"
            return 0
        view[: len(piece)] = piece
        return len(piece)

    def _piece(self, size: int) -> bytes:
        """At most `size` plain bytes; none at the end."""
        data = b""
        while True:
            if self._now.eof:
                data, self._now, self._fresh = self._now.unused_data.lstrip(b"\0"), self._member(), True
            if not data and self._now.needs_input:
                data = self._raw.read(PIECE)
                self._taken += len(data)
                if not data:
                    if not self._fresh:
                        self.fault = "it ends in the middle of the compressed data"
                    return b""
            if self._fresh and not data.strip(b"\0"):  # padding after the last member
                data = b""
                continue
            plain = self._now.decompress(data, size)
            data, self._fresh = b"", False
            if plain:
                return plain


def plain_of(raw: IO[bytes], start: bytes) -> Plain | None:
    """The plain bytes of a compressed stream that begins with `start`; None where it is not compressed."""
    for magic, member in MEMBERS.items():
        if start.startswith(magic):
            return Plain(raw, member)
    return None
