"""Papers that share concepts are linked; rare concepts weigh more.

A paper is a sparse row of its specific concepts, each with weight idf x confidence, and of their broader concepts at a
fraction. The weight of a link is a damped cosine: the product of two rows over the geometric mean of their squared
norms plus a constant, so that neither a paper with one concept nor a paper with fifty is everybody's neighbour.
Concepts that the scheme marks as generic never link, nor do hubs: concepts of more than `HUB` papers, whose idf says
next to nothing. A link is kept if it is among the top k of either paper.

Inverse document frequency: K. Sparck Jones, "A statistical interpretation of term specificity", J. Doc. 28 (1972).
"""

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from kg.records import Concept, Link, Mention, digest

TOP_K = 10
HUB = 1000
HUB_SHARE = 0.25
BROADER_WEIGHT = 0.25
DAMPING = 0.5
"""The constant under the cosine, in units of the mean squared norm."""
MINIMUM = 0.02
DIGITS, ORDER_DIGITS = 6, 9
"""Digits of the weight of a link, and of what a concept adds to it where concepts are put in order."""
_SLACK = 40
_CHUNK = 50_000
"""Pairs whose reasons are looked up together."""

Places = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Bag:
    """The concepts of a paper with the confidence of the best mention of each."""

    key: str
    concepts: dict[str, float]


def bag_of(key: str, mentions: Iterable[Mention]) -> Bag:
    """The concepts that a paper's resolved mentions name."""
    found: dict[str, float] = {}
    for m in mentions:
        if m.type not in ("Code", "Task"):
            found[m.concept] = max(found.get(m.concept, 0.0), m.confidence)
    return Bag(key, found)


def link(
    bags: Iterable[Bag],
    concept: Callable[[str], Concept],
    ancestors: Callable[[str], dict[str, int]],
    top_k: int = TOP_K,
) -> list[Link]:
    """The links among papers, sorted by the ids of their ends.

    `concept` gives the concept of an identifier, `ancestors` its broader ones with their distance. Among links of
    equal weight those with the smaller hash of both ends go first: a rule that neither input order nor alphabet sways.
    """
    rows = sorted(bags, key=lambda b: b.key)
    matrix, columns = weights(rows, concept, ancestors)
    keys = [b.key for b in rows]
    firsts, seconds, values = nearest(matrix, keys, top_k)
    shared = chain.from_iterable(
        reasons(matrix, columns, firsts[at : at + _CHUNK], seconds[at : at + _CHUNK])
        for at in range(0, len(firsts), _CHUNK)
    )
    ends = zip(firsts.tolist(), seconds.tolist(), values.tolist(), shared, strict=True)
    return [Link(source=keys[a], target=keys[b], weight=weight, shared=why) for a, b, weight, why in ends]


def weights(
    rows: Sequence[Bag], concept: Callable[[str], Concept], ancestors: Callable[[str], dict[str, int]]
) -> tuple[csr_matrix, list[str]]:
    """Papers x concepts: idf x confidence, rows divided by their damped norm; and the concepts of the columns."""
    count = len(rows)
    above = cache(ancestors)
    expanded = [broadened(bag.concepts, above) for bag in rows]
    frequency: dict[str, int] = {}
    for bag in expanded:
        for ident in bag:
            frequency[ident] = frequency.get(ident, 0) + 1
    columns = sorted(c for c, df in frequency.items() if 2 <= df <= hub(count) and not concept(c).generic)
    index = {c: i for i, c in enumerate(columns)}
    data, indices, indptr, norms = [], [], [0], []
    for bag in expanded:
        kept, norm = weighted(bag, frequency, index, count)
        norms.append(norm)
        indices += [index[c] for c, _ in kept]
        data += [w for _, w in kept]
        indptr.append(len(indices))
    mean = mean_norm(sum(map(in_millionths, norms)), count)
    scales = np.array([scale(norm, mean) for norm in norms])
    matrix = csr_matrix((np.array(data, dtype=np.float64), indices, indptr), shape=(count, len(columns)))
    return matrix.multiply(scales[:, None]).tocsr(), columns


def hub(count: int) -> int:
    """Concepts of more than so many of `count` papers link nothing."""
    return int(min(HUB, max(10, HUB_SHARE * count)))


def weighted(
    bag: Mapping[str, float], frequency: Mapping[str, int], linking: Container[str], count: int
) -> tuple[list[tuple[str, float]], float]:
    """The concepts of a paper that can link it, by name, with idf x confidence; and the squared norm of them all.

    A concept that nobody shares links nothing, yet makes its paper's list longer: it counts in the norm.
    """
    kept = [(c, math.log(1 + count / frequency[c]) * w) for c, w in sorted(bag.items()) if c in linking]
    alone = sum(frequency[c] == 1 for c in bag) * math.log(1 + count) ** 2 * DAMPING
    return kept, sum(w * w for _, w in kept) + alone


