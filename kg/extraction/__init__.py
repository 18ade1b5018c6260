"""Papers become mentions; the mentions of a paper depend on that paper, the scheme and the weights alone."""

import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from kg import __version__
from kg.processes import rarely_collecting
from kg.records import Extraction, Paper, Rejected

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

BATCH = 64
RENEWAL = 8192
"""After so many papers it is asked whether the pipeline has grown too large."""
VOCABULARY = 200_000
"""The most words that a pipeline keeps; 60,000 abstracts have 125,000."""

_threads = threading.local()


@lru_cache(maxsize=2)
def version(accurate: bool = False) -> str:
    """The extractor's version: program, scheme and weights."""
    from kg.extraction import introductions, model, network
    from kg.ontology import scheme

    weights = [model.WEIGHTS, network.WEIGHTS if accurate else introductions.WEIGHTS]
    return f"{__version__}+{scheme().version}.{'.'.join(map(model.version, weights))}"


def shared_pipeline(accurate: bool = False) -> "Language":
    """The pipeline of this thread, made at the first need, and made anew when it has learned too many words.

    spaCy keeps every word that it has ever seen, and its pipelines are not made for several threads at a time.
    """
    kind = "accurate" if accurate else "nlp"
    nlp: Language | None = getattr(_threads, kind, None)
    if nlp is None or len(nlp.vocab) > VOCABULARY:
        with rarely_collecting():  # much is made to stay, spaCy's modules among it
            from kg.extraction.pipeline import make_pipeline

            nlp = make_pipeline(accurate)
            setattr(_threads, kind, nlp)
    return nlp


def extract(
    papers: Iterable[Paper], *, workers: int | None = 1, accurate: bool = False
) -> Iterator[Extraction | Rejected]:
    """The raw mentions of each paper, in the order of the papers, with memory for a few batches only.

    `workers` processes read at the same time (None: all cores where there is enough to read); the result is the
    same for every number. A paper that a process dies of is returned as rejected. With `accurate` a small transformer
    reads each text, too, which finds more and takes a hundred times as long.

    >>> [record] = extract([Paper(title="A study", abstract="We train an LSTM on CIFAR-10.")])
    >>> [(m.text, m.type) for m in record.mentions]
    [('LSTM', 'Architecture'), ('CIFAR-10', 'Dataset')]
    """
    if workers == 1:
        return extract_here(papers, accurate)
    from kg.extraction.parallel import Readers

    found = Readers(workers, accurate).read(papers)
    return (Extraction.model_validate_json(line) if isinstance(line, str) else line for line in found)


def extract_here(papers: Iterable[Paper], accurate: bool = False) -> Iterator[Extraction]:
    """`extract` in this process."""
    stream = iter(papers)
    while True:
        found = 0
        for record in extract_with(shared_pipeline(accurate), islice(stream, RENEWAL), version(accurate)):
            found += 1
            yield record
        if found < RENEWAL:
            return


def extract_with(nlp: "Language", papers: Iterable[Paper], extractor: str) -> Iterator[Extraction]:
    """`extract` with a pipeline, whose version is given."""
    from kg.extraction.pipeline import mentions_of, text_of
    from kg.extraction.words import make_doc

    def texts() -> "Iterator[tuple[Doc, tuple[object, ...]]]":
        for paper in papers:
            text, title, abstract = text_of(paper)
            yield make_doc(nlp, text), (paper, title, abstract)

    for doc, context in nlp.pipe(texts(), as_tuples=True, batch_size=BATCH):
        paper, title, abstract = context
        found = mentions_of(paper, title, abstract, doc._.kg_mentions)  # type: ignore[arg-type]
        yield Extraction(paper=paper, mentions=found, extractor=extractor)  # type: ignore[arg-type]
