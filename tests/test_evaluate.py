"""Precision, recall and F1: the same figures as the benchmark's own script, and a table of how sure is how right."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.evaluate import Found, Tally, concepts, evaluate, gold_row, name_key, read_gold, score, show

GOLD = """\
# two papers
@1
+a: GateNet
m|a: LSTM = long short-term memory
?m: attention
d: Penn Treebank
@@A second, PAPER
c: https://github.com/a/b
"""


def mention(text: str, type: str, **facts: Any) -> dict[str, Any]:
    """A mention as `kg extract` prints it."""
    return {"text": text, "type": type, "label": text, "role": "uses", "confidence": 0.9} | facts


PREDICTED = [
    {
        "title": "First",
        "mentions": [
            mention("GateNet", "Architecture", role="introduces", confidence=0.95),
            mention("LSTMs", "Method", label="LSTM", confidence=0.7),
            mention("attention", "Method"),
            mention("Foo", "Dataset", role="introduces", confidence=0.4),
            mention("translation", "Task"),
        ],
    },
    {"title": "A Second Paper", "mentions": [mention("https: //www.github.com/a/b.git", "Code", confidence=1.0)]},
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Predictions and gold."""
    predictions, gold = tmp_path / "found.jsonl", tmp_path / "papers.gold"
    predictions.write_text("\n".join(map(json.dumps, PREDICTED)) + "\n", encoding="utf-8")
    gold.write_text(GOLD, encoding="utf-8")
    return predictions, gold


def test_a_score_counts_each_concept_once(files: tuple[Path, Path]) -> None:
    total = evaluate(*files)
    assert total.tally == {
        "Method": Tally(1, 1, 1),
        "Architecture": Tally(1, 1, 1),
        "Dataset": Tally(0, 1, 1),
        "Code": Tally(1, 1, 1),
        "all": Tally(3, 4, 4),
        "introduced": Tally(1, 2, 1),
        "resolved": Tally(3, 3, 3),
    }
    assert total.missed == ["1 First\tDataset: Penn Treebank"]
    assert total.false == ["1 First\tDataset: Foo"]


def test_how_sure_is_how_right(files: tuple[Path, Path]) -> None:
    assert evaluate(*files).reliability() == [
        {"from": 0.4, "to": 0.5, "confidence": 0.4, "right": 0.0, "concepts": 1},
        {"from": 0.7, "to": 0.8, "confidence": 0.7, "right": 1.0, "concepts": 1},
        {"from": 0.9, "to": 1.0, "confidence": 0.975, "right": 1.0, "concepts": 2},
    ]


def test_every_second_place_can_be_left_out(files: tuple[Path, Path]) -> None:
    assert evaluate(*files, "even").tally["all"] == Tally(1, 1, 1)


def test_a_paper_that_the_predictions_lack_is_missed(files: tuple[Path, Path]) -> None:
    files[0].write_text("", encoding="utf-8")
    total = evaluate(*files)
    assert total.tally["all"] == Tally(0, 0, 4)
    assert total.missed[0].startswith("1 no such paper")


def test_one_concept_under_two_labels_is_found_but_not_resolved() -> None:
    found = {("Method", "LSTM"): Found({"lstm"}), ("Method", "the memory"): Found({"longshorttermmemory"})}
    result = score(found, [gold_row("m: LSTM = long short-term memory")])
    assert result.tally["all"] == Tally(1, 1, 1)
    assert result.tally["resolved"] == Tally(0, 1, 1)


def test_a_concept_that_fits_two_rows_takes_the_free_one() -> None:
    found = {("Method", "A"): Found({"a", "b"}), ("Method", "B"): Found({"a"})}
    assert score(found, [gold_row("m: A"), gold_row("m: B")]).tally["all"] == Tally(2, 2, 2)


def test_names_are_compared_by_letters_and_digits_and_addresses_by_host_and_path() -> None:
    assert name_key("Fine-Tuned Modéls") == name_key("finetuned model")
    assert name_key("https: //www.GitHub.com/a/b/") == name_key("http://github.com/a/b.git") == "github.com/a/b"


