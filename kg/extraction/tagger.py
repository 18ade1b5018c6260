"""A linear-chain conditional random field over words: which words name a method, a dataset, or something generic.

Features are sums of look-ups: what is known of a word is the same wherever it stands, so its scores are computed once
a word and position in the window and kept. A text then costs a few array additions and a pass forward and backward
for the probabilities. J. Lafferty, A. McCallum and F. Pereira, "Conditional random fields", ICML 2001.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.model import Model, load
from kg.extraction.tag_features import FLAG_WINDOW, WINDOW, Flags, flag_features, shape, word_features
from kg.extraction.vocabulary import Column, Vocabulary, shown
from kg.extraction.words import Words, read
from kg.ontology import scheme

LABELS = ("O", "B-M", "I-M", "B-D", "I-D", "B-G", "I-G")
"""Outside; beginning and inside of a method or architecture (M), a dataset (D), something generic or a task (G)."""

Item = TypeVar("Item")
REACH = max(WINDOW)
BATCH = 256
"""Texts tagged together: a step costs about the same for one as for all of them."""
TOGETHER = 32
"""Texts of which the scores are added up together: more do not fit the processor's cache."""
MOST = 200_000
"""Kinds of flags of which the scores are kept."""
FORM = 1 << 16
"""The key of a kind of flags: the marks, and the number of the word's form times this."""
PADDED = 32_768
"""Words, with those that fill up the shorter texts, that go through forward-backward at a time."""

Floats = NDArray[np.float32]
"""Half as many bytes as usual, and in these arrays bytes are time; weights have 16 bits."""
Integers = NDArray[np.int64]
Sums = NDArray[np.float64]
"""What is added up once and kept."""


class Table(dict[int, int]):
    """Key → row of scores, computed at the first need and kept; an index into one array is faster than a stack."""

    def __init__(self, width: int, compute: Callable[[int], Sums]) -> None:
        super().__init__()
        self._compute = compute
        self.rows = np.zeros((1024, width, len(LABELS)), dtype=np.float32)

    def __missing__(self, key: int) -> int:
        place = len(self)
        if place == len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self.rows[place] = self._compute(key)
        self[key] = place
        return place


@dataclass(frozen=True, slots=True)
class Places:
    """A text as rows of tables: the number of each word in its vocabulary; which words have flags, and the rows of these."""

    numbers: Integers
    vocabulary: Vocabulary
    flagged: Integers
    flags: list[int]


