"""A linear-chain conditional random field over words: which words name a method, a dataset, or something generic.

Features are sums of look-ups: what is known of a word is the same wherever it stands, so its scores are computed once
a word and position in the window and kept. A text then costs a few array additions and a pass forward and backward
for the probabilities. J. Lafferty, A. McCallum and F. Pereira, "Conditional random fields", ICML 2001.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.model import Model, load
from kg.extraction.tag_features import FLAG_WINDOW, WINDOW, Flags, flag_features, shape, word_features
from kg.extraction.words import words_of
from kg.ontology import scheme

LABELS = ("O", "B-M", "I-M", "B-D", "I-D", "B-G", "I-G")
"""Outside; beginning and inside of a method or architecture (M), a dataset (D), something generic or a task (G)."""

BATCH = 256
"""Texts tagged together: a step costs about the same for one as for all of them."""
PADDED = 32_768
"""Words, with those that fill up the shorter texts, that go through forward-backward at a time."""

Floats = NDArray[np.float64]


class Pairs:
    """What two neighbouring words in small letters say of the left and of the right one."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._index: dict[tuple[str, str], int] = {}
        rows: list[list[Floats]] = []
        for name, row in weights.items():
            side, mark, pair = name.partition("&")
            if mark and side in ("1", "-1"):
                for cut in (i for i, c in enumerate(pair) if c == "_"):  # a word may have an underscore of its own
                    place = self._index.setdefault((pair[:cut], pair[cut + 1 :]), len(rows))
                    if place == len(rows):
                        rows.append([np.zeros(len(LABELS)), np.zeros(len(LABELS))])
                    rows[place][side == "-1"] = row
        self._rows = np.array(rows).reshape(-1, 2, len(LABELS))

    def add(self, total: Floats, lows: Sequence[str]) -> None:
        """Add their scores to those of the words."""
        index = self._index
        found = [(i, index[pair]) for i, pair in enumerate(pairwise(lows)) if pair in index]
        if found:
            lefts, places = np.array(found).T
            rows = self._rows[places]
            total[lefts + 1] += rows[:, 1]
            total[lefts] += rows[:, 0]


class Table:
    """Rows of scores by key, computed at the first need and kept; an index into one array is faster than a stack."""

    def __init__(self, width: int) -> None:
        self._index: dict[Hashable, int] = {}
        self._rows = np.zeros((1024, width, len(LABELS)))

    def gather(self, keys: Sequence[Hashable], compute: Callable[[Any], Floats]) -> Floats:
        """Keys x width x labels."""
        index = self._index
        if len(index) > 200_000:
            index.clear()
        for key in keys:
            if key not in index:
                if len(index) == len(self._rows):
                    self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
                self._rows[len(index)] = compute(key)
                index[key] = len(index)
        return self._rows[[index[key] for key in keys]]


