"""Content of any size for the tests of the page: papers on subjects that have concepts of their own."""

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from kg.exporters import Content
from kg.exporters.html_page import write_html
from kg.graph import add_links, assemble
from kg.linking import bag_of, link
from kg.ontology import BASE
from kg.records import Concept, Kind, Mention, Paper, Role

Resolved = tuple[Paper, tuple[Mention, ...]]

LSTM = Concept(
    id="lstm", label="LSTM", kind="Architecture", aliases=("long short-term memory", "Long Short Term Memories"),
    broader=("rnn",), exact_match=("http://www.wikidata.org/entity/Q6673524",),
)  # fmt: skip
RNN = Concept(id="rnn", label="RNN", kind="Architecture", aliases=("recurrent neural network",))
IMAGENET = Concept(id="imagenet", label="ImageNet", kind="Dataset")
DROPOUT = Concept(id="dropout", label="dropout", kind="Method")
SMALL = {concept.id: concept for concept in (LSTM, RNN, IMAGENET, DROPOUT)}
CODE = "https://github.com/example/code"
KINDS: tuple[Kind, ...] = ("Method", "Architecture", "Dataset")
ROLES: tuple[Role, ...] = ("uses", "evaluates_on", "introduces", "compares_to", "mentions")


def content_of(resolved: Iterable[Resolved], concepts: dict[str, Concept]) -> Content:
    """The content of papers with resolved mentions, linked."""
    rows = sorted(resolved, key=lambda pair: pair[0].key)
    graph = assemble(rows, concepts.__getitem__, BASE)
    links = tuple(link([bag_of(p.key, ms) for p, ms in rows], concepts.__getitem__, lambda _: {}))
    add_links(graph, links)
    return Content(graph, lambda: iter(rows), concepts, links, BASE, "0", datetime(2025, 9, 18, tzinfo=UTC))


def paper_naming(
    title: str, *named: tuple[Concept, str, Role], before: str = "We study ", url: str = "", code: str = ""
) -> Resolved:
    """A paper whose abstract names concepts: each with the spelling used and its role."""
    text, mentions = before, []
    for concept, spelling, role in named:
        mentions.append(
            Mention(text=spelling, type=concept.kind, label=concept.label, role=role, start=len(text),
                    end=len(text) + len(spelling), confidence=0.9, source="test", concept=concept.id)
        )  # fmt: skip
        text += spelling + ", "
    if code:
        mentions.append(
            Mention(text=code, type="Code", label=code, role="has_code", start=len(text), end=len(text) + len(code),
                    confidence=1, source="test")
        )  # fmt: skip
        text += code
    text = text.removesuffix(", ") + "."
    return Paper(title=title, abstract=text, url=url, date=date(2025, 9, 18)), tuple(mentions)


def small() -> Content:
    """Five papers and four concepts, one paper with code, one without any link."""
    return content_of(
        [
            paper_naming("Gated Cells: a study of memory", (LSTM, "long short-term memory", "uses"),
                         (IMAGENET, "ImageNet", "evaluates_on"), url="https://example.org/gated", code=CODE),
            paper_naming("Forgetting on purpose", (LSTM, "LSTM", "introduces"), (DROPOUT, "dropout", "uses")),
            paper_naming("Pictures in a row", (IMAGENET, "ImageNet", "evaluates_on"), (DROPOUT, "dropout", "uses")),
            paper_naming("𝒯he 😀 transform", (RNN, "RNN", "compares_to"), before="𝒯ext with 😀 before: "),
            paper_naming("Nothing in common"),
        ],
        SMALL,
    )  # fmt: skip


def corpus(papers: int, concepts: int, seed: int = 1) -> Content:
    """Papers on subjects; each subject has its own concepts, some of them named often and most of them rarely."""
    rng = random.Random(seed)
    subjects = max(3, min(40, papers // 8))
    known = {c.id: c for c in (_concept(rng, n) for n in range(concepts))}
    by_subject = [[f"c{n}" for n in range(concepts) if n % subjects == s] or ["c0"] for s in range(subjects)]
    return content_of((_paper(rng, n, known, by_subject) for n in range(papers)), known)


def _concept(rng: random.Random, number: int) -> Concept:
    return Concept(id=f"c{number}", label=_name(rng, number), kind=KINDS[number % 3], aliases=(f"alias {number}",))


def _paper(rng: random.Random, number: int, known: dict[str, Concept], by_subject: list[list[str]]) -> Resolved:
    own = by_subject[number % len(by_subject)]
    other = by_subject[rng.randrange(len(by_subject))]
    picked = [own[min(int(len(own) * rng.random() ** 3), len(own) - 1)] for _ in range(5)] + rng.choices(other, k=2)
    named = [(known[c], known[c].label, rng.choice(ROLES)) for c in dict.fromkeys(picked)]
    filler = "Results on held-out data are reported with ablations and a discussion of limits. " * 12
    code = f"https://github.com/example/code-{number}" if number % 5 == 0 else ""
    title = f"{_name(rng, number)}: {' '.join(_name(rng, number + k) for k in range(4))} {number}"
    return paper_naming(title, *named, before=filler + "We use ", url=f"https://example.org/{number}", code=code)


def _name(rng: random.Random, number: int) -> str:
    syllables = ["con", "trast", "ive", "dif", "fu", "sion", "graph", "net", "flow", "meta", "sparse", "trans", "form"]
    return "".join(rng.sample(syllables, 2)).capitalize() + str(number)


def page_of(content: Content, folder: Path) -> Path:
    """Write the page of a content; returns its path."""
    write_html(content, folder)
    return folder / "graph.html"


def rearranged(content: Content, order: Callable[[list[Resolved]], Iterable[Resolved]]) -> Content:
    """The same content made from its papers in another order."""
    rows: Iterator[Resolved] = content.papers()
    return content_of(order(list(rows)), content.concepts)