class Scorer:
    """The scores of every label for every word of a text, and the probabilities that follow from them."""

    def __init__(self, model: Model, flags: Flags) -> None:
        self._weights = model.tag_weights
        self._names = flags.names
        self._clusters = model.clusters
        self._steps = np.exp(model.transitions).astype(np.float32)
        self._zero = np.zeros(len(LABELS))
        self._known: dict[str, Sums | None] = {}
        self._words = Column(self._word, np.empty((len(WINDOW), len(LABELS)), dtype=np.float32))
        self._forms, self._form_numbers = Column(self._form, np.empty((), dtype=np.int64)), dict[str, int]()
        self._flags = Table(len(FLAG_WINDOW), self._flag)
        self._bias = self._sum(["bias"]).astype(np.float32)
        self._edge = self._word("").astype(np.float32)

    @property
    def full(self) -> bool:
        """True where the table has grown so large that a new scorer should go on."""
        return len(self._flags) > MOST

    def look_up(self, text: Words, marks: Integers) -> Places:
        """Where the scores of a text stand; best done while its words are at hand for the processor."""
        flagged = marks.nonzero()[0]
        forms = self._forms.of(text.vocabulary)[text.numbers[flagged]]
        keys = (marks[flagged] + forms * FORM).tolist()
        return Places(text.numbers, text.vocabulary, flagged, list(map(self._flags.__getitem__, keys)))

    def emissions(self, texts: Sequence[Places]) -> list[Floats]:
        """For each text words x labels. The texts stand in one row, parted by so many empty words as a window reaches."""
        ends = np.cumsum([len(text.numbers) + REACH for text in texts]).tolist()
        begins = [end - len(text.numbers) for end, text in zip(ends, texts, strict=True)]
        length = ends[-1] + REACH
        known = np.empty((length, len(WINDOW), len(LABELS)), dtype=np.float32)
        known[:] = self._edge
        for begin, end, text in zip(begins, ends, texts, strict=True):
            known[begin:end] = self._words.of(text.vocabulary)[text.numbers]
        total = np.tile(self._bias, (length, 1))
        for column, offset in enumerate(WINDOW):
            total[max(0, -offset) : length - max(0, offset)] += known[max(0, offset) : length + min(0, offset), column]
        rows = self._flags.rows[[row for text in texts for row in text.flags]]
        where = np.concatenate([begin + text.flagged for begin, text in zip(begins, texts, strict=True)])
        for column, offset in enumerate(FLAG_WINDOW):
            # No place comes twice, so that adding at all of them at the same time is right.
            total[where - offset] += rows[:, column]
        return [total[begin:end] for begin, end in zip(begins, ends, strict=True)]

    def _sum(self, names: Iterable[str]) -> Sums:
        found = [row for row in map(self._weights.get, names) if row is not None]
        return np.sum(found, axis=0) if found else self._zero

    def _word(self, word: str) -> Sums:
        """At each place of the window; the empty word is the edge of a text."""
        if not word:
            return np.stack([self._sum([f"{offset}:edge"]) for offset in WINDOW])
        word = shown(word)
        return self._all(word_features(word, self._clusters.get(word)), ":", WINDOW)

    def _form(self, word: str) -> int:
        """A number for the beginning of a word's shape."""
        return self._form_numbers.setdefault(shape(shown(word))[:4], len(self._form_numbers))

    def _flag(self, key: int) -> Sums:
        form = list(self._form_numbers)[key // FORM]
        return self._all(flag_features(form, self._names(key % FORM)), "!", FLAG_WINDOW)

    def _all(self, own: Iterable[str], sign: str, window: Sequence[int]) -> Sums:
        """The sum of some features at each place of a window; most features are those of other words, too."""
        total = np.zeros((len(window), len(LABELS)))
        if len(self._known) > 100_000:
            self._known.clear()
        for feature in own:
            key = sign + feature
            if key not in self._known:
                names = [f"{offset}{key}" for offset in window]
                found = [self._weights.get(name, self._zero) for name in names]
                some = any(row is not self._zero for row in found)
                self._known[key] = np.stack(found) if some else None
            if (rows := self._known[key]) is not None:
                total += rows
        return total

    def marginals(self, texts: Sequence[Floats]) -> list[Floats]:
        """For each text words x labels, probabilities (forward-backward, scaled to stay finite).

        Texts of like length go through together, since a step costs the same for one text as for fifty. Sums run over
        the labels in a fixed order, so that a text has the same probabilities in any company.
        """
        found = {i: text for i, text in enumerate(texts) if not len(text)}
        ranked = sorted((i for i in range(len(texts)) if i not in found), key=lambda i: -len(texts[i]))
        while ranked:
            many = max(1, PADDED // max(1, len(texts[ranked[0]])))
            group, ranked = ranked[:many], ranked[many:]
            found.update(zip(group, self._together([texts[i] for i in group]), strict=True))
        return [found[i] for i in range(len(texts))]

    def _together(self, texts: Sequence[Floats]) -> Iterator[Floats]:
        """`marginals` of texts, the longest first. Arrays are steps x labels x texts: texts lie side by side in memory."""
        lengths = np.array([len(e) for e in texts])
        longest, many = int(lengths[0]), len(texts)
        scores = np.concatenate(texts)
        scores = np.exp(scores - reduce(np.maximum, scores.T)[:, None])
        potentials = np.ones((longest, len(LABELS), many), dtype=np.float32)
        places = np.cumsum(lengths) - lengths
        for i, (place, length) in enumerate(zip(places.tolist(), lengths.tolist(), strict=True)):
            potentials[:length, :, i] = scores[place : place + length]
        forward, backward = np.ones_like(potentials), np.ones_like(potentials)
        there, back = self._steps[:, :, None], self._steps.T[:, :, None].copy()
        forward[0] = _scaled(potentials[0])
        going = np.searchsorted(-lengths, -np.arange(longest)).tolist()  # how many texts have a word at each step
        for step, n in enumerate(going[1:], 1):
            forward[step, :, :n] = _scaled(_times(forward[step - 1, :, :n], there) * potentials[step, :, :n])
        for step in range(longest - 1, 0, -1):
            n = going[step]
            backward[step - 1, :, :n] = _scaled(_times(backward[step, :, :n] * potentials[step, :, :n], back))
        forward *= backward
        forward /= np.add.reduce(forward, axis=1, keepdims=True)
        return (np.ascontiguousarray(forward[:n, :, i]) for i, n in enumerate(lengths.tolist()))


def _times(rows: Floats, steps: Floats) -> Floats:
    """For each text the sum over labels, added one after the other: BLAS may round differently for other shapes."""
    product: Floats = np.add.reduce(rows[:, None, :] * steps, axis=0)
    return product


def _scaled(rows: Floats) -> Floats:
    scaled: Floats = rows / np.add.reduce(rows, axis=0)
    return scaled


@Language.factory("kg_tagger", requires=["doc._.kg_lexicon", "doc._.kg_abbreviations"], assigns=["doc._.kg_marginals"])
class Tagger:
    """Sets ``doc._.kg_marginals``: words x labels, probabilities."""

    def __init__(self, nlp: Language, name: str) -> None:
        Doc.set_extension("kg_marginals", default=None, force=True)
        self._flags = Flags(scheme())
        self._scorer = Scorer(load(), self._flags)

    def __call__(self, doc: Doc) -> Doc:
        """Tag one text."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Tag texts many at a time."""
        it = iter(stream)
        while True:
            if self._scorer.full:
                self._scorer = Scorer(load(), self._flags)
            scorer = self._scorer  # of the whole batch: it alone knows where it has looked up a text
            docs = [(doc, self._look_up(doc, scorer)) for doc in islice(it, BATCH)]
            if not docs:
                return
            parts = batched((places for _, places in docs), TOGETHER)
            emissions = [found for part in parts for found in scorer.emissions(part)]
            for (doc, _), found in zip(docs, scorer.marginals(emissions), strict=True):
                doc._.kg_marginals = found
                yield doc

    def _look_up(self, doc: Doc, scorer: Scorer) -> Places:
        text = read(doc)
        return scorer.look_up(text, self._flags.marks(doc, text))


def batched(stream: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items, the last one shorter."""
    it = iter(stream)
    while batch := list(islice(it, size)):
        yield batch
