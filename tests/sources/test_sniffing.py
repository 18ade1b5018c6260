"""The format is told by content, and a damaged file is never silently read by the reader of another format."""

import contextlib
import io
import random
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.records import Paper
from kg.sources import READERS, read_source, reader_of, source_of

FORMATS = {
    "acl.bib": "bibtex",
    "arxiv.html": "html",
    "arxiv.jsonl": "arxiv",
    "atom.xml": "feed",
    "daily.txt": "page",
    "hf.html": "html",
    "hf.json": "hf",
    "openalex.json": "openalex",
    "openreview.json": "openreview",
    "papers.json": "jsonl",
    "papers.jsonl": "jsonl",
    "papers.parquet": "parquet",
    "rss.xml": "feed",
    "s2.json": "s2",
    "scopus.csv": "csv",
    "semicolons.csv": "csv",
    "table.tsv": "csv",
    "zotero.ris": "ris",
}
MUTATIONS = 200


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with one to six small damages, and now and then a large one."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(found) + 1), chance.randint(1, 12)
        kind = chance.choice(("flip", "drop", "add", "repeat", "swap", "blank", "cut", "front", "crlf"))
        if kind == "flip" and at < len(found):
            found[at] = chance.randrange(256)
        elif kind == "drop":
            del found[at : at + size]
        elif kind == "add":
            found[at:at] = chance.randbytes(size)
        elif kind == "repeat":
            found[at:at] = found[at : at + 20 * size]
        elif kind == "swap":
            lines = bytes(found).split(b"\n")
            one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            found = bytearray(b"\n".join(lines))
        elif kind == "blank":
            found[at:at] = b"\n\n"
        elif kind == "cut" and chance.random() < 0.3:
            del found[max(1, at) :]
        elif kind == "front" and chance.random() < 0.3:
            del found[:size]
        elif kind == "crlf" and chance.random() < 0.3:
            found = bytearray(bytes(found).replace(b"\n", b"\r\n"))
    return bytes(found)


def read_papers(data: bytes) -> tuple[str, list[Paper]]:
    """The name of the reader that was chosen and its papers; none and no papers where there is an error."""
    source, name, papers = source_of("given", io.BytesIO(data)), "", list[Paper]()
    with contextlib.suppress(KgError):
        reader = reader_of(source)
        name = next(name for name, module in READERS.items() if module is reader)
        papers.extend(f for f in read_source(source) if isinstance(f, Paper))
    return name, papers


def test_every_fixture_has_its_format(fixtures: Path) -> None:
    assert {p.name for p in fixtures.iterdir()} == set(FORMATS)
    assert set(FORMATS.values()) == set(READERS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_fixture_is_told_by_its_content(name: str, fixtures: Path) -> None:
    assert read_papers((fixtures / name).read_bytes())[0] == FORMATS[name]


@pytest.mark.parametrize("name", FORMATS)
def test_no_damaged_fixture_is_silently_read_by_the_wrong_reader(name: str, fixtures: Path) -> None:
    data, chance = (fixtures / name).read_bytes(), random.Random(name)
    right = 0

    for number in range(MUTATIONS):
        damaged = mutated(data, chance)
        reader, papers = read_papers(damaged)
        assert reader == FORMATS[name] or not papers, (number, reader, papers, damaged)
        right += reader == FORMATS[name]

    assert right > MUTATIONS / 2


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("\ufeff\r\n\r\n[\r\n{\"title\": \"A\"}]", "jsonl"),
        ('{"title": "A paper, on title, abstract"}', "jsonl"),
        ('{"paperId": "x", "title": "A", "abstract": "B"}', "s2"),
        ('{"id": "2509.12345", "title": "A", "summary": "B", "upvotes": 3, "publishedAt": "2025-09-18"}', "hf"),
        ("<?xml version='1.0'?>\n<!-- a feed -->\n<rdf:RDF xmlns='http://purl.org/rss/1.0/'><item/></rdf:RDF>", "feed"),
        ("<!-- saved from url=(0030)https://huggingface.co/papers -->\n<html><head></head></html>", "html"),
        ("<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'></html>", "html"),
        ("% a comment\n\n@article{key,\n  title = {A},\n}\n", "bibtex"),
        ("@misc{key, title={A}, year={2001}}", "bibtex"),
        ("sep=;\nTitle;Year\nA;2001\n", "csv"),
        ("Title|Abstract\nA|B\n", "csv"),
        ("Provider: x\n\nTY  - JOUR\nTI  - A\nER  - \n", "ris"),
        ("A title, an abstract, and a story\n\nOnce upon a time. There was a sum.\n", "page"),
        ("The word \"title\": a study\n\nWe read {braces} and <tags>. They are rare.\n", "page"),
    ],
)  # fmt: skip
def test_formats_are_told_in_unusual_clothes(text: str, format: str) -> None:
    assert reader_of(source_of("given", io.BytesIO(text.encode()))) is READERS[format]
