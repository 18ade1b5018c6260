"""LaTeX, Markdown and typography become plain text, and every character knows where it came from."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.cleaning import clean


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("plain text", "plain text"),
        (r"the {\bf F}ast net", "the Fast net"),
        (r"$\ell_1$ and $H_\infty$", "ℓ1 and H_∞"),
        (r"R\"ossler, Erd\H{o}s, Fr\'{e}chet", "Rössler, Erdos, Fréchet"),
        (r"\emph{GateNet}, 50\% of \textbf{all}", "GateNet, 50% of all"),
        (r"as in~\cite{doe2020} and \citep[p.~3]{roe}", "as in and "),
        (r"at \url{https://github.com/a/b}", "at https://github.com/a/b"),
        ("so-\nlution of\n two lines", "solution of two lines"),
        ("“smart” ﬁne‑tuning", '"smart" fine-tuning'),
        ("soft\u00adhyphen and\u00a0blank", "softhyphen and blank"),
        ("**bold** and ``quoted''", "bold and quoted"),
        ("2^{n} and x_{i}", "2n and x_i"),
        ("<jats:p>a <i>BERT</i>.</jats:p><P class='x'>H<sub>2</sub>O<br/>is", " a BERT.  H2O is"),
        ("a <b and c> d, p<0.05, <s>, x<y", "a <b and c> d, p<0.05, , x<y"),
    ],
)
def test_text_as_typed_becomes_text_as_read(typed: str, read: str) -> None:
    assert clean(typed).text == read


def test_a_stretch_of_the_clean_text_leads_back_to_what_was_typed() -> None:
    typed = r"we call it {\sc GateNet}, a $\beta$-VAE of R\"ossler"
    plain = clean(typed)
    for name, original in (("GateNet", "GateNet"), ("β-VAE", r"\beta$-VAE"), ("Rössler", r"R\"ossler")):
        start = plain.text.index(name)
        a, b = plain.span(start, start + len(name))
        assert typed[a:b] == original


def test_plain_text_is_left_alone() -> None:
    assert clean("nothing to do").offsets is None
    assert clean("nothing to do").span(3, 7) == (3, 7)


PIECES = [*"ab Zé1-_^~*'`\"“ﬁ\u00ad\n\\{}$()[]%&#𝒯", r"\ell", r"\bf ", r"\"o", r"\cite{x}"]
TYPED = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
ANY = st.one_of(st.text(max_size=80), TYPED)


@given(ANY)
def test_every_character_leads_back_into_the_text_and_never_backwards(typed: str) -> None:
    plain = clean(typed)
    places = [plain.span(i, i + 1) for i in range(len(plain.text))]
    assert all(0 <= a < b <= len(typed) for a, b in places)
    assert all(one[0] <= two[0] for one, two in pairwise(places))


@given(ANY, st.data())
def test_any_stretch_leads_back_to_a_stretch(typed: str, data: st.DataObject) -> None:
    plain = clean(typed)
    if plain.text:
        start = data.draw(st.integers(0, len(plain.text) - 1))
        end = data.draw(st.integers(start + 1, len(plain.text)))
        a, b = plain.span(start, end)
        assert 0 <= a < b <= len(typed)


@given(st.text("abc XYZ 0123.,;:()", max_size=80))
def test_text_without_markup_stays_as_it_is(typed: str) -> None:
    assert clean(typed).text == typed
