"""Addresses of code: found as people type them, repaired, and told apart from other addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.urls import find


def urls(text: str) -> list[str]:
    """The repaired addresses of a text."""
    return [url for _, _, url in find(text)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code: https://github.com/a/b.", "https://github.com/a/b"),
        ("Code (https://github.com/a/b).", "https://github.com/a/b"),
        ("Code is at https: //github.com/a/b", "https://github.com/a/b"),
        ("Code is at https:// github.com/a/b.", "https://github.com/a/b"),
        ("see github.com/a/b for code", "https://github.com/a/b"),
        ("see www.github.com/a/b", "https://www.github.com/a/b"),
        ("Models: HTTPS://HuggingFace.co/Org/Model!", "https://huggingface.co/Org/Model"),
        ("at https://a-b.github.io", "https://a-b.github.io"),
        ("demo at https://example.github.io/x_(1)/", "https://example.github.io/x_(1)/"),
        ("Project page: http://lab.example.edu/gatenet/.", "http://lab.example.edu/gatenet/"),
        ("code is available at https://hf-mirror.example/a/b", "https://hf-mirror.example/a/b"),
        ("code at https://github.com/a/b_c", "https://github.com/a/b_c"),
        ("code: aiohttp.github.io/demo", "https://aiohttp.github.io/demo"),
        ("İstanbul: the code is at https://github.com/a/b", "https://github.com/a/b"),
    ],
)
def test_an_address_of_code_is_found_and_repaired(text: str, url: str) -> None:
    assert urls(text) == [url]


@pytest.mark.parametrize(
    "text",
    [
        "We thank Acme (https://acme.com) for its chips.",
        "The code of https://arxiv.org/abs/1706.03762 is ours.",
        "see https://doi.org/10.1/x",
        "no address here, GitHub is a hub",
        "mail a@github.com/x",
        "https://github.com",
        "a ratio of 3/4 and and/or",
    ],
)
def test_other_addresses_are_not_code(text: str) -> None:
    assert urls(text) == []


def test_each_of_several_addresses_is_found_once() -> None:
    assert urls("Code: github.com/a/b, data: https://zenodo.org/records/1.") == [
        "https://github.com/a/b",
        "https://zenodo.org/records/1",
    ]


PIECES = [*"ab/.:() ,'\"é", "https://", "github.com/", "www.", "https: //", "code at "]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read_without_complaint_and_places_lie_in_it(text: str) -> None:
    for start, end, url in find(text):
        assert 0 <= start < end <= len(text)
        assert url.startswith(("http://", "https://"))
        assert not any(c.isspace() for c in url)
