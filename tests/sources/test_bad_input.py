"""Bad input: the good papers are kept, the bad ones told with place and reason, in bounded time and memory."""

import gzip
import json
import resource
import time
import zlib

import pytest

from kg.errors import KgError, SourceError, UnknownFormat

GOOD = '{"title": "Slow Sums", "abstract": "We add."}'
LONG = "We add slowly. " * 30


@pytest.fixture(autouse=True)
def _bounded():
    """No test here takes minutes, even on a busy machine, or a third of a gigabyte more than there was."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def gzipped(*pieces: bytes, times: int = 1) -> bytes:
    """The gzip of the first piece and of many times the second, without ever holding all of it."""
    press = zlib.compressobj(9, wbits=31)
    return b"".join([press.compress(pieces[0]), *(press.compress(pieces[1]) for _ in range(times)), press.flush()])


BAD = {
    "half a JSON line": (f'{GOOD}\n{{"title": "Ha\n{GOOD}', 2, "line 2", "not JSON"),
    "a JSON line that is a list": (f"{GOOD}\n[1]\n", 1, "line 2", "not a JSON object"),
    "a title that is only spaces": (f'{GOOD}\n{{"title": "  ", "abstract": "x"}}', 1, "line 2", "no title"),
    "a title that is a number": (f'{GOOD}\n{{"title": 7}}', 1, "line 2", "no title"),
    "an array that breaks off": (f"[{GOOD}, {GOOD}, {GOOD[:20]}", 2, "record 3", "the end of the object is missing"),
    "an object with a lost quote in an array": (
        f'[{GOOD}, {{"title": "x, "abstract": "y"}}, {GOOD}]',
        2,
        "record 2",
        "not JSON",
    ),
    "an object with an open string in an array": (
        f'[{GOOD}, {{"title": "x, {GOOD}, {GOOD}]',
        3,
        "record 2",
        "not JSON",
    ),
    "numbers and words among objects": (f'[{GOOD}, 12, {GOOD}, "x"]', 2, "record 2", "not a JSON object"),
    "objects nested without end": (f"{GOOD}\n" + '{"a":' * 100_000, 1, "line 2", "too deeply nested"),
    "lists nested deeply in an array": (
        f'[{GOOD}, {{"title": {"[" * 100_000}{"]" * 100_000}}}, {GOOD}]',
        2,
        "record 2",
        "too deeply nested",
    ),
    "a number of too many digits": (f'{GOOD}\n{{"title": {"9" * 9999}}}', 1, "line 2", "not JSON"),
    "a line of 50 MB": (f'{GOOD}\n{{"title": "{"x" * 50_000_000}"}}\n{GOOD}', 2, "line 2", "longer than 16,000,000"),
    "an XML entry that is not well-formed": (
        "<feed><entry><title>A</title></entry><entry><title>B</titel></entry><entry><title>C</title></entry></feed>",
        2,
        "entry 2",
        "mismatched tag",
    ),
    "a feed that breaks off": (
        "<feed><entry><title>A</title></entry><entry><title>B</ti",
        1,
        "entry 2",
        "not well-formed",
    ),
    "a BibTeX entry that is not closed": (
        "@article{a,\n title = {A {b},\n}\n@article{b,\n title = {B},\n}",
        1,
        "line 1",
        "not BibTeX",
    ),
    "a BibTeX entry without a title": (
        "@article{a,\n year = 2001,\n}\n@article{b,\n title = {B},\n}",
        1,
        "line 1",
        "no title",
    ),
    "a row with an open quote": ('title,abstract\nA,"We add\nB,We add\nC,We add\n', 2, "line 2", "not a row"),
    "a row with a cell too many": (
        "title,abstract\nA,We add, slowly\nB,We add\n",
        1,
        "line 2",
        "3 cells where the first row has 2",
    ),
    "a RIS record without a title": (
        "TY  - JOUR\nAU  - X\nPY  - 2001\nER  - \nTY  - JOUR\nTI  - B\nER  - \n",
        1,
        "line 1",
        "no title",
    ),
    "an abstract of 20 MB in a page": (
        f"A\n\n{LONG}\n\nB\n\n{'w ' * 10_000_000}\n\nC\n\n{LONG}",
        2,
        "line 7",
        "longer than",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_the_good_papers_are_kept_and_the_bad_record_is_told(case: str, read_bytes) -> None:
    text, good, place, reason = BAD[case]

    papers, rejected = read_bytes(text)

    assert len(papers) == good
    assert rejected[0].record == place
    assert reason in rejected[0].reason


def test_a_gigabyte_of_zeros_in_a_megabyte_ends_early_and_keeps_the_papers_before_it(read_bytes) -> None:
    bomb = gzip.compress(f"{GOOD}\n".encode()) + gzipped(b"", b"0" * 1_000_000, times=50) * 20
    assert len(bomb) < 1_100_000

    papers, rejected = read_bytes(bomb)

    assert len(papers) == 1
    assert "unpacks to more than 300 times its size" in rejected[-1].reason


def test_a_bomb_of_brackets_is_unknown_and_with_the_format_named_an_error(read_bytes) -> None:
    bomb = gzipped(b"", b"[" * 1_000_000, times=50) * 4

    with pytest.raises(UnknownFormat):
        read_bytes(bomb)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_bytes(bomb, "jsonl")


def test_a_broken_gzip_gives_the_papers_before_the_damage(read_bytes) -> None:
    whole = gzip.compress(f"{GOOD}\n".encode() * 10_000)

    papers, rejected = read_bytes(whole[:-200])

    assert len(papers) > 1000
    assert rejected[-1].reason == "it ends in the middle of the compressed data"


def test_gzip_that_is_damaged_at_once_is_an_error_of_one_line(read_bytes) -> None:
    with pytest.raises(SourceError, match=r"^given: the compressed data are damaged: .*; get the file again$"):
        read_bytes(b"\x1f\x8b\x08\x00garbage that is no deflate stream")


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><feed><entry><title>&b;</title></entry></feed>',
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed><entry><title>&x;</title></entry></feed>',
        '<!DOCTYPE feed [<!ENTITY % x SYSTEM "http://localhost:9/x"> %x;]><feed><entry><title>A</title></entry></feed>',
    ],
)
def test_a_feed_that_declares_entities_is_refused(document: str, read_bytes) -> None:
    papers, rejected = read_bytes(f'<?xml version="1.0"?>{document}')

    assert not papers
    assert "declares entities" in rejected[0].reason


def test_a_document_type_from_elsewhere_is_not_fetched_and_html_names_are_understood(read_bytes) -> None:
    feed = '<!DOCTYPE feed SYSTEM "file:///etc/passwd"><feed><entry><title>Caf&eacute; &amp; tea</title></entry></feed>'

    assert read_bytes(feed)[0][0].title == "Café & tea"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"])
def test_a_text_in_another_encoding_is_read(encoding: str, read_bytes) -> None:
    line = json.dumps({"title": "Größe und Café", "abstract": "Wir zählen. " * 30}, ensure_ascii=False)

    assert read_bytes(line.encode(encoding))[0][0].title == "Größe und Café"


def test_nul_bytes_and_controls_in_a_record_are_dropped(read_bytes) -> None:
    assert read_bytes('{"title": "Slow\0 \x07Sums"}\n')[0][0].title == "Slow Sums"


def test_the_last_of_two_equal_keys_counts(read_bytes) -> None:
    assert read_bytes('{"title": "A", "title": "B"}')[0][0].title == "B"


def test_of_very_many_bad_records_the_first_are_told_and_the_rest_counted(read_bytes) -> None:
    papers, rejected = read_bytes(f"{GOOD}\n" + '{"title" bad}\n' * 10_005)

    assert len(papers) == 1
    assert len(rejected) == 10_001
    assert rejected[-1].reason.startswith("5 more, the last: not JSON")


NOTHING = {
    "nothing": b"",
    "blank lines": b"\n \r\n\t\n",
    "zeros": bytes(100_000),
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 200,
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\n\nendobj\n",
    "a program": b"\x7fELF\x02\x01\x01\0" + bytes(range(256)) * 100,
    "a zip": b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(range(256)) * 50,
    "a table of other things": b"name,size\nx,1\ny,2\n",
    "JSON of other things": b'[{"name": "Ada"}, {"name": "Kim"}]',
    "one sentence": b"Once upon a time there was a sum.",
    "a web page without papers": b"<!doctype html><html><body><p>Hello.</p></body></html>",
    "half a Parquet file": b"PAR1" + bytes(100),
    "markdown": b"# Notes\n\n- one\n- two\n",
}


@pytest.mark.parametrize("case", NOTHING)
def test_what_holds_no_paper_gives_none_and_says_why(case: str, read_bytes) -> None:
    papers, reasons = [], list[str]()
    try:
        papers, rejected = read_bytes(NOTHING[case])
        reasons += [r.reason for r in rejected]
    except KgError as error:
        reasons.append(str(error))

    assert papers == []
    assert reasons
    assert "\n" not in reasons[0]
