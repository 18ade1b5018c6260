"""Inputs that nobody hopes for, made on the spot: ``python tests/bad/make_bad.py FOLDER`` writes all of them.

Each is a file with the outcome that a build promises for it: how many papers are kept, which records are rejected and
why, or the one line that says why there is nothing to build. Large ones are written piece by piece.
"""

import argparse
import gzip
import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ABSTRACT = "We train a ResNet-50 on ImageNet. It is compared with an LSTM, and it is slower than hoped for. " * 4
GOOD = json.dumps({"title": "Slow Sums", "abstract": ABSTRACT})
ALSO = json.dumps({"title": "Fast Sums", "abstract": ABSTRACT})
PAGE = f"Daily Papers\n\nSep 18\n\nSlow Sums of Long Numbers\n\n{ABSTRACT}\n\n"

Pieces = Iterable[bytes]


@dataclass(frozen=True)
class Bad:
    """A bad input and what a build makes of it.

    `papers` are kept; `rejected` has place and a part of the reason of records that are listed, in their order; `error`
    is a part of the line that ends a build of an input without a paper.
    """

    content: str | bytes | Callable[[], Pieces]
    papers: int = 0
    rejected: tuple[tuple[str, str], ...] = ()
    error: str = ""
    options: tuple[str, ...] = ()


def gzipped(pieces: Pieces) -> Pieces:
    """Pieces as one gzip, without ever holding all of it."""
    press = zlib.compressobj(9, wbits=31)
    for piece in pieces:
        yield press.compress(piece)
    yield press.flush()


def bomb() -> Pieces:
    """A good paper, then a gigabyte of zeros in a megabyte."""
    yield gzip.compress(f"{GOOD}\n".encode())
    zeros = b"".join(gzipped(bytes(1_000_000) for _ in range(50)))
    yield from (zeros for _ in range(20))


def long_line() -> Pieces:
    """A line of 50 MB between two good papers."""
    yield f'{GOOD}\n{{"title": "'.encode()
    yield from (b"x" * 1_000_000 for _ in range(50))
    yield f'"}}\n{ALSO}\n'.encode()


def same_title() -> Pieces:
    """100,000 papers of one title."""
    for n in range(100_000):
        row = {"title": "Slow Sums", "abstract": f"We add {n} numbers.", "id": str(n), "authors": [f"Ada Noor {n}"]}
        yield (json.dumps(row) + "\n").encode()


def long_abstracts() -> Pieces:
    """Five abstracts of 1 MB: prose, one word without end, addresses, brackets and mathematics."""
    texts = {
        "Prose": ABSTRACT * 2_600,
        "One word": "x" * 1_000_000,
        "Addresses": "https://github.com/a/b " * 43_000,
        "Brackets": "(" * 500_000 + ")" * 500_000,
        "Mathematics": r"$\\alpha_{1}^{2}$ \\cite{a} " * 36_000,
    }
    return (
        (json.dumps({"title": f"{name} for ever", "abstract": text}) + "\n").encode() for name, text in texts.items()
    )


