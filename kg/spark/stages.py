"""What happens to a partition: data frames of plain columns go in and come out, between them the records of `kg`.

A record that makes a stage fail is rejected with the reason, and the others go on.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

import networkx as nx
import pandas as pd

from kg.exporters.content import Content
from kg.exporters.rdf import lines_of
from kg.exporters.rdf.evidence import evidence_triples
from kg.exporters.rdf.facts import block, code_pairs, link_iri, link_pairs, paper_pairs, roles_of
from kg.exporters.rdf.terms import iri_of_url
from kg.exporters.tables import TABLES
from kg.graph import assemble
from kg.linking import bag_of, broadened
from kg.merging import merge
from kg.ontology import scheme
from kg.record_files import line_of
from kg.records import Concept, Extraction, Link, Mention, Paper, Rejected, fold_title
from kg.resolution import Named, distinctive_words, resolved, tally_of
from kg.sources import json_lines
from kg.sources.opening import Source

Frames = Iterator[pd.DataFrame]
Pair = tuple[Paper, tuple[Mention, ...]]
BATCH = 1000
"""Rows of a data frame that a stage gives back."""


@dataclass(frozen=True)
class Run:
    """What every stage has to know of a build."""

    base: str
    version: str
    time: datetime

    def content(self, pairs: Callable[[], Iterator[Pair]] = lambda: iter(()), graph: Any = None) -> Content:
        """The content that exporters take, with the papers of a partition."""
        return Content(nx.DiGraph() if graph is None else graph, pairs, {}, (), self.base, self.version, self.time)


def frames(rows: Iterable[tuple[Any, ...]], columns: list[str]) -> Frames:
    """Rows as data frames of a bounded size."""
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield pd.DataFrame(batch, columns=columns)


def read_lines(parts: Frames, date: Date | None) -> Frames:
    """Lines of JSON with the names of their files → folded title, paper, reason why there is none."""

    def rows() -> Iterator[tuple[str, str, str]]:
        for file, line in (pair for part in parts for pair in zip(part["file"], part["value"], strict=True)):
            # Each for itself: Spark mixes lines, so that half an object would else take whichever comes next with it.
            source = Source(file.removeprefix("file://"), "", io.BytesIO(line.encode("utf-8", "replace")))
            for found in json_lines.read(source, date):
                if isinstance(found, Paper):
                    yield fold_title(found.title), found.model_dump_json(exclude_defaults=True), ""
                else:
                    yield "", found.model_dump_json(), found.reason

    return frames(rows(), ["title", "paper", "reason"])


def united(parts: Frames) -> Frames:
    """All that was told of a title → one paper with its origins, as a record without mentions."""
    for part in parts:
        rows = []
        for papers in part["papers"]:
            found = merge(Paper.model_validate_json(text) for text in sorted(papers))
            rows += [(t.paper.key, line_of(Extraction(paper=t.paper, origins=t.origins))) for t in found]
        yield pd.DataFrame(rows, columns=["key", "record"])


def extracted(parts: Frames, read: Callable[[Iterable[Paper]], Iterator[Extraction]] | None = None) -> Frames:
    """Records without mentions → records with them; one that cannot be read is rejected."""
    from kg.extraction import extract_here

    read = read or extract_here
    for part in parts:
        records = [Extraction.model_validate_json(text) for text in part["record"]]
        rows = list(extracted_each(records, read))
        yield pd.DataFrame(rows, columns=["key", "record", "reason"])


def extracted_each(
    records: list[Extraction], read: Callable[[Iterable[Paper]], Iterator[Extraction]]
) -> Iterator[tuple[str, str, str]]:
    """All together, or where that fails each half for itself, down to the record that is at fault."""
    try:
        found = list(read(record.paper for record in records))
    except Exception as error:
        if len(records) == 1:
            paper = records[0].paper
            row = Rejected(source=paper.source, record=paper.id or paper.key, reason=f"{type(error).__name__}: {error}")
            yield paper.key, row.model_dump_json(), row.reason
            return
        middle = len(records) // 2
        yield from extracted_each(records[:middle], read)
        yield from extracted_each(records[middle:], read)
        return
    for record, told in zip(found, records, strict=True):
        yield record.paper.key, line_of(record.model_copy(update={"origins": told.origins})), ""


def named(parts: Frames) -> Frames:
    """Records → what is counted of names, summed up over a data frame; see `kg.resolution.Tally`."""
    columns = ["text", "long_form", "known", "kind", "count", "weight", "introduced"]
    for part in parts:
        tally = tally_of(records_of(iter([part])))
        rows = [(*key, *sums, key[:3] in tally.introduced) for key, sums in tally.names.items()]
        yield pd.DataFrame(rows, columns=columns)


def references(parts: Frames) -> Frames:
    """Records → the names that resolving each takes: its mentions (``m``), and words that may be introduced names."""

    def rows() -> Iterator[tuple[str, str, str, str, str]]:
        for record in records_of(parts):
            names = {key[:3] for key in tally_of([record]).names}
            yield from ((record.paper.key, "m", *name) for name in names)
            yield from ((record.paper.key, "w", word, "", "") for word in distinctive_words(record.paper))

    return frames(rows(), ["key", "place", "text", "long_form", "known"])


def resolved_rows(parts: Frames) -> Frames:
    """Records with the concepts of their names → resolved records."""
    for part in parts:
        rows = []
        for text, names in zip(part["record"], part["names"], strict=True):
            record = Extraction.model_validate_json(text)
            known: dict[tuple[str, str, str], Named] = {}
            introduced: dict[str, Named] = {}
            for row in names if names is not None else ():
                concept: Named = (row["ident"], row["label"], row["concept_kind"])
                if row["place"] == "m":
                    known[row["text"], row["long_form"], row["known"]] = concept
                else:
                    introduced[row["text"]] = concept
            mentions = resolved(record, lambda *name, known=known: known[name], introduced)
            rows.append((record.paper.key, line_of(Extraction(paper=record.paper, mentions=mentions))))
        yield pd.DataFrame(rows, columns=["key", "record"])


def records_of(parts: Frames) -> Iterator[Extraction]:
    """The records of a partition."""
    return (Extraction.model_validate_json(text) for part in parts for text in part["record"])


def bags(parts: Frames) -> Frames:
    """Resolved records → a row a paper and concept, broader concepts among them."""

    def rows() -> Iterator[tuple[str, str, float]]:
        for record in records_of(parts):
            bag = bag_of(record.paper.key, record.mentions)
            yield from ((bag.key, *item) for item in broadened(bag.concepts, scheme().ancestors).items())

    return frames(rows(), ["key", "concept", "confidence"])


def used(parts: Frames) -> Frames:
    """Resolved records → kind (``concept`` or ``code``) and name of what each joins."""

    def rows() -> Iterator[tuple[str, str]]:
        for record in records_of(parts):
            for target in roles_of(record.paper, record.mentions):
                concept = target.startswith("concept/")
                yield ("concept", target.removeprefix("concept/")) if concept else ("code", target)

    return frames(rows(), ["what", "name"])


def paper_triples(parts: Frames, run: Run) -> Frames:
    """Resolved records with the keys of linked papers → N-Triples."""
    for part in parts:
        lines: list[str] = []
        for text, linked in zip(part["record"], part["linked"], strict=True):
            record = Extraction.model_validate_json(text)
            near = sorted(linked) if linked is not None else []
            pairs = paper_pairs(record.paper, roles_of(record.paper, record.mentions), near, run.base)
            lines += lines_of(block(run.base + record.paper.key, pairs))
        yield pd.DataFrame({"value": lines}, dtype=object)


def evidence(parts: Frames, run: Run) -> Frames:
    """Resolved records → the N-Triples of their evidence."""
    for part in parts:
        pairs = [(r.paper, r.mentions) for r in records_of(iter([part]))]
        lines = lines_of(evidence_triples(run.content(partial(iter, pairs))))
        yield pd.DataFrame({"value": lines}, dtype=object)


def link_triples(parts: Frames, run: Run) -> Frames:
    """Links → N-Triples."""
    for part in parts:
        found = (Link(source=a, target=b, weight=w, shared=tuple(s)) for a, b, w, s in part.itertuples(index=False))
        lines = [line for x in found for line in lines_of(block(link_iri(x, run.base), link_pairs(x, run.base)))]
        yield pd.DataFrame({"value": lines}, dtype=object)


def code_triples(parts: Frames) -> Frames:
    """Addresses → N-Triples."""
    for part in parts:
        lines = [line for url in part["name"] for line in lines_of(block(iri_of_url(url), code_pairs(url)))]
        yield pd.DataFrame({"value": lines}, dtype=object)


def part_content(part: pd.DataFrame, run: Run) -> Content:
    """A partition's papers with a small graph around them: what tables and rows of them are made from."""
    pairs = [(r.paper, r.mentions) for r in records_of(iter([part]))]
    seen = {m.concept: (m.label, m.type) for _, ms in pairs for m in ms if m.type != "Code"}

    def concept(ident: str) -> Concept:
        return Concept(id=ident, label=seen[ident][0], kind=seen[ident][1])

    return run.content(partial(iter, pairs), assemble(pairs, concept, run.base))


def table(parts: Frames, name: str, run: Run) -> Frames:
    """Resolved records → rows of one of `kg.exporters.tables.TABLES`."""
    columns = list(TABLES[name].columns)
    for part in parts:
        rows = [
            [list(v) if isinstance(v, tuple) else v for v in row] for row in TABLES[name].rows(part_content(part, run))
        ]
        yield pd.DataFrame(rows, columns=columns, dtype=object)


def pair_links(parts: Frames, minimum: float, digits: int, order_digits: int) -> Frames:
    """Pairs of papers with what each shared concept adds → links: weight, and shared concepts, weightiest first."""
    import numpy as np

    for part in parts:
        rows = []
        for a, b, shared in part.itertuples(index=False):
            products = sorted((row["concept"], float(row["product"])) for row in shared)
            weight = float(np.round(sum(p for _, p in products), digits))
            if weight >= minimum:
                best = sorted((-float(np.round(p, order_digits)), c) for c, p in products)
                rows.append((a, b, weight, [c for _, c in best]))
        yield pd.DataFrame(rows, columns=["source", "target", "weight", "shared"], dtype=object)
