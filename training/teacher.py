"""Write what ``--accurate`` believes of abstracts that nobody annotated: ``training/lessons.jsonl.gz``.

    python training/teacher.py ../shared/data/abstracts.jsonl.gz

Half an hour on two cores. The weights that ship read the abstracts, so that lessons and weights make each other better in turn.
"""

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

from gold import read_annotations
from kg.extraction import network
from kg.extraction.groups import groups
from kg.extraction.judge import Judge
from kg.extraction.model import load
from kg.extraction.pipeline import COMPONENTS, ENCODER, english, text_of
from kg.extraction.tag_features import Flags
from kg.extraction.words import read
from kg.ontology import scheme
from kg.processes import cores, new_pool
from kg.records import Paper
from lessons import Belief, names_of, write_lessons

HERE = Path(__file__).parent
LESSONS = HERE / "lessons.jsonl.gz"
PAPERS, TOGETHER = 13_400, 100


def unlabelled(corpus: Path, count: int) -> list[Paper]:
    """Some papers that are not annotated, by chance."""
    annotated = read_annotations(HERE / "annotations")
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["id"] not in annotated]
    random.Random(11).shuffle(rows)
    return [Paper(title=row["title"], abstract=row["abstract"], id=row["id"]) for row in rows[:count]]


def teach(papers: Sequence[Paper]) -> dict[str, list[Belief]]:
    """What the accurate pipeline believes of every group that it finds in these papers, those that it turns down among them."""
    nlp = english()
    for name in (*COMPONENTS[:-1], ENCODER):
        nlp.add_pipe(name)
    judge = Judge(network.load().judge_weights, load().names, Flags(scheme()))
    found = {}
    for paper, doc in zip(papers, nlp.pipe(text_of(paper)[0] for paper in papers), strict=True):
        some = groups(doc)
        verdicts = judge.verdicts(some, read(doc), doc._.kg_encoded)
        found[paper.id] = [
            Belief(tuple(names_of(group)), verdict.accepted, verdict.kind, verdict.introduced)
            for group, verdict in zip(some, verdicts, strict=True)
        ]
    return found


def main() -> None:
    """Read and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--papers", type=int, default=PAPERS)
    args = parser.parse_args()
    papers = unlabelled(args.corpus, args.papers)
    lessons: dict[str, list[Belief]] = {}
    parts = [papers[i : i + TOGETHER] for i in range(0, len(papers), TOGETHER)]
    with new_pool(cores()) as pool:
        for number, found in enumerate(pool.map(teach, parts), 1):
            lessons |= found
            if number % 10 == 0:
                print(f"{len(lessons)} papers read", flush=True)
    write_lessons(lessons, LESSONS)
    print(f"{LESSONS}: {LESSONS.stat().st_size:,} bytes from {len(lessons)} papers")


if __name__ == "__main__":
    main()
