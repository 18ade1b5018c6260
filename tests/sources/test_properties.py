"""Whatever the text, the readers give papers and reasons or a KgError, and nothing else."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import KgError
from kg.records import Paper
from kg.sources import READERS

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
PIECES = st.sampled_from(
    [
        "title",
        "abstract",
        "\n",
        "\n\n",
        '"',
        ",",
        ";",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ":",
        "\\",
        "@article{a,",
        "title = {",
        "TY  - ",
        "TI  - ",
        "ER  - ",
        "<entry>",
        "<title>",
        "</title>",
        "</entry>",
        "<feed>",
        "&amp;",
        "&x;",
        "<![CDATA[",
        "Sep 18",
        "\x00",
        "\ufeff",
        "\r",
        " ",
        "We add. They sum.",
        "é",
        "🚀",
        "2509.12345",
        "data-props='{",
        "PAR1",
        "null",
        "1e999",
        "\u2028",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))
OPENINGS = {"feed": "<feed>", "csv": "title,abstract\n", "parquet": "PAR1", "html": "<html>"}


@pytest.mark.parametrize("name", READERS)
@given(text=TEXTS)
@FEW
def test_any_text_through_any_reader_raises_nothing_but_its_own_errors(name: str, text: str, read_bytes) -> None:
    for given_text in (text, OPENINGS.get(name, "") + text):
        with contextlib.suppress(KgError):
            papers, _ = read_bytes(given_text.encode("utf-8", "surrogatepass"), name)
            assert all(paper.title for paper in papers)


@given(data=st.binary(max_size=400))
@settings(FEW, max_examples=200)
def test_any_bytes_raise_nothing_but_its_own_errors(data: bytes, read_bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"):
        with contextlib.suppress(KgError):
            read_bytes(start + data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = {
    "jsonl": ["title", "abstract", "authors", "date", "url", "id", "doi", "code", "keywords", "categories", "venue"],
    "hf": ["paper", "title", "summary", "authors", "publishedAt", "githubRepo", "ai_keywords", "id"],
    "arxiv": ["id", "title", "abstract", "authors_parsed", "versions", "categories", "doi", "comments"],
    "openalex": [
        "title",
        "abstract_inverted_index",
        "authorships",
        "primary_location",
        "locations",
        "keywords",
        "topics",
    ],
    "s2": ["title", "abstract", "externalIds", "authors", "openAccessPdf", "s2FieldsOfStudy", "journal", "year"],
    "openreview": ["id", "forum", "content", "cdate", "replyto"],
}


@pytest.mark.parametrize("name", KEYS)
@given(data=st.data())
@FEW
def test_objects_whose_values_are_of_any_type_become_papers_or_reasons(
    name: str, data: st.DataObject, read_bytes
) -> None:
    shape = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS[name], VALUES))
    records = data.draw(st.lists(shape, min_size=1, max_size=3))
    if name == "openreview" and isinstance(records[0].get("content"), dict):
        records[0]["content"]["title"] = data.draw(VALUES)

    papers, rejected = read_bytes(json.dumps(records), name)

    assert len(papers) + len(rejected) >= 1


@given(pairs=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), min_size=1, max_size=5))
@FEW
def test_papers_written_as_json_lines_are_read_back(pairs: list[tuple[str, str]], read_bytes) -> None:
    papers = [Paper(title=f"T {t}", abstract=a, authors=("Ada Noor",), source="x") for t, a in pairs]

    again, rejected = read_bytes(data="".join(p.model_dump_json() + "\n" for p in papers))

    assert again == papers
    assert not rejected
