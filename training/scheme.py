"""Concept files from the catalogues: names of models, methods and datasets, one file a licence.

    python training/scheme.py ../shared/data ontologies

A catalogue holds much that no reader would call a name (``Add``, ``Heuristic``, ``beit_base_patch16_224``). A row is taken
where it looks like a name, the curated scheme lacks it, and at least `MINIMUM` abstracts write it just so; letter case is
binding where the same letters are an ordinary word. CSO topics that the scheme has by another way give links, no names.
"""

import csv
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.ontology import fold, read_rows

MINIMUM = 2
PERMISSIVE = (
    "domain_datasets domain_models_methods hf_datasets ir_datasets keras_components keras_models "
    "llm_benchmarks mteb_tasks nlp_tdms_kb openmmlab_methods_datasets openmmlab_models optimizers "
    "rl_algorithms_envs tfds_datasets timm_models torchvision_datasets torchvision_models "
    "transformers_models"
).split()
FILES = {
    "concepts-permissive.tsv": ("Names from library catalogues under Apache-2.0, MIT and BSD licences", PERMISSIVE),
    "concepts-cc-by-sa.tsv": ("Names from Papers with Code, CC BY-SA 4.0", ["pwc_datasets", "pwc_sota_extractor"]),
}
CSO = "https://cso.kmi.open.ac.uk/topics/"
COLUMNS = ("name", "kind", "broader", "aliases", "flags", "link", "source")
_WORD = re.compile(r"[A-Za-z0-9][\w+.-]*[\w+]|[A-Za-z]")
_PLACES = frozenset(
    {"arXiv", "GitHub", "DARPA", "YouTube", "Twitter", "Reddit", "OpenStreetMap", "PubMed", "StackOverflow"}
)
_SHORT = re.compile(r"[A-Z0-9-]{2,4}")
_NAME = re.compile(r"(?=.*[A-Z])(?=.*(?:[A-Z].*[A-Z]|[a-z][A-Z]|\d))[A-Za-z][\w .+-]{2,30}")


def catalogue(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a catalogue."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def names(source: str, rows: Iterable[dict[str, str]], taken: set[str]) -> Iterator[tuple[str, str, str]]:
    """Name, kind and source of the rows that look like names and are not taken."""
    for row in rows:
        name, key = row["name"].strip(), fold(row["name"])
        named = _NAME.fullmatch(name) and not _SHORT.fullmatch(name) and name not in _PLACES and len(name.split()) <= 4
        if row["type"] in ("Method", "Architecture", "Dataset") and named and "_" not in name and key not in taken:
            taken.add(key)
            yield name, row["type"], source


def frequencies(corpus: Path, wanted: Iterable[str]) -> Counter[str]:
    """In how many abstracts each name stands as written, and under ``~name`` how often its lower case does."""
    exact = {n: tuple(_WORD.findall(n)) for n in wanted}
    index: dict[tuple[str, ...], list[str]] = {}
    for name, words in exact.items():
        index.setdefault(words, []).append(name)
        index.setdefault(tuple(w.lower() for w in words), []).append(f"~{name}")
    firsts = {words[0] for words in index if words}
    found: Counter[str] = Counter()
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            words = _WORD.findall(f"{paper['title']} {paper['abstract']}")
            seen = set()
            for i, word in enumerate(words):
                if word in firsts:
                    for size in (1, 2, 3, 4):
                        seen.update(index.get(tuple(words[i : i + size]), ()))
            found.update(seen)
    return found


def write(path: Path, title: str, rows: Iterable[dict[str, str]]) -> None:
    """A concept file: a comment that names the licence, the header, the rows in the order of their names."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"## {title}; see SOURCES.md\n")
        file.write("\t".join(COLUMNS) + "\n")
        for row in sorted(rows, key=lambda r: (r["kind"], r["name"].casefold(), r["name"])):
            file.write("\t".join(row.get(c, "") for c in COLUMNS) + "\n")


def main(data: Path, ontologies: Path) -> None:
    """Write the files of names, and the links to CSO."""
    curated = list(read_rows(ontologies / "concepts.tsv"))
    taken = {fold(n) for r in curated for n in (r["name"], *(r["aliases"] or "").split("|")) if n}
    found = {
        file: [n for source in sources for n in names(source, catalogue(data / "lexicon" / f"{source}.tsv"), taken)]
        for file, (_, sources) in FILES.items()
    }
    count = frequencies(data / "abstracts.jsonl.gz", [n for rows in found.values() for n, _, _ in rows])
    for file, rows in found.items():
        kept = [
            {
                "name": n,
                "kind": k,
                "source": s,
                "flags": "exact" if count[f"~{n}"] * 2 >= count[n] or len(n) <= 4 else "",
            }
            for n, k, s in rows
            if count[n] >= MINIMUM and count[f"~{n}"] < 3 * count[n]
        ]
        write(ontologies / file, FILES[file][0], kept)
        print(f"{file}: {len(kept)} of {len(rows)} names")
    by_fold = {fold(r["name"]): r for r in reversed(curated) if r["kind"] != "Task"}
    links = {}
    for row in catalogue(data / "lexicon" / "cso_topics.tsv"):
        match = by_fold.get(fold(row["name"]))
        if match and not any(c.isupper() for c in match["name"][1:]):  # BoTNet is not a botnet
            link = CSO + row["name"].replace(" ", "_")
            links.setdefault(
                match["name"], {"name": match["name"], "kind": match["kind"], "link": link, "source": "cso_topics"}
            )
    write(ontologies / "concepts-cc-by.tsv", "Links to the Computer Science Ontology, CC BY 4.0", links.values())
    print(f"concepts-cc-by.tsv: {len(links)} links")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
