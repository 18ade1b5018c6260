"""How fast each reader is, against the parser that it stands on doing nothing but parse.

Run ``python benchmarks/reading.py [RECORDS]``: makes a collection in each format in a temporary folder, reads it both
ways in turns, takes the best of three, and writes ``benchmarks/reading.md``. Ratios travel from machine to machine,
seconds do not.
"""

import csv
import gzip
import html
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

from kg.records import Paper
from kg.sources import READERS, read

TEXT = "we show that a small network adds long numbers of many digits when it keeps one bit of memory for each"
WORDS = TEXT.split()
SENTENCES = 9


def paper(number: int) -> dict[str, str]:
    """A made-up paper with an abstract of the usual length (about 1,100 characters)."""
    words = [WORDS[(number * 7 + at * at) % len(WORDS)] for at in range(SENTENCES * 24)]
    abstract = " ".join(" ".join(words[at : at + 24]).capitalize() + "." for at in range(0, len(words), 24))
    return {
        "id": f"25{number % 12 + 1:02}.{number % 100_000:05}",
        "title": f"{WORDS[number % len(WORDS)].capitalize()} sums of long numbers, part {number}",
        "abstract": abstract,
        "date": "2025-09-18",
    }


def json_lines(record: Callable[[dict[str, str]], Any]) -> Callable[[list[dict[str, str]], Path], None]:
    """A writer of one object a line."""

    def write(papers: list[dict[str, str]], path: Path) -> None:
        path.write_text("".join(json.dumps(record(p)) + "\n" for p in papers), "utf-8")

    return write


def array(record: Callable[[dict[str, str]], Any], opening: str = "[", closing: str = "]") -> Callable[..., None]:
    """A writer of one array, on one line, within an answer or alone."""

    def write(papers: list[dict[str, str]], path: Path) -> None:
        path.write_text(opening + ", ".join(json.dumps(record(p)) for p in papers) + closing, "utf-8")

    return write


def templated(template: str, opening: str = "", closing: str = "") -> Callable[..., None]:
    """A writer that fills a template a paper."""

    def write(papers: list[dict[str, str]], path: Path) -> None:
        path.write_text(opening + "".join(template.format(**p) for p in papers) + closing, "utf-8")

    return write


def hf(p: dict[str, str]) -> dict[str, Any]:
    """An entry of Daily Papers."""
    inner = {
        "id": p["id"],
        "title": p["title"],
        "summary": p["abstract"],
        "authors": [{"name": "Ada Noor"}],
        "upvotes": 3,
    }
    return {"paper": inner | {"publishedAt": p["date"]}, "publishedAt": p["date"], "numComments": 0}


def snapshot(p: dict[str, str]) -> dict[str, Any]:
    """A line of arXiv's snapshot."""
    more = {
        "categories": "cs.LG stat.ML",
        "authors_parsed": [["Noor", "Ada", ""]],
        "update_date": p["date"],
        "doi": None,
    }
    return {k: p[k] for k in ("id", "title", "abstract")} | more | {"versions": [{"version": "v1"}], "submitter": "Ada"}


def work(p: dict[str, str]) -> dict[str, Any]:
    """A work of OpenAlex."""
    index: dict[str, list[int]] = {}
    for at, word in enumerate(p["abstract"].split()):
        index.setdefault(word, []).append(at)
    author = {"author": {"display_name": "Ada Noor"}}
    said = {"id": f"https://openalex.org/W{p['id']}", "title": p["title"], "publication_date": p["date"]}
    return said | {"authorships": [author], "abstract_inverted_index": index, "primary_location": None}


def scholar(p: dict[str, str]) -> dict[str, Any]:
    """A paper of Semantic Scholar."""
    said = {"paperId": p["id"], "externalIds": {"ArXiv": p["id"]}, "title": p["title"], "abstract": p["abstract"]}
    return said | {"publicationDate": p["date"], "authors": [{"authorId": "1", "name": "Ada Noor"}]}


def note(p: dict[str, str]) -> dict[str, Any]:
    """A note of OpenReview."""
    content = {k: {"value": p[k]} for k in ("title", "abstract")} | {"authors": {"value": ["Ada Noor"]}}
    return {"id": p["id"], "forum": p["id"], "cdate": 1758000000000, "signatures": [], "content": content}


def as_html(papers: list[dict[str, str]], path: Path) -> None:
    """A saved Daily Papers page."""
    props = html.escape(json.dumps({"dailyPapers": [hf(p) for p in papers]}))
    path.write_text(f'<!doctype html><html><div data-target="DailyPapers" data-props="{props}"></div></html>', "utf-8")


def as_csv(papers: list[dict[str, str]], path: Path) -> None:
    """A table with quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(papers[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(papers)


def as_parquet(papers: list[dict[str, str]], path: Path) -> None:
    """A Parquet table."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(papers), path)


def zipped(papers: list[dict[str, str]], path: Path) -> None:
    """JSON Lines in gzip."""
    path.write_bytes(gzip.compress("".join(json.dumps(p) + "\n" for p in papers).encode(), 6))


def parse_lines(path: Path) -> None:
    """json.loads a line."""
    with path.open("rb") as file:
        for line in file:
            json.loads(line)


def parse_json(path: Path) -> None:
    """json.loads of the whole."""
    json.loads(path.read_bytes())


def parse_zipped(path: Path) -> None:
    """gzip and json.loads a line."""
    with gzip.open(path, "rb") as file:
        for line in file:
            json.loads(line)


