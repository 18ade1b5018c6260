"""What the corpus says of names: in how many papers each stands, how often as a dataset, how often introduced there.

    python training/names.py ../shared/data/abstracts.jsonl.gz training/names.tsv

Reads the corpus with the present weights; the table helps the next training: a name that forty papers use is not
introduced by the forty-first, and a name that is a dataset elsewhere is probably one here.
"""

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from kg.extraction.groups import groups
from kg.extraction.judge import Judge
from kg.extraction.model import load
from kg.extraction.pipeline import make_pipeline, text_of
from kg.extraction.tag_features import Flags
from kg.extraction.words import read
from kg.ontology import core, fold, scheme
from kg.records import Paper

MINIMUM, LIKELY, BATCH = 3, 0.25, 2000


def read_batch(papers: list[Paper]) -> Counter[tuple[str, str]]:
    """Count names, once a paper: ``n`` in all, ``d`` as a dataset, ``i`` as introduced."""
    nlp = make_pipeline()
    nlp.remove_pipe("kg_mentions")
    judge, tally = Judge(load().judge_weights, load().names, Flags(scheme())), Counter[tuple[str, str]]()
    for doc in nlp.pipe(text_of(p)[0] for p in papers):
        found = groups(doc)
        for group, verdict in zip(found, judge.verdicts(found, read(doc)), strict=True):
            if verdict.accepted < LIKELY:
                continue
            names = {fold(core(c.text)) for c in group.candidates} | (
                {fold(group.long_form)} if group.long_form else set()
            )
            for name in names:
                tally[name, "n"] += 1
                tally[name, "d"] += verdict.kind == "Dataset"
                tally[name, "i"] += verdict.introduced >= 0.5
    return tally


def batches(path: str) -> Iterator[list[Paper]]:
    """The papers of the corpus, some at a time."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        papers = (Paper(title=r["title"], abstract=r["abstract"]) for r in map(json.loads, file))
        while batch := list(islice(papers, BATCH)):
            yield batch


def main(source: str, target: str) -> None:
    """Write ``name, papers, as dataset, introduced`` for names of at least `MINIMUM` papers."""
    total: Counter[tuple[str, str]] = Counter()
    with ProcessPoolExecutor() as pool:
        for tally in pool.map(read_batch, batches(source)):
            total.update(tally)
    names = sorted(n for n, what in total if what == "n" and total[n, "n"] >= MINIMUM)
    with Path(target).open("w", encoding="utf-8") as file:
        file.writelines(f"{n}\t{total[n, 'n']}\t{total[n, 'd']}\t{total[n, 'i']}\n" for n in names if n)


if __name__ == "__main__":
    main(*sys.argv[1:])
