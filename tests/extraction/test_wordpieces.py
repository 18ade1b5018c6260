"""Words in pieces."""

from hypothesis import example, given
from hypothesis import strategies as st

from kg.extraction.wordpieces import MOST, stretches, wordpieces

VOCABULARY = {"[UNK]": 0, "res": 1, "net": 2, "##net": 3, "##s": 4, "-": 5, "50": 6, "##0": 7, "5": 8, "cafe": 9}


def pieces(word: str) -> list[str]:
    """The pieces themselves."""
    names = list(VOCABULARY)
    return [names[number] for number in wordpieces(word, VOCABULARY)]


def test_the_longest_piece_comes_first_and_what_goes_on_is_marked() -> None:
    assert pieces("ResNets-50") == ["res", "##net", "##s", "-", "50"]
    assert pieces("5") == ["5"]


def test_accents_and_capitals_do_not_count() -> None:
    assert pieces("CAFÉ") == ["cafe"]


def test_a_stretch_that_cannot_be_put_together_is_one_unknown_piece() -> None:
    assert pieces("resx-50") == ["[UNK]", "-", "50"]
    assert pieces("") == ["[UNK]"]
    assert pieces("s" * 200) == ["[UNK]"]


def test_of_a_word_without_end_the_beginning_is_read() -> None:
    assert pieces("5-" * 20) == ["5", "-"] * (MOST // 2)


@given(st.text(max_size=30))
@example("a\xa0b\u3000c")
def test_any_text_has_pieces_and_its_stretches_have_no_blanks(text: str) -> None:
    assert 1 <= len(wordpieces(text, VOCABULARY)) <= MOST
    assert all(s and not any(c.isspace() for c in s) for s in stretches(text))