@pytest.mark.parametrize("line", ["m LSTM", "x: LSTM", "@one", "+: A"])
def test_a_line_that_is_no_gold_is_an_error_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.gold"
    path.write_text(f"@1\nm: A\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"x\.gold, line 3: not a line of a gold file"):
        read_gold(path)


def test_a_row_before_any_paper_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.gold"
    path.write_text("m: A\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 1"):
        read_gold(path)


@pytest.mark.parametrize(
    "line", ["no json", "[1]", '{"mentions": [1]}', '{"mentions": [{"text": "x"}]}', '{"mentions": 3}']
)
def test_a_line_that_is_no_prediction_is_an_error_with_its_place(files: tuple[Path, Path], line: str) -> None:
    files[0].write_text(f"{json.dumps(PREDICTED[0])}\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"found\.jsonl, line 2: not a line of kg extract"):
        evaluate(*files)


def test_a_file_that_is_not_there_is_an_error(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere.*cannot be read \(No such file"):
        evaluate(tmp_path / "nowhere", files[1])


def test_the_command_prints_a_table_the_errors_or_json(kg: Callable[..., Any], files: tuple[Path, Path]) -> None:
    table = kg("eval", *files, "--list")
    assert table.status == 0
    assert "all               0.750   0.750  0.750      4" in table.out
    assert "0.9 to 1.0    0.975   1.000         2" in table.out
    assert table.out.endswith("missed\t1 First\tDataset: Penn Treebank\nfalse\t1 First\tDataset: Foo\n")
    found = json.loads(kg("eval", *files, "--json", "--list").out)
    assert found["all"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75, "gold": 4}
    assert found["false"] == ["1 First\tDataset: Foo"]
    assert kg("eval", *files, "--only", "third").status == 2


def test_predictions_may_come_from_standard_input(kg: Callable[..., Any], files: tuple[Path, Path]) -> None:
    piped = kg("eval", "-", files[1], stdin=files[0].read_text(encoding="utf-8"))
    assert piped.out == kg("eval", *files).out


LABELS = st.sampled_from(["LSTM", "lstms", "GRU", "Foo", "Bar-1", "Foo Bars", "A", "https://github.com/a/b"])
KINDS = ["Method", "Architecture", "Dataset", "Code", "Task"]
ROLES = ["uses", "introduces"]
MENTIONS = st.fixed_dictionaries(
    {"text": LABELS, "type": st.sampled_from(KINDS), "role": st.sampled_from(ROLES)},
    optional={"label": LABELS, "confidence": st.floats(0, 1)},
)
ROWS = st.builds(
    lambda flags, kinds, names: f"{flags}{'|'.join(kinds)}: {' = '.join(names)}",
    st.sampled_from(["", "?", "+", "?+"]), st.lists(st.sampled_from("madc"), min_size=1, max_size=3),
    st.lists(LABELS, min_size=1, max_size=3),
)  # fmt: skip


@given(st.lists(MENTIONS, max_size=8), st.lists(ROWS, max_size=8))
def test_no_figure_leaves_its_bounds(mentions: list[dict[str, Any]], rows: list[str]) -> None:
    result = score(concepts({"mentions": mentions}), [gold_row(row) for row in rows])
    for name, tally in result.tally.items():
        assert 0 <= tally.right <= min(tally.predicted, tally.wanted), name
    assert len(result.missed) == result.tally["all"].wanted - result.tally["all"].right
    assert len(result.false) == result.tally["all"].predicted - result.tally["all"].right
    assert show(result, list_errors=True)


def reference(shared: Path, predictions: Path, gold: Path, *words: str) -> dict[str, Any]:
    """The figures of the benchmark's own script."""
    script = [sys.executable, str(shared / "eval/score.py"), str(predictions), str(gold), "--json", *words]
    printed = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(printed))


def test_figures_are_those_of_the_benchmarks_script(
    shared: Path, kg: Callable[..., Any], tmp_path: Path, files: tuple[Path, Path]
) -> None:
    cases: list[tuple[Path, Path, list[str]]] = [(*files, []), (*files, ["--only", "odd"])]
    for name, source, gold, words in (
        ("page", "input/daily-papers-sep-18.txt", "eval/daily-papers-sep-18.odd.gold", ["--only", "odd"]),
        ("fresh", "eval/fresh.jsonl", "eval/fresh.gold", []),
    ):
        path = tmp_path / f"{name}.jsonl"
        path.write_text(kg("extract", shared / source).out, encoding="utf-8")
        cases.append((path, shared / gold, words))
    for predictions, gold, words in cases:
        mine = json.loads(kg("eval", predictions, gold, "--json", *words).out)
        mine.pop("reliability")
        assert mine == reference(shared, predictions, gold, *words)
    assert mine["all"]["f1"] > 0.7


def test_a_gold_file_without_blocks_is_an_error(files: tuple[Path, Path]) -> None:
    files[1].write_text("# nothing yet\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"gold: no blocks of a gold file in it; kg eval --help"):
        evaluate(*files)