def in_millionths(norm: float) -> int:
    """A norm as a whole number: sums of these are the same in every order."""
    return round(norm * 1e6)


def mean_norm(total: int, count: int) -> float:
    """The mean of norms of which the sum is given in millionths."""
    return total / 1e6 / max(count, 1)


def scale(norm: float, mean: float) -> float:
    """What a row of this squared norm is multiplied by."""
    return 1 / math.sqrt(norm + DAMPING * max(mean, 1e-9))


def broadened(concepts: dict[str, float], ancestors: Callable[[str], dict[str, int]]) -> dict[str, float]:
    """A paper's concepts and the broader ones above them, these at a fraction for each step."""
    found = dict(concepts)
    for ident, weight in concepts.items():
        for broader, steps in ancestors(ident).items():
            found[broader] = max(found.get(broader, 0.0), weight * BROADER_WEIGHT**steps)
    return found


def nearest(matrix: csr_matrix, keys: Sequence[str], top_k: int) -> tuple[Places, Places, Weights]:
    """The pairs in which one row is among the `top_k` of the other, by product: rows, the smaller first, and weights.

    Pairs are sorted, weights rounded to six digits, and those under `MINIMUM` left out.
    """
    none = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    if not matrix.nnz:
        return none
    found = sp_matmul_topn(matrix, matrix.T.tocsr(), top_n=top_k + 1 + _SLACK, sort=True)
    lengths = np.diff(found.indptr)
    rows = np.repeat(np.arange(len(keys), dtype=np.int64), lengths)
    others, values = found.indices.astype(np.int64), np.round(found.data, DIGITS)
    # A row that was cut off within equal values, and one whose k-th and next weight are equal, is ranked by the tie rule.
    full = np.flatnonzero(lengths > top_k + _SLACK)
    cut = {int(r) for r in full if values[found.indptr[r + 1] - 1] == values[found.indptr[r] + top_k]}
    good = (others != rows) & (values >= MINIMUM)
    rows, others, values = rows[good], others[good], values[good]
    starts = np.searchsorted(rows, np.arange(len(keys)))
    place = np.arange(len(rows)) - starts[rows]
    kept = place < top_k
    after = np.flatnonzero((place == top_k) & (values == values[np.maximum(np.arange(len(rows)) - 1, 0)]))
    tied = cut | {int(row) for row in rows[after]}
    kept &= ~np.isin(rows, np.fromiter(tied, dtype=np.int64, count=len(tied)))
    one, two, weights = [rows[kept]], [others[kept]], [values[kept]]
    for row in sorted(tied):
        span = slice(starts[row], starts[row + 1] if row + 1 < len(keys) else len(rows))
        near, far = others[span], values[span]
        if row in cut:
            whole = (matrix[row] @ matrix.T).tocsr()
            near, far = whole.indices.astype(np.int64), np.round(whole.data, DIGITS)
        ranked = first_by_rule(row, near, far, keys, top_k)
        one.append(np.full(len(ranked), row, dtype=np.int64))
        two.append(near[ranked])
        weights.append(far[ranked])
    ends, weight = np.stack([np.concatenate(one), np.concatenate(two)]), np.concatenate(weights)
    pair = ends.min(axis=0) * len(keys) + ends.max(axis=0)
    # Both rows may have found the pair, and their sums differ in the last bit: that of the later row is taken.
    order = np.lexsort((-ends[0], pair))
    _, first = np.unique(pair[order], return_index=True)
    chosen = order[first]
    return ends.min(axis=0)[chosen], ends.max(axis=0)[chosen], weight[chosen]


def first_by_rule(row: int, others: Places, values: Weights, keys: Sequence[str], top_k: int) -> list[int]:
    """Where the first `top_k` other rows stand in a list, among equal weights those with the smaller hash."""
    mine = np.flatnonzero((others != row) & (values >= MINIMUM))
    if len(mine) > top_k:  # hash only what may be among the first
        least = np.partition(values[mine], -top_k)[-top_k]
        mine = mine[values[mine] >= least]
    ranked = sorted(mine.tolist(), key=lambda at: (-values[at], _tie(keys[row], keys[int(others[at])])))
    return ranked[:top_k]


def reasons(matrix: csr_matrix, columns: Sequence[str], a: Places, b: Places) -> Iterator[tuple[str, ...]]:
    """The concepts that each two rows share, the one that adds most to their product first."""
    product = matrix[a].multiply(matrix[b]).tocsr()
    rows = np.repeat(np.arange(len(a)), np.diff(product.indptr))
    # The columns stand in the order of their names, which decides between equals.
    order = np.lexsort((product.indices, -np.round(product.data, ORDER_DIGITS), rows))
    names = [columns[c] for c in product.indices[order].tolist()]
    return (tuple(names[start:end]) for start, end in pairwise(product.indptr.tolist()))


def _tie(a: str, b: str) -> str:
    return digest("\0".join(sorted((a, b))))[:16]
