"""The spaCy pipeline: a blank English tokenizer and the components of this folder, in order.

The title and the abstract of a paper are read as one text, so that each helps to understand the other. Of a text without
end the beginning is read, and words without end are broken: the tokenizer takes affixes off a word one by one, each time
copying the rest, so that a line of brackets would keep it busy for hours.
"""

import re

import spacy
from spacy.language import Language
from spacy.util import compile_suffix_regex

from kg.extraction import abbreviations, encoder, lexicon, mentions, tagger, urls  # noqa: F401  registers the factories
from kg.extraction.cleaning import Clean, clean
from kg.extraction.vocabulary import TITLE_BREAK
from kg.records import FieldName, Kind, Mention, Paper, Role

READ = 200_000
"""Characters of a title or an abstract that are read; no real one has a tenth of so many."""

MARKS = 64
"""So many marks in a row are no text."""
_HALF = MARKS // 2
_MARKS = re.compile(rf"(?:[^\w\s]|_){{{MARKS},}}")
_ENDLESS = re.compile(r"\S{500}(?=\S)")

COMPONENTS = ("kg_urls", "kg_abbreviations", "kg_lexicon", "kg_tagger", "kg_mentions")
ENCODER = "kg_encoder"

STOP_BEHIND_CAPITAL = r"(?<=[a-z0-9-][A-Z])\."
"""A full stop that ends a sentence; behind "U.S" it ends an abbreviation, and behind "SGD" spaCy knows it."""

CUT_WORDS = 100_000
"""How many words the tokenizer remembers how to cut; spaCy's own default is 10,000."""


def english() -> Language:
    """A pipeline without components: spaCy's English tokenizer, which leaves no full stop at the end of "ADE20K."."""
    nlp = spacy.blank("en")
    suffixes = compile_suffix_regex([*nlp.Defaults.suffixes, STOP_BEHIND_CAPITAL])  # type: ignore[misc]
    nlp.tokenizer.suffix_search = suffixes.search  # type: ignore[union-attr]
    # What nobody here asks about a word need not be found out for each new one, and words are remembered as they were
    # cut: without the two, a tenth of the time goes into rare words.
    nlp.vocab.lex_attr_getters = {}
    nlp.tokenizer.max_cache_size = CUT_WORDS  # type: ignore[union-attr]
    nlp.max_length = 2 * READ + len(TITLE_BREAK)
    return nlp


def make_pipeline(accurate: bool = False) -> Language:
    """A new pipeline; takes half a second. The accurate one asks the encoder, too."""
    nlp = english()
    for name in COMPONENTS[:-1]:
        nlp.add_pipe(name)
    if accurate:
        nlp.add_pipe(ENCODER)
    nlp.add_pipe(COMPONENTS[-1], config={"accurate": accurate})
    return nlp


def text_of(paper: Paper) -> tuple[str, Clean, Clean]:
    """What is read of a paper: the clean title, a double line break and the clean abstract; and the ways back."""
    title, abstract = clean(paper.title[:READ]), clean(paper.abstract[:READ])
    return f"{broken(title.text)}{TITLE_BREAK}{broken(abstract.text)}", title, abstract


def broken(text: str) -> str:
    """The text, equally long, with spaces for long rows of marks and for every 500th character of an endless word.

    >>> broken("A line" + "_" * 70 + "B") == "A line" + " " * 70 + "B", len(broken("x" * 1200).split())
    (True, 3)
    """
    halves = (text[i : i + _HALF] for i in range(0, len(text) - _HALF + 1, _HALF))
    if all(" " in half for half in halves) or max(map(len, text.split()), default=0) < MARKS:
        return text  # what nearly all texts are
    return _ENDLESS.sub(lambda m: m[0][:-1] + " ", _MARKS.sub(lambda m: " " * len(m[0]), text))


def mentions_of(paper: Paper, title: Clean, abstract: Clean, found: tuple[mentions.Found, ...]) -> tuple[Mention, ...]:
    """Mentions with offsets into the stored title and abstract."""
    gap = len(title.text) + len(TITLE_BREAK)
    result = []
    for start, end, kind, role, confidence, source, concept, extra in found:
        field: FieldName = "title" if end <= len(title.text) else "abstract"
        if field == "abstract" and start < gap:
            continue  # touches the break: no name goes from title to abstract
        part, stored, shift = (title, paper.title, 0) if field == "title" else (abstract, paper.abstract, gap)
        a, b = part.span(start - shift, end - shift)
        code = kind == "Code"
        plain = part.text[start - shift : end - shift]
        result.append(
            Mention(
                text=stored[a:b], type=_KINDS[kind], role=_ROLES[role], field=field, start=a, end=b,
                confidence=confidence, source=source, concept=concept,
                label=extra if code else "", long_form="" if code else extra,
                plain="" if code or plain == stored[a:b] else plain,
            )
        )  # fmt: skip
    return tuple(result)


_KINDS: dict[str, Kind] = {"Method": "Method", "Architecture": "Architecture", "Dataset": "Dataset", "Code": "Code"}
_ROLES: dict[str, Role] = {
    "introduces": "introduces",
    "evaluates_on": "evaluates_on",
    "uses": "uses",
    "compares_to": "compares_to",
    "has_code": "has_code",
    "mentions": "mentions",
}
