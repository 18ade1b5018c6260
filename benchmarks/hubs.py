"""What the hub rule of `kg.linking` costs and saves: links with several caps, compared with those without any.

    python benchmarks/hubs.py [ABSTRACTS or built folder] [--papers 5000] [--output benchmarks/hubs.md]

A concept of more than N papers links nothing. Without the rule every pair of papers that shares a common concept is
looked at; with it few pairs are, and the links that were kept by common concepts alone are lost.
"""

import argparse
import json
import time
from pathlib import Path
from unittest import mock

from scale import CORPUS, ROOT, lines_of

from kg import linking
from kg.extraction import extract
from kg.linking import bag_of, link
from kg.ontology import scheme
from kg.record_files import read_records
from kg.records import Extraction, Paper
from kg.resolution import Resolver

CAPS = (30, 100, 300, 1000, 3000, 10**9)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    default = CORPUS if CORPUS.exists() else ROOT / "examples/daily-papers.txt"
    parser.add_argument("source", type=Path, nargs="?", default=default)
    parser.add_argument("--papers", type=int, default=5000)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks/hubs.md")
    args = parser.parse_args()
    if args.source.is_dir():
        records = list(read_records(args.source))
    else:
        rows = map(json.loads, lines_of(args.source, args.papers))
        papers = [Paper(title=row["title"], abstract=row["abstract"]) for row in rows]
        records = [r for r in extract(papers, workers=None) if isinstance(r, Extraction)]
    resolver = Resolver(records, scheme())
    bags = [bag_of(r.paper.key, resolver.resolve(r)) for r in records]
    found = {}
    for cap in reversed(CAPS):
        with mock.patch.object(linking, "HUB", cap), mock.patch.object(linking, "HUB_SHARE", 1.0):
            started = time.process_time()
            links = link(bags, resolver.concept, scheme().ancestors)
            found[cap] = {(x.source, x.target): x.weight for x in links}, time.process_time() - started
    whole, _ = found[CAPS[-1]]
    total = sum(whole.values())
    lines = []
    for cap in CAPS:
        links, seconds = found[cap]
        kept = whole.keys() & links.keys()
        name = f"{cap:,}" if cap < 10**9 else "no rule"
        weight = sum(whole[pair] for pair in kept) / total
        lines.append(f"| {name} | {len(links):,} | {len(kept) / len(whole):.1%} | {weight:.1%} | {seconds:.2f} |")
    text = f"""\
# The hub rule

Made by `python benchmarks/hubs.py`: {len(records):,} abstracts, top {linking.TOP_K} links of each. A concept of more
than N papers links nothing. *Kept* is the share of the links without any rule that are there with it, by number and by
weight; the time is that of the whole linking, in processor seconds. The rule that ships is N = {linking.HUB:,}, and at
most {linking.HUB_SHARE:.0%} of all papers.

| N | links | kept | kept, by weight | seconds |
|---:|---:|---:|---:|---:|
{chr(10).join(lines)}
"""
    args.output.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
