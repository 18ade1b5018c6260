"""kg as a library: a generator without end, threads, and components that others add to their own pipelines."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

import kg.extraction
from kg import Paper, extract
from kg.extraction import shared_pipeline
from kg.sources import read

TEXT = "We propose GateNet, an LSTM with gates. It beats BERT on CIFAR-10."


def papers_without_end() -> Iterator[Paper]:
    """Papers, each with a word of its own."""
    number = 0
    while True:
        number += 1
        yield Paper(title=f"Study {number} of gates", abstract=f"{TEXT} See also method Q{number}x.")


def test_papers_come_out_while_others_go_in() -> None:
    taken = 0

    def counted() -> Iterator[Paper]:
        nonlocal taken
        for taken, paper in enumerate(papers_without_end(), 1):  # noqa: B007
            yield paper

    assert len(list(islice(extract(counted()), 3))) == 3
    assert taken <= 1024


def test_memory_does_not_grow_with_the_number_of_papers() -> None:
    stream = extract(papers_without_end())
    # Whole batches of 256: within one, memory rises and falls.
    list(islice(stream, 512))
    tracemalloc.start()
    try:
        list(islice(stream, 256))
        early, _ = tracemalloc.get_traced_memory()
        list(islice(stream, 1024))
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # What is kept of words is bounded and still fills; a thousand texts with their tokens would be fifty megabytes.
    assert late - early < 12_000_000


def test_a_pipeline_that_has_seen_too_many_words_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.extraction, "RENEWAL", 20)
    before = shared_pipeline()
    expected = [
        r.mentions for r in islice(extract(papers_without_end()), 50) if isinstance(r, kg.extraction.Extraction)
    ]
    monkeypatch.setattr(kg.extraction, "VOCABULARY", 10)
    found = [r.mentions for r in islice(extract(papers_without_end()), 50) if isinstance(r, kg.extraction.Extraction)]
    assert shared_pipeline() is not before
    assert found == expected


def test_threads_find_what_one_thread_finds(page_of_papers: list[Paper]) -> None:
    alone = list(extract(page_of_papers))
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(lambda _: list(extract(page_of_papers)), range(3)):
            assert found == alone


@pytest.fixture
def page_of_papers(root: Path) -> list[Paper]:
    """The papers of the example."""
    return [p for p in read(str(root / "examples/daily-papers.txt")) if isinstance(p, Paper)]


def test_a_component_can_be_added_to_any_pipeline_by_name_alone() -> None:
    code = (
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('kg_lexicon'); "
        "doc = nlp('We train a ResNet-50 on CIFAR-10.'); print([doc[a:b].text for a, b, _ in doc._.kg_lexicon])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['ResNet-50', 'CIFAR-10']"


def test_a_pipeline_lacks_nothing_and_says_what_a_component_needs() -> None:
    problems = shared_pipeline().analyze_pipes()["problems"]
    assert not any(problems.values())


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_no_text_in_english_does_no_harm(workers: int, told: Callable[..., Paper]) -> None:
    papers = [told("…", "?"), told("概念", "我们使用 BERT 。"), told("x", "")]
    assert len(list(extract(papers, workers=workers))) == 3
