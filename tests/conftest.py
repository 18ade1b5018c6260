"""What many tests need: profiles of Hypothesis, short ways to papers and mentions, the command line in this process."""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kg.cli import main
from kg.records import Mention, Paper

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

PAGE = """\
Daily Papers

Sep 18

GateNet: Gated memories for long sequences

We propose GateNet, a recurrent architecture. It outperforms the LSTM on Penn Treebank. Code is available at
https: //github.com/example/gatenet.

Forgetting in recurrent memories

We study how a long short-term memory (LSTM) forgets. Experiments on Penn Treebank show that GateNet forgets less.

Pictures without labels

We train a ResNet-50 on ImageNet without any labels. The weights are at https://huggingface.co/example/pictures.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with three papers."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with the real page and the gold files; without it the test is skipped."""
    if not (SHARED / "eval").is_dir():
        pytest.skip("needs ../shared")
    return SHARED


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def mention() -> Callable[..., Mention]:
    """A function that makes a mention of a text, with the facts that matter to a test."""

    def make(text: str, **facts: object) -> Mention:
        start = int(str(facts.pop("start", 0)))
        given = {"type": "Method", "confidence": 0.9, "source": "test"} | facts
        return Mention.model_validate({"text": text, "start": start, "end": start + len(text), **given})

    return make


@pytest.fixture(scope="session")
def told() -> Callable[..., Paper]:
    """A function that makes a paper of a title and an abstract."""

    def make(title: str, abstract: str = "", **facts: object) -> Paper:
        return Paper.model_validate({"title": title, "abstract": abstract, **facts})

    return make


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def kg(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """The command line: ``kg("build", page, "-o", folder)``, in this process."""

    def run(*words: object, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, words)])
        monkeypatch.setattr(sys.modules["__main__"], "__package__", "", raising=False)  # also by ``python -m pytest``
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), printed.out, printed.err)

    return run
