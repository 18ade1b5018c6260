"""Names of the concept scheme in the text, by folded forms: letter case, plural, hyphens and blanks aside.

A name is looked up by what its words spell when run together (`kg.ontology.fold`), so ``ResNet50``, ``Resnet-50`` and
``RESNET 50`` meet, and so do ``meta-learning``, ``meta learning`` and ``metalearning``. Names marked ``exact`` must be
written as in the scheme.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.vocabulary import CAPITAL, Column, addition
from kg.extraction.words import Words, read
from kg.ontology import Scheme, fold, scheme

TASK = "task:"
WHOLE, FRONT = 1, 2
"""Signs of a word: the scheme has it as a name; names of the scheme begin with it."""
_PREFIXES = (
    "auto bi co cross de fine hyper inter intra meta mini multi non over pre pseudo re self semi sub super under"
)
_LENGTHS = sorted({len(prefix) for prefix in _PREFIXES.split()})
_AFTER_PREFIX = "|".join(
    rf"(?<=\b(?:{'|'.join(prefix for prefix in _PREFIXES.split() if len(prefix) == length)}))" for length in _LENGTHS
)
_CUT = re.compile(
    rf"(?:[^\w+#∞★*]|_)+|(?=[+#∞★*])|(?<=[A-Za-z]{{3}})(?=\d)|(?<=\d)(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])"
    rf"|(?:{_AFTER_PREFIX})(?=[a-z]{{4}})"
)


def fronts(name: str) -> Iterator[tuple[str, bool]]:
    """What the beginnings of a name spell where a text may part it: between its words, before a number, after a prefix.

    At a hump, too: there the text must have a capital, for "CrossTask" is no task that goes across.

    >>> list(fronts("Swin Transformer V2")), list(fronts("ResNet50")), list(fronts("autoencoder"))
    ([('swin', False), ('swintransformer', False)], [('res', True), ('resnet', False)], [('auto', False)])
    """
    at, spelled = 0, ""
    for cut in _CUT.finditer(name):
        spelled += fold(name[at : cut.start()])
        at = cut.end()
        if spelled and at < len(name):
            yield spelled, not cut[0] and name[at].isupper()


def strict(text: str) -> str:
    """What must be equal for a name whose letter case counts: letters and digits, without a plural s."""
    bare = re.sub(r"[\W_]+", "", text)
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and bare[-2].isupper() else bare


@Language.factory("kg_lexicon", assigns=["doc._.kg_lexicon"])
class Lexicon:
    """Sets ``doc._.kg_lexicon``: (start token, end token, concept), longest matches first come, none overlapping.

    The concept of a plain task is ``task:``: known, so that it is not taken for a method.
    """

    def __init__(self, nlp: Language, name: str, concepts: Scheme | None = None) -> None:
        Doc.set_extension("kg_lexicon", default=(), force=True)
        found = concepts or scheme()
        self._concepts = {fold(task): TASK for task in found.tasks}
        self._concepts |= {fold(entry.text): entry.concept for entry in found.names}
        loose = {fold(entry.text) for entry in found.names if not entry.exact}
        self._exact: dict[str, set[str]] = {}
        for entry in found.names:
            if entry.exact and (key := fold(entry.text)) not in loose:
                self._exact.setdefault(key, set()).add(strict(entry.text))
        self._fronts: dict[str, dict[str, bool]] = {}
        for text in (*found.tasks, *(entry.text for entry in found.names)):
            self._fronts.setdefault(fold(text), {}).update(fronts(text))
        self._begun = frozenset(front for some in self._fronts.values() for front in some)
        self._heads = self._begun | self._concepts.keys()
        self._opening = Column(self._opens, np.empty((), dtype=np.uint8))

    def __call__(self, doc: Doc) -> Doc:
        """Find the names of a text."""
        text = read(doc)
        taken = bytearray(len(text))
        kept = []
        for start, end, key in sorted(self._matches(text), key=lambda m: (m[0] - m[1], m[0])):
            if any(taken[start:end]):
                continue
            written = self._exact.get(key)
            if written is not None and strict(text.slice(start, end)) not in written:
                continue
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, self._concepts[key]))
        doc._.kg_lexicon = tuple(sorted(kept))
        return doc

    def _opens(self, word: str) -> int:
        """Whether a word spells a name, and whether it begins a longer one."""
        spelled = addition(word)
        return WHOLE * (spelled in self._concepts) + FRONT * (spelled in self._begun)

    def _matches(self, text: Words) -> Iterator[tuple[int, int, str]]:
        """First and last word (exclusive) of what spells a name, and its folded form."""
        keys, heads = text.keys, self._heads
        opening = self._opening.of(text.vocabulary)[text.numbers]
        places = opening.nonzero()[0]
        for start, signs in zip(places.tolist(), opening[places].tolist(), strict=True):
            spelled = keys[start] or ""
            if signs & WHOLE:
                yield start, start + 1, spelled
            if signs & FRONT:
                more = keys[start + 1] if start + 1 < len(keys) else None
                if more is not None and spelled + more in heads:
                    yield from self._longer(start, spelled, text)

    def _longer(self, start: int, key: str, text: Words) -> Iterator[tuple[int, int, str]]:
        cuts: list[tuple[str, bool]] = []
        for end in range(start + 1, len(text.keys)):
            more = text.keys[end]
            if more is None or (more and key not in self._begun):
                return
            if more:
                cuts.append((key, bool(text.signs[end] & CAPITAL)))
                key += more
                if key in self._concepts and self._parted(key, cuts):
                    yield start, end + 1, key

    def _parted(self, key: str, cuts: Sequence[tuple[str, bool]]) -> bool:
        """True where a name may be parted as the text does it; each cut says whether a capital follows."""
        allowed = self._fronts[key]
        return all(front in allowed and (capital or not allowed[front]) for front, capital in cuts)
