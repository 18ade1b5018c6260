"""Word clusters from unlabelled abstracts: words that stand in the same surroundings share a cluster.

    python training/clusters.py ../shared/data/abstracts.jsonl.gz training/clusters.tsv

Positive pointwise mutual information of neighbouring words (window of two, sides told apart), truncated SVD,
k-means at two grains. O. Levy and Y. Goldberg, "Neural word embedding as implicit matrix factorization", NIPS 2014.
"""

import gzip
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from kg.extraction.pipeline import english

VOCABULARY, CONTEXTS, DIMENSIONS, GRAINS, SEED = 40_000, 6_000, 100, (64, 512), 7


def main(source: str, target: str) -> None:
    """Read abstracts, write ``word, coarse cluster, fine cluster`` for the commonest words."""
    nlp = english()
    with gzip.open(source, "rt", encoding="utf-8") as file:
        texts = [f"{p['title']} . {p['abstract']}" for p in map(json.loads, file)]
    documents = [[t.text for t in doc] for doc in nlp.pipe(texts)]
    counts = Counter(word for words in documents for word in words)
    vocabulary = [w for w, c in sorted(counts.items(), key=lambda i: (-i[1], i[0])) if c >= 6][:VOCABULARY]
    index = {w: i for i, w in enumerate(vocabulary)}
    pairs: Counter[tuple[int, int]] = Counter()
    for words in documents:
        ids = [index.get(w, -1) for w in words]
        for i, row in enumerate(ids):
            if row < 0:
                continue
            for offset in (-2, -1, 1, 2):
                j = i + offset
                if 0 <= j < len(ids) and 0 <= ids[j] < CONTEXTS:
                    pairs[row, ids[j] + CONTEXTS * (offset > 0) + 2 * CONTEXTS * (abs(offset) == 1)] += 1
    keys = np.array(list(pairs), dtype=np.int64)
    values = np.array(list(pairs.values()), dtype=np.float64)
    shape = (len(vocabulary), 4 * CONTEXTS)
    matrix = coo_matrix((values, (keys[:, 0], keys[:, 1])), shape=shape).tocsr()
    rows, columns, total = np.asarray(matrix.sum(1)).ravel(), np.asarray(matrix.sum(0)).ravel(), matrix.sum()
    table = matrix.tocoo()
    pmi = np.log(table.data * total / (rows[table.row] * columns[table.col] ** 0.75 * total**0.25))
    keep = pmi > 0
    ppmi = coo_matrix((pmi[keep], (table.row[keep], table.col[keep])), shape=shape).tocsr()
    vectors = normalize(TruncatedSVD(DIMENSIONS, random_state=SEED, n_iter=4).fit_transform(ppmi))
    labels = [
        MiniBatchKMeans(k, random_state=SEED, batch_size=4096, n_init=3, max_iter=60).fit_predict(vectors)
        for k in GRAINS
    ]
    with Path(target).open("w", encoding="utf-8") as file:
        file.writelines(f"{w}\t{labels[0][i]}\t{labels[1][i]}\n" for i, w in enumerate(vocabulary))


if __name__ == "__main__":
    main(*sys.argv[1:])