BAD: dict[str, Bad] = {
    "empty": Bad("", error="it is empty"),
    "blank": Bad(" \r\n\t\n\n", error="it is empty"),
    "zeros": Bad(bytes(100_000), error="it is empty"),
    "picture": Bad(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 200, error="not recognised"),
    "program": Bad(b"\x7fELF\x02\x01\x01\0" + bytes(range(256)) * 100, error="not recognised"),
    "office document": Bad(b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(256)) * 50, error="not recognised"),
    "binary named jsonl": Bad(bytes(range(256)) * 9, error="no usable paper", options=("--from", "jsonl")),
    "windows-1252": Bad(json.dumps({"title": "Größe", "abstract": "Café"}, ensure_ascii=False).encode("cp1252"), 1),
    "utf-16": Bad(f"{GOOD}\n{ALSO}\n".encode("utf-16"), 2),
    "utf-16 without mark": Bad(f"{GOOD}\n{ALSO}\n".encode("utf-16-be"), 2),
    "byte-order mark": Bad(f"\ufeff{GOOD}\n\ufeff{ALSO}\n", 2),
    "half an emoji": Bad(b'{"title": "Slow Sums \xf0\x9f"}\n', 1),
    "lone surrogate": Bad('{"title": "Slow \\ud83d Sums"}\n', 1),
    "nul bytes": Bad('{"title": "Slow\0 \\u0000Sums", "abstract": "We\0 add."}\n', 1),
    "half a line": Bad(f'{GOOD}\n{{"title": "Ha\n{ALSO}\n', 2, (("line 2", "not JSON"),)),
    "half a last line": Bad(f"{GOOD}\n{ALSO[:-9]}", 1, (("line 2", "not JSON"),)),
    "half an array": Bad(f"[{GOOD},\n{ALSO}, {GOOD[:20]}", 2, (("record 3", "end of the object"),)),
    "deep objects": Bad(f"{GOOD}\n" + '{"a":' * 100_000, 1, (("line 2", "too deeply nested"),)),
    "deep lists": Bad(f'{GOOD}\n{{"title": {"[" * 9_000}{"]" * 9_000}}}\n', 1, (("line 2", ""),)),
    "deep page": Bad("<html><body>" + "<div>" * 100_000, error="no usable paper"),
    "deep feed": Bad("<feed>" + "<entry>" * 100_000, error="no usable paper"),
    "equal keys": Bad(f'{{"title": "One", "title": "Two", "abstract": "{ABSTRACT}"}}\n', 1),
    "wrong types": Bad(
        f'{GOOD}\n{{"title": 7}}\n{{"title": {{}}, "abstract": []}}\n[1]\nnull\n"x"\n',
        1,
        (("line 2", "no title"), ("line 3", "no title"), ("line 4", ""), ("line 5", ""), ("line 6", "")),
    ),
    "endless number": Bad(f'{GOOD}\n{{"title": {"9" * 9999}}}\n', 1, (("line 2", "not JSON"),)),
    "impossible dates": Bad(
        "".join(
            json.dumps({"title": f"Slow Sums {n}", "date": day}) + "\n"
            for n, day in enumerate(["soon", "9999-99-99", "0000-00-00", -1e300, 1e300, 2**70, [], {}, "2025-02-30"])
        ),
        9,
    ),
    "broken gzip": Bad(gzip.compress(f"{GOOD}\n".encode())[:-9], 1, (("after paper 1", "compressed data"),)),
    "no gzip at all": Bad(b"\x1f\x8b\x08\0garbage that is no deflate stream", error="compressed data are damaged"),
    "gzip in gzip": Bad(gzip.compress(gzip.compress(GOOD.encode())), error="not recognised"),
    "blank titles": Bad(
        "".join(json.dumps({"title": t, "abstract": ABSTRACT}) + "\n" for t in ("Slow Sums", "  ", "\t\n", "\u00a0", "\0")),
        1,
        (("line 2", "no title"), ("line 3", "no title"), ("line 4", "no title"), ("line 5", "no title")),
    ),
    "titles of marks": Bad(
        "".join(
            json.dumps({"title": title, "abstract": ABSTRACT}) + "\n"
            for title in ("🚀🔥", "شبكات بطيئة لجمع الأعداد", "慢速求和", "\u202eevil\u202c", "$\\alpha$", "...", "=1+1")
        ),
        7,
    ),
    "html": Bad("<!doctype html><html><body><h1>Hello</h1><p>We say hello.</p></body></html>", error="no usable paper"),
    "html named jsonl": Bad("<html>\n<p>Hi.\n</html>", error="not a JSON object", options=("--from", "jsonl")),
    "html in the title": Bad('{"title": "<b>Slow</b> <script>alert(1)</script> Sums", "abstract": "<p>We add."}', 1),
    "odd paragraphs": Bad(f"{PAGE}Another Paper on Slow Sums\n", 2),
    "titles without abstracts": Bad(f"{PAGE}One That Has No Abstract\n\nAnother That Has None\n\n", 3),
    "abstract without title": Bad(f"Sep 18\n\n{ABSTRACT}\n\nSlow Sums\n\n{ABSTRACT}", 1, (("line 3", "without a title"),)),
    "entities": Bad(
        '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        "<feed><entry><title>&b;</title></entry></feed>",
        error="declares entities",
    ),
    "entry with a wrong end": Bad(
        "<feed><entry><title>Slow Sums</title></entry><entry><title>B</titel></entry>"
        "<entry><title>Fast Sums</title></entry></feed>",
        2,
        (("entry 2", "mismatched tag"),),
    ),
    "row with an open quote": Bad(
        'title,abstract\nSlow Sums,"We add\nFast Sums,We add\nOther Sums,We add\n', 2, (("line 2", "not a row"),)
    ),
    "row with a cell too many": Bad("title,abstract\nSlow Sums,We add, slowly\nFast Sums,We add\n", 1, (("line 2", ""),)),
    "table of other things": Bad("name,size\nx,1\ny,2\n", error="kg: "),
    "open BibTeX": Bad("@article{a,\n title = {A {b},\n}\n@article{b,\n title = {Sums},\n}", 1, (("line 1", ""),)),
    "half a Parquet": Bad(b"PAR1" + bytes(100), error="damaged Parquet"),
    "very many bad lines": Bad(f"{GOOD}\n" + '{"title" bad}\n' * 10_005, 1),
}  # fmt: skip
"""Name → input; each is built in less than a second."""

HEAVY: dict[str, Bad] = {
    "bomb of a gigabyte": Bad(bomb, 1, (("after paper 1", "unpacks to more than"),)),
    "line of 50 MB": Bad(long_line, 2, (("line 2", "longer than 16,000,000"),)),
    "100,000 of one title": Bad(same_title, 1),
    "abstracts of 1 MB": Bad(long_abstracts, 5),
}
"""Inputs that take seconds."""


def write(bad: Bad, path: Path) -> Path:
    """Write an input to a file."""
    with path.open("wb") as file:
        if callable(bad.content):
            file.writelines(bad.content())
        else:
            file.write(bad.content.encode() if isinstance(bad.content, str) else bad.content)
    return path


def main() -> None:
    """Write all inputs into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, bad in (BAD | HEAVY).items():
        write(bad, folder / name)
    print(f"{len(BAD | HEAVY)} inputs in {folder}")


if __name__ == "__main__":
    main()
