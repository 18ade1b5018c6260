"""The notebook of docs/loading.md runs from its first block to its last, on the example page."""

import re
from datetime import date
from pathlib import Path

import pytest

import kg


def test_the_notebook_runs_and_prints_what_it_promises(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("pandas", "igraph"):
        pytest.importorskip(name)
    monkeypatch.chdir(tmp_path)
    kg.build(
        [str(root / "examples" / "daily-papers.txt")], "outputs", formats=("ttl", "graphml"), date=date(2025, 9, 18)
    )
    text = (root / "docs" / "loading.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        exec(compile(block, "docs/loading.md", "exec"), names)
    printed = capsys.readouterr().out
    assert re.search(r"^\d+ papers: .+, .+", printed, re.MULTILINE)
    assert re.search(r"^\d+ communities, modularity 0\.\d+", printed, re.MULTILINE)
    assert "2025" in printed


def test_every_block_of_the_page_is_of_a_kind_that_the_tests_run(root: Path) -> None:
    text = (root / "docs" / "loading.md").read_text(encoding="utf-8")
    kinds = re.findall(r"^```(\w*)$", text, re.MULTILINE)[::2]
    assert set(kinds) == {"sh", "cypher", "python"}
