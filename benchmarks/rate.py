"""What extraction costs beside plain tokenisation of the same texts, in one run on one core.

    python benchmarks/rate.py [ABSTRACTS.jsonl.gz] [--papers 3000] [--accurate]

Without a file it reads ../shared/data/abstracts.jsonl.gz if that is there, else the example page many times over.
"""

import argparse
import statistics
import time
from itertools import islice
from pathlib import Path

import spacy

from kg.extraction import extract, shared_pipeline
from kg.extraction.pipeline import text_of
from kg.records import Paper
from kg.sources import read

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared/data/abstracts.jsonl.gz"


def papers_of(path: Path, count: int) -> list[Paper]:
    """The first papers of a file, the whole file again where it has fewer."""
    found = list(islice((p for p in read(str(path)) if isinstance(p, Paper)), count))
    return (found * (count // len(found) + 1))[:count]


def main() -> None:
    """Time both in turn, five times, and print the median of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = CORPUS if CORPUS.exists() else ROOT / "examples/daily-papers.txt"
    parser.add_argument("source", type=Path, nargs="?", default=default)
    parser.add_argument("--papers", type=int, default=3000)
    parser.add_argument("--accurate", action="store_true", help="the pipeline with the encoder; --papers 50 are enough")
    args = parser.parse_args()
    papers = papers_of(args.source, args.papers)
    texts = [text_of(p)[0] for p in papers]
    blank = spacy.blank("en")
    started = time.perf_counter()
    shared_pipeline(args.accurate)
    print(f"start-up of the pipeline: {time.perf_counter() - started:.2f} s")
    ratios, rates = [], []
    for turn in range(6):
        started = time.process_time()
        for _ in blank.pipe(texts):
            pass
        middle = time.process_time()
        for _ in extract(papers, workers=1, accurate=args.accurate):
            pass
        ended = time.process_time()
        if turn:  # the first turn fills the caches of both
            ratios.append((ended - middle) / (middle - started))
            rates.append((len(texts) / (middle - started), len(papers) / (ended - middle)))
    plain, full = (statistics.median(r[i] for r in rates) for i in (0, 1))
    print(f"{len(papers)} papers of {args.source.name}, processor time of one core, median of five")
    print(f"tokenisation alone {plain:,.0f} papers/s; extraction {full:,.1f} papers/s")
    print(f"ratio: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
