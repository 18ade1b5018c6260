"""Names of sources: files, folders, globs, standard input, addresses; compressions told by content."""

import bz2
import gzip
import io
import lzma
import os
import sys
from pathlib import Path

import pytest
import zstandard

import kg.sources.extras
from kg.errors import MissingExtra, SourceError, UnknownFormat
from kg.records import Paper, Rejected
from kg.sources import read

LINES = b'{"title": "Slow Sums"}\n{"title": "Counting Sheep"}\n'


def titles(name: object, **options: object) -> list[str]:
    """Titles of all papers in a source."""
    return [f.title for f in read(str(name), **options) if isinstance(f, Paper)]  # type: ignore[arg-type]


@pytest.mark.parametrize("press", [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("suffix", [".jsonl", ".txt", ".gz", ""])
def test_a_compression_is_told_by_content_whatever_the_suffix(press, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"papers{suffix}"
    path.write_bytes(press(LINES))

    assert titles(path) == ["Slow Sums", "Counting Sheep"]


@pytest.mark.parametrize("press", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_several_compressed_parts_one_after_the_other_are_one_text(press, tmp_path: Path) -> None:
    path = tmp_path / "papers"
    path.write_bytes(press(LINES) + press(LINES))

    assert titles(path) == ["Slow Sums", "Counting Sheep"] * 2


@pytest.mark.parametrize("press", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_a_compressed_file_that_breaks_off_keeps_its_first_papers(press, tmp_path: Path) -> None:
    path = tmp_path / "papers"
    text = b"".join(
        b'{"title": "Sum %d", "abstract": "%s"}\n' % (i, os.urandom(40).hex().encode()) for i in range(8_000)
    )
    path.write_bytes(press(text)[:-1000])

    found = list(read(str(path)))

    assert isinstance(found[0], Paper)
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == "it ends in the middle of the compressed data"


def test_a_folder_is_all_its_files_in_order_and_what_is_no_source_is_told(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.jsonl").write_bytes(LINES)
    (tmp_path / "1.csv").write_text("title,abstract\nFirst,We add.\n")
    (tmp_path / "notes.md").write_text("nothing here")
    (tmp_path / ".hidden.jsonl").write_bytes(LINES)
    (tmp_path / "empty.txt").write_text("")

    found = list(read(str(tmp_path)))

    assert [f.title for f in found if isinstance(f, Paper)] == ["First", "Slow Sums", "Counting Sheep"]
    assert [Path(f.source).name for f in found if isinstance(f, Rejected)] == ["empty.txt", "notes.md"]


def test_a_glob_is_the_files_that_it_matches(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.json"):
        (tmp_path / name).write_text(f'{{"title": "Paper {name}"}}\n')

    assert titles(tmp_path / "*.jsonl") == ["Paper a.jsonl", "Paper b.jsonl"]


def test_a_dash_is_standard_input_even_where_it_comes_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.RawIOBase):
        data = io.BytesIO(LINES)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            piece = self.data.read(3)
            buffer[: len(piece)] = piece
            return len(piece)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Slow())))

    assert titles("-") == ["Slow Sums", "Counting Sheep"]
    assert not sys.stdin.closed


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/no/such/file.txt", "no such file, folder or pattern; give a path"),
        ("x" * 5000, "no name of a file"),
        ("a\0b", "no such file"),
        ("/no/such/*.txt", "no such file, folder or pattern"),
    ],
)
def test_a_name_of_nothing_is_an_error_of_one_line(name: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        titles(name)
    assert "\n" not in str(error.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no file"):
        titles(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "secret.jsonl"
    path.write_bytes(LINES)
    path.chmod(0)

    with pytest.raises(SourceError, match="permission denied"):
        titles(path)


@pytest.mark.parametrize("format", ["docx", "csv:heading=Titel", "csv:title"])
def test_a_format_or_field_that_is_none_is_told_with_those_that_are(format: str, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(LINES)

    with pytest.raises(SourceError, match=r"there are: |write FIELD=COLUMN with title"):
        titles(path, format=format)


def test_the_message_for_an_unknown_format_names_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("once upon a time")

    with pytest.raises(UnknownFormat, match=r"name it with --from \(parquet, feed, html, hf,"):
        titles(path)


@pytest.mark.parametrize(
    ("name", "module", "purpose"),
    [
        ("acl.bib", "bibtexparser", "reading BibTeX"),
        ("hf.html", "selectolax.lexbor", "reading a saved web page"),
        ("papers.parquet", "pyarrow.parquet", "reading Parquet"),
    ],
)
def test_a_missing_library_names_the_line_that_installs_it(
    name: str, module: str, purpose: str, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(wanted: str) -> object:
        raise ModuleNotFoundError(wanted)

    monkeypatch.setattr(kg.sources.extras, "import_module", missing)

    with pytest.raises(MissingExtra, match=rf"^{purpose} needs an optional part: pip install 'paper-kg\[sources\]'$"):
        titles(fixtures / name)
