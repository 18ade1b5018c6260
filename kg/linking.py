"""Papers that share concepts are linked; rare concepts weigh more.

A paper is a sparse row of its specific concepts, each with weight idf x confidence, and of their broader concepts at a
fraction. The weight of a link is a damped cosine: the product of two rows over the geometric mean of their squared
norms plus a constant, so that neither a paper with one concept nor a paper with fifty is everybody's neighbour.
Concepts that the scheme marks as generic never link, nor do hubs: concepts of more than `HUB` papers, whose idf says
next to nothing. A link is kept if it is among the top k of either paper.

Inverse document frequency: K. Sparck Jones, "A statistical interpretation of term specificity", J. Doc. 28 (1972).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
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
_SLACK = 40


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
    pairs: dict[tuple[int, int], float] = {}
    for row, neighbours in enumerate(nearest(matrix, keys, top_k)):
        for other, weight in neighbours:
            if weight >= MINIMUM:
                pairs[min(row, other), max(row, other)] = weight
    return [
        Link(source=keys[a], target=keys[b], weight=weight, shared=reasons(matrix, columns, a, b))
        for (a, b), weight in sorted(pairs.items())
    ]


def weights(
    rows: Sequence[Bag], concept: Callable[[str], Concept], ancestors: Callable[[str], dict[str, int]]
) -> tuple[csr_matrix, list[str]]:
    """Papers x concepts: idf x confidence, rows divided by their damped norm; and the concepts of the columns."""
    count = len(rows)
    expanded = [broadened(bag.concepts, ancestors) for bag in rows]
    frequency: dict[str, int] = {}
    for bag in expanded:
        for ident in bag:
            frequency[ident] = frequency.get(ident, 0) + 1
    hub = min(HUB, max(10, HUB_SHARE * count))
    columns = sorted(c for c, df in frequency.items() if 2 <= df <= hub and not concept(c).generic)
    index = {c: i for i, c in enumerate(columns)}
    idf = {c: np.log(1 + count / frequency[c]) for c in columns}
    data, indices, indptr, norms = [], [], [0], []
    for bag in expanded:
        kept = sorted((index[c], float(idf[c]) * w) for c, w in bag.items() if c in index)
        # A concept that nobody shares links nothing, yet makes its paper's list longer: it counts in the norm.
        alone = sum(1 for c in bag if frequency[c] == 1) * np.log(1 + count) ** 2 * DAMPING
        norms.append(sum(w * w for _, w in kept) + alone)
        indices += [i for i, _ in kept]
        data += [w for _, w in kept]
        indptr.append(len(indices))
    damped = np.sqrt(np.array(norms) + DAMPING * max(np.mean(norms) if norms else 0.0, 1e-9))
    matrix = csr_matrix((np.array(data, dtype=np.float64), indices, indptr), shape=(count, len(columns)))
    scaled = matrix.multiply(1 / damped[:, None]).tocsr()
    scaled.sort_indices()
    return scaled, columns


def broadened(concepts: dict[str, float], ancestors: Callable[[str], dict[str, int]]) -> dict[str, float]:
    """A paper's concepts and the broader ones above them, these at a fraction for each step."""
    found = dict(concepts)
    for ident, weight in concepts.items():
        for broader, steps in ancestors(ident).items():
            found[broader] = max(found.get(broader, 0.0), weight * BROADER_WEIGHT**steps)
    return found


def nearest(matrix: csr_matrix, keys: Sequence[str], top_k: int) -> list[list[tuple[int, float]]]:
    """For each row the `top_k` other rows with the greatest products, weights rounded to six digits."""
    if not matrix.nnz:
        return [[] for _ in keys]
    found = sp_matmul_topn(matrix, matrix.T.tocsr(), top_n=top_k + 1 + _SLACK, sort=True)
    result = []
    for row, key in enumerate(keys):
        start, end = found.indptr[row], found.indptr[row + 1]
        others, values = found.indices[start:end], np.round(found.data[start:end], 6)
        if end - start > top_k + _SLACK and values[-1] == values[min(top_k, len(values) - 1)]:
            # More ties than the slack holds: look at the whole row, so that the rule below decides and not the cut.
            whole = (matrix[row] @ matrix.T).tocsr()
            others, values = whole.indices, np.round(whole.data, 6)
        ranked = sorted(
            ((int(o), float(v)) for o, v in zip(others, values, strict=True) if o != row and v > 0),
            key=lambda pair: (-pair[1], _tie(key, keys[pair[0]])),
        )
        result.append(ranked[:top_k])
    return result


def reasons(matrix: csr_matrix, columns: Sequence[str], a: int, b: int) -> tuple[str, ...]:
    """The concepts two rows share, the one that adds most to their product first."""
    left = slice(matrix.indptr[a], matrix.indptr[a + 1])
    right = slice(matrix.indptr[b], matrix.indptr[b + 1])
    mine = dict(zip(matrix.indices[left], matrix.data[left], strict=True))
    shared = [
        (-round(float(mine[c] * w), 9), columns[c])
        for c, w in zip(matrix.indices[right], matrix.data[right], strict=True)
        if c in mine
    ]
    return tuple(name for _, name in sorted(shared))


def _tie(a: str, b: str) -> str:
    return digest("\0".join(sorted((a, b))))[:16]