class Scorer:
    """The scores of every label for every word of a text, and the probabilities that follow from them."""

    def __init__(self, model: Model) -> None:
        self._weights = model.tag_weights
        self._clusters = model.clusters
        self._steps = np.exp(model.transitions)
        self._zero = np.zeros(len(LABELS))
        self._words, self._flags = Table(len(WINDOW)), Table(len(FLAG_WINDOW))
        self._known: dict[str, Floats] = {}
        self._pairs = Pairs(model.tag_weights)
        self._bias = self._sum(["bias"])
        self._edges = [self._sum([f"{offset}:edge"]) for offset in WINDOW]

    def emissions(self, words: Sequence[str], flags: Sequence[tuple[str, ...]]) -> Floats:
        """Words x labels."""
        known = self._words.gather(words, self._word)
        total = np.tile(self._bias, (len(words), 1))
        for column, offset in enumerate(WINDOW):
            _shifted(total, known[:, column], offset, self._edges[column])
        flagged = [i for i, f in enumerate(flags) if f]
        if flagged:
            rows = self._flags.gather([(shape(words[i])[:4], flags[i]) for i in flagged], self._flag)
            places = np.array(flagged)
            for column, offset in enumerate(FLAG_WINDOW):
                ends = places - offset  # each once, so that adding at all of them at the same time is right
                inside = (ends >= 0) & (ends < len(words))
                total[ends[inside]] += rows[inside, column]
        self._pairs.add(total, [w.lower() for w in words])
        return total

    def _sum(self, names: Iterable[str]) -> Floats:
        found = [w for name in names if (w := self._weights.get(name)) is not None]
        return np.sum(found, axis=0) if found else self._zero

    def _word(self, word: str) -> Floats:
        own = word_features(word, self._clusters.get(word))
        return self._all(own, ":", WINDOW)

    def _flag(self, mark: tuple[str, tuple[str, ...]]) -> Floats:
        return self._all(flag_features(*mark), "!", FLAG_WINDOW)

    def _all(self, own: Iterable[str], sign: str, window: Sequence[int]) -> Floats:
        """The sum of some features at each place of a window; most features are those of other words, too."""
        total = np.zeros((len(window), len(LABELS)))
        if len(self._known) > 100_000:
            self._known.clear()
        for feature in own:
            key = sign + feature
            if (rows := self._known.get(key)) is None:
                found = (self._weights.get(f"{offset}{key}") for offset in window)
                rows = self._known[key] = np.stack([self._zero if w is None else w for w in found])
            total += rows
        return total

    def marginals(self, texts: Sequence[Floats]) -> list[Floats]:
        """For each text words x labels, probabilities (forward-backward, scaled to stay finite).

        Texts of like length go through together, since a step costs the same for one text as for fifty. Sums run over
        the labels in a fixed order, so that a text has the same probabilities in any company.
        """
        found: dict[int, Floats] = {}
        ranked = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        while ranked:
            many = max(1, PADDED // max(1, len(texts[ranked[0]])))
            group, ranked = ranked[:many], ranked[many:]
            found.update(zip(group, self._together([texts[i] for i in group]), strict=True))
        return [found[i] for i in range(len(texts))]

    def _together(self, texts: Sequence[Floats]) -> Iterator[Floats]:
        """`marginals` of texts, the longest first. Arrays are steps x labels x texts: texts lie side by side in memory."""
        lengths = [len(e) for e in texts]
        longest, many = lengths[0], len(texts)
        potentials = np.ones((longest, len(LABELS), many))
        for i, e in enumerate(texts):
            potentials[: len(e), :, i] = np.exp(e - e.max(axis=1, keepdims=True))
        forward, backward = np.empty_like(potentials), np.ones_like(potentials)
        there, back = self._steps[:, :, None], self._steps.T[:, :, None].copy()
        forward[0] = _scaled(potentials[0])
        for step in range(1, longest):
            forward[step] = _scaled(_times(forward[step - 1], there) * potentials[step])
        lasts = np.array(lengths) - 1
        for step in range(longest - 2, -1, -1):
            row = _scaled(_times(backward[step + 1] * potentials[step + 1], back))
            backward[step] = np.where(step >= lasts, 1.0, row)
        both = forward * backward
        both /= np.add.reduce(both, axis=1, keepdims=True)
        return (np.ascontiguousarray(both[:n, :, i]) for i, n in enumerate(lengths))


def _times(rows: Floats, steps: Floats) -> Floats:
    """For each text the sum over labels, added one after the other: BLAS may round differently for other shapes."""
    product: Floats = np.add.reduce(rows[:, None, :] * steps, axis=0)
    return product


def _scaled(rows: Floats) -> Floats:
    scaled: Floats = rows / np.add.reduce(rows, axis=0)
    return scaled


def _shifted(total: Floats, values: Floats, offset: int, edge: Floats) -> None:
    """Add to each row the values of the row `offset` further on, and `edge` where there is none."""
    n = len(total)
    if abs(offset) >= n:
        total += edge
    elif offset < 0:
        total[-offset:] += values[:offset]
        total[:-offset] += edge
    elif offset > 0:
        total[:-offset] += values[offset:]
        total[-offset:] += edge
    else:
        total += values


@Language.factory("kg_tagger", requires=["doc._.kg_lexicon", "doc._.kg_abbreviations"], assigns=["doc._.kg_marginals"])
class Tagger:
    """Sets ``doc._.kg_marginals``: words x labels, probabilities."""

    def __init__(self, nlp: Language, name: str) -> None:
        Doc.set_extension("kg_marginals", default=None, force=True)
        self._scorer = Scorer(load())
        self._flags = Flags(scheme())

    def __call__(self, doc: Doc) -> Doc:
        """Tag one text."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Tag texts many at a time."""
        for docs in batched(stream, BATCH):
            emissions = []
            for doc in docs:
                words = words_of(doc)
                emissions.append(
                    self._scorer.emissions(words, self._flags.of(doc, words)) if words else np.zeros((1, len(LABELS)))
                )
            for doc, found in zip(docs, self._scorer.marginals(emissions), strict=True):
                doc._.kg_marginals = found
                yield doc


def batched(stream: Iterable[Doc], size: int) -> Iterator[list[Doc]]:
    """Lists of `size` items, the last one shorter."""
    it = iter(stream)
    while batch := list(islice(it, size)):
        yield batch
