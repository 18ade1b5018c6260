"""Names of the concept scheme in the text: spaCy's `PhraseMatcher` over folded word forms.

A word's ``NORM`` is its folded form (letter case, plural, hyphens before digits aside), so ``ResNet50``, ``Resnet-50``
and ``RESNET-50`` meet. Names of several words are also found with their words joined by hyphens or run together.
Names marked ``exact`` must be written as in the scheme.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

import spacy
from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from kg.ontology import Scheme, fold, scheme

TASK = "task:"
_WORD = re.compile(r"\w")


def norm(word: str) -> str:
    """The folded form of a token; punctuation is itself.

    >>> norm("ResNet-50"), norm("Networks"), norm("-")
    ('resnet50', 'network', '-')
    """
    return fold(word) if _WORD.search(word) else word


def variants(name: str) -> Iterator[str]:
    """A name and the ways in which its words are joined elsewhere.

    >>> sorted(variants("meta-learning"))
    ['meta learning', 'meta-learning', 'metalearning']
    """
    found = {name}
    words = re.split(r"[\s-]+", name)
    if 1 < len(words) <= 5:
        found |= {" ".join(words), "-".join(words[:2]) + "".join(f" {w}" for w in words[2:])}
        if len(words) == 2:
            found.add("".join(words))
        if len(words) == 3:
            found |= {f"{words[0]} {words[1]}-{words[2]}", "-".join(words)}
    if len(words) == 1 and (split := re.fullmatch(r"([A-Za-z]{3,})(\d+)", name)):
        found.add(f"{split[1]} {split[2]}")
    if len(words) == 2 and re.fullmatch(r"[\d.]+\w?", words[1]):
        found.add(f"{words[0]}{words[1]}")
    return iter(found)


def strict(text: str) -> str:
    """What must be equal for a name whose letter case counts: letters and digits, without a plural s."""
    bare = re.sub(r"[\W_]+", "", text)
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and bare[-2].isupper() else bare


def cut(words: Collection[str]) -> dict[str, list[str]]:
    """Words without blanks and the tokens that spaCy cuts them into: all in one text, which costs a fifth of one each.

    >>> cut({"GPT-4", "x/y"})["x/y"]
    ['x', '/', 'y']
    """
    scratch = spacy.blank("en")
    # Of new words only the norm is asked here, so nothing else is found out about them.
    scratch.vocab.lex_attr_getters = {NORM: norm}
    ordered = sorted(words)
    scratch.max_length = sum(map(len, ordered)) + len(ordered)
    tokens = iter(scratch.make_doc(" ".join(ordered)))
    found = {}
    for word in ordered:
        length, parts = 0, []
        while length < len(word):
            parts.append(next(tokens).text)
            length += len(parts[-1])
        found[word] = parts
    return found


@Language.factory("kg_lexicon", assigns=["doc._.kg_lexicon"])
class Lexicon:
    """Sets ``doc._.kg_lexicon``: (start token, end token, concept), longest matches first come, none overlapping.

    The concept of a plain task is ``task:``: known, so that it is not taken for a method.
    """

    def __init__(self, nlp: Language, name: str, concepts: Scheme | None = None) -> None:
        Doc.set_extension("kg_lexicon", default=(), force=True)
        nlp.vocab.lex_attr_getters[NORM] = norm
        found = concepts or scheme()
        self._exact: dict[str, set[str]] = defaultdict(set)
        loose: dict[str, set[str]] = defaultdict(set)
        texts: dict[str, list[str]] = defaultdict(list)
        for entry in found.names:
            (self._exact if entry.exact else loose)[entry.concept].add(strict(entry.text))
            texts[entry.concept] += variants(entry.text)
        texts[TASK] += (text for task in found.tasks for text in variants(task))
        parts = cut({word for some in texts.values() for text in some for word in text.split()})
        self._loose = {c: {fold(t) for t in loose[c]} for c in self._exact}
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        for concept, some in texts.items():
            names = [[part for word in text.split() for part in parts[word]] for text in some]
            patterns = {tuple(map(norm, words)): words for words in names}
            self._matcher.add(concept, [Doc(nlp.vocab, words=words) for words in patterns.values()])
        self._strings = nlp.vocab.strings

    def __call__(self, doc: Doc) -> Doc:
        """Find the names of a text."""
        taken = bytearray(len(doc))
        kept = []
        for key, start, end in sorted(self._matcher(doc), key=lambda m: (m[1] - m[2], m[1], m[0])):
            concept = self._strings[key]
            if any(taken[start:end]) or (concept in self._exact and not self._as_written(concept, doc, start, end)):
                continue
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, concept))
        doc._.kg_lexicon = tuple(sorted(kept))
        return doc

    def _as_written(self, concept: str, doc: Doc, start: int, end: int) -> bool:
        text = doc[start:end].text
        return strict(text) in self._exact[concept] or fold(text) in self._loose[concept]
