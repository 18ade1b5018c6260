"""``kg show`` and ``kg similar`` tell what the graph knows, with quotations, and obey no one's escape codes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.showing import Style, show, similar
from kg.store.asking import View

GRAPH = Path(__file__).parent / "store"
MARKED = Style(strong=lambda text: f"*{text}*", mark=lambda text: f"[{text}]", faint=lambda text: f"({text})")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("shown")
    for name in ("graph.ttl", "evidence.ttl"):
        shutil.copy(GRAPH / name, found)
    return found


def test_a_concept_is_told_with_names_place_papers_evidence_and_code(folder: Path) -> None:
    assert (
        "\n".join(show(View(folder), "gatenet", MARKED))
        == """\
*GateNet*  architecture
  also      gate
  broader   RNN

*introduced by*  1 paper
  GateNet  (2025-09-16)
      “[GateNet]”  (title 0–7, tagger, 0.90)

*used by*  1 paper
  Forgetting  (2025-09-17)
      “We study how [GateNet] forgets.”  (abstract 13–20, lexicon, 0.50)

*code*
  https://github.com/a/gatenet  (GateNet)"""
    )


def test_a_paper_is_told_with_facts_concepts_and_related_papers(folder: Path) -> None:
    assert (
        "\n".join(show(View(folder), "a-1", MARKED))
        == """\
*GateNet*
  date      2025-09-16
  id        a-1
  code      https://github.com/a/gatenet

*introduces*
  GateNet
      “[GateNet]”  (title 0–7, tagger, 0.90)

*evaluates on*
  Penn Treebank

*compares to*
  LSTM

*related papers*  (kg similar tells why)
  0.70  Forgetting"""
    )


def test_a_similar_paper_is_explained_by_the_shared_concepts_and_a_quotation_from_both_sides(folder: Path) -> None:
    assert (
        "\n".join(similar(View(folder), "Forgetting", MARKED, most=1))
        == """\
Papers like *Forgetting*

0.70  *GateNet*
      share GateNet, LSTM, Penn Treebank
      here   “We study how [GateNet] forgets.”
      there  “[GateNet]”"""
    )


def test_a_paper_without_links_is_told_so(folder: Path) -> None:
    assert list(similar(View(folder), "Alone"))[-1] == "  It shares no specific concept with another paper."


def test_escape_codes_of_a_title_do_not_reach_the_terminal(folder: Path) -> None:
    for lines in (show(View(folder), "OakSet"), show(View(folder), "Oaks"), similar(View(folder), "Forgetting")):
        text = "\n".join(lines)
        assert "Oaks <b>& [31mashes" in text.replace("  ", " ") or "Oaks" in text
        assert "\x1b" not in text


def test_without_evidence_the_papers_are_told_all_the_same(tmp_path: Path) -> None:
    shutil.copy(GRAPH / "graph.ttl", tmp_path)

    assert "  Forgetting  2025-09-17" in list(show(View(tmp_path), "GateNet"))


def test_the_commands_print_plainly_in_a_pipe(folder: Path, kg: Callable[..., Any]) -> None:
    shown, alike, none = (
        kg("show", "GATENET", "-g", folder),
        kg("similar", "a-1", "-g", folder),
        kg("show", "x", "-g", folder),
    )

    assert shown.out.startswith("GateNet  architecture\n")
    assert "share GateNet, LSTM, Penn Treebank" in alike.out
    assert (none.status, none.out) == (1, "")
    assert none.err.startswith("kg: x: no concept of the graph has this name")
    assert none.err.count("\n") == 1


def test_colours_are_for_terminals_and_no_color_forbids_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.cli.show import style
    from kg.showing import COLOURS, PLAIN

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert style() is COLOURS
    monkeypatch.setenv("NO_COLOR", "1")
    assert style() is PLAIN