def parse_xml(path: Path) -> None:
    """expat with handlers that keep the text."""
    parser, texts = expat.ParserCreate(), list[str]()
    parser.StartElementHandler = lambda *_: texts.clear()
    parser.CharacterDataHandler = texts.append
    parser.Parse(path.read_bytes(), True)


def parse_csv(path: Path) -> None:
    """csv.reader."""
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass


def parse_parquet(path: Path) -> None:
    """pyarrow to plain Python objects."""
    from pyarrow import parquet

    parquet.read_table(path).to_pylist()


def parse_bibtex(path: Path) -> None:
    """bibtexparser on the whole file."""
    import bibtexparser

    bibtexparser.parse_string(path.read_text("utf-8"))


def parse_html(path: Path) -> None:
    """selectolax, and json.loads of the attribute."""
    from selectolax.lexbor import LexborHTMLParser

    json.loads(LexborHTMLParser(path.read_text("utf-8")).css_first("[data-props]").attributes["data-props"])


def parse_text(path: Path) -> None:
    """The lines of the file."""
    with path.open(encoding="utf-8") as file:
        for _ in file:
            pass


ATOM = (
    "<entry><id>http://arxiv.org/abs/{id}v1</id><published>{date}T00:00:00Z</published><title>{title}</title>"
    "<summary>{abstract}</summary><author><name>Ada Noor</name></author><category term='cs.LG'/></entry>\n"
)
BIB = (
    '@article{{p{id},\n    title = "{title}",\n    author = "Noor, Ada",\n    year = "2025",\n'
    '    abstract = "{abstract}",\n}}\n'
)
RIS = "TY  - JOUR\nTI  - {title}\nAU  - Noor, Ada\nDA  - {date}\nAB  - {abstract}\nER  - \n\n"

Case = tuple[str, Callable[[list[dict[str, str]], Path], None], Callable[[Path], None]]
CASES: dict[str, Case] = {
    "JSON Lines": ("jsonl", json_lines(dict), parse_lines),
    "JSON Lines, gzip": ("jsonl", zipped, parse_zipped),
    "JSON array": ("jsonl", array(dict), parse_json),
    "Daily Papers, page text": (
        "page",
        templated("{title}\n\n{abstract}\n\n", "Daily Papers\n\nSep 18\n\n"),
        parse_text,
    ),
    "Daily Papers, JSON": ("hf", array(hf), parse_json),
    "Daily Papers, saved page": ("html", as_html, parse_html),
    "arXiv Atom": ("feed", templated(ATOM, "<feed>", "</feed>"), parse_xml),
    "arXiv snapshot": ("arxiv", json_lines(snapshot), parse_lines),
    "OpenAlex": ("openalex", array(work, '{"meta": {}, "results": [', "]}"), parse_json),
    "Semantic Scholar": ("s2", array(scholar, '{"total": 1, "data": [', "]}"), parse_json),
    "OpenReview": ("openreview", array(note, '{"notes": [', "]}"), parse_json),
    "BibTeX": ("bibtex", templated(BIB), parse_bibtex),
    "RIS": ("ris", templated(RIS), parse_text),
    "CSV": ("csv", as_csv, parse_csv),
    "Parquet": ("parquet", as_parquet, parse_parquet),
}


def best(*runs: Callable[[], object], times: int = 3) -> list[float]:
    """The least processor time of each run in seconds; runs take turns, so that a busy machine is fair to all."""
    found: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for run, seconds in zip(runs, found, strict=True):
            started = time.process_time()
            run()
            seconds.append(time.process_time() - started)
    return [min(seconds) for seconds in found]


def read_all(path: Path, format: str, count: int) -> None:
    """Read a source whole; every record must become a paper, by the reader that is meant."""
    found = sum(isinstance(f, Paper) for f in read(str(path)))
    if found != count:
        raise SystemExit(f"{format}: {found} papers of {count}")


def main(count: int) -> None:
    """Measure every case and write the table."""
    papers = [paper(number) for number in range(count)]
    records = count / best(lambda: [Paper.model_validate(p) for p in papers])[0]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (format, write, parse) in CASES.items():
            path = Path(folder) / "papers"
            write(papers, path)
            parsing, reading = best(partial(parse, path), partial(read_all, path, format, count))
            rows.append(
                (name, format, count / reading, count / parsing, reading / parsing, (parse.__doc__ or "").strip())
            )
            print(f"{name:26} {count / reading:>9,.0f}/s  parser {count / parsing:>9,.0f}/s", file=sys.stderr)
    if {row[1] for row in rows} != set(READERS):
        raise SystemExit("a reader is not measured")
    Path(__file__).with_suffix(".md").write_text(report(rows, count, records), "utf-8")


def report(rows: list[tuple[str, str, float, float, float, str]], count: int, records: float) -> str:
    """The table as Markdown."""
    lines = [
        "# Reading",
        "",
        f"Made by `python benchmarks/reading.py`: {count:,} made-up papers with abstracts of 1,100 characters, best",
        "of three in processor time. *Reader* is everything from opening and sniffing to validated papers; *parser* is",
        "the parser underneath with nothing around it. Ratios travel from machine to machine, rates do not. Validating",
        f"papers whose fields are in memory goes at {records:,.0f} a second; the rest of what a reader adds is",
        "bounded buffers, line breaks, markup, names, dates and identifiers.",
        "",
        "| source | `--from` | reader, papers/s | parser, papers/s | reader ÷ parser, time | the parser |",
        "|---|---|--:|--:|--:|---|",
    ]
    lines += [f"| {n} | `{f}` | {r:,.0f} | {p:,.0f} | {ratio:.1f} | {what} |" for n, f, r, p, ratio, what in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
