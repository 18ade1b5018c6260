"""Lessons: what the accurate pipeline believes, written down for the quick one."""

from pathlib import Path

from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group
from lessons import Belief, believed, read_lessons, write_lessons
from train import believed_answers, train_judge

GATENET = Belief(("GateNet", "gated network"), 0.93, "Architecture", 0.88)
GATING = Belief(("gating",), 0.31, "Method", 0.02)


def test_what_is_written_is_read_again_and_the_bytes_depend_on_nothing_else(tmp_path: Path) -> None:
    one, two = tmp_path / "one.gz", tmp_path / "two.gz"

    write_lessons({"b": [GATENET], "a": [GATING, GATENET], "c": []}, one)
    write_lessons({"c": [], "a": [GATING, GATENET], "b": [GATENET]}, two)

    assert read_lessons(one) == {"a": [GATING, GATENET], "b": [GATENET], "c": []}
    assert one.read_bytes() == two.read_bytes()


def test_a_group_is_believed_to_be_what_shares_a_name_with_it_with_or_without_its_noun() -> None:
    group = Group("n:gate net", candidates=[Candidate(3, 5, "GateNet architecture", "tagger")])

    assert believed(group, [GATING, GATENET]) == GATENET
    assert believed(group, [GATING]) is None


def test_the_judge_is_told_probabilities_and_the_kind_of_what_is_probable() -> None:
    assert believed_answers(GATENET) == (0.93, 0.0, 1.0, 0.88)
    assert believed_answers(GATING) == (0.31, None, None, 0.02)
    assert believed_answers(None) == (0.0, None, None, 0.0)


def test_the_judge_learns_a_probability_from_doubtful_examples() -> None:
    surely, perhaps = {"always": 1.0}, {"always": 1.0, "perhaps": 1.0}
    weights = train_judge([(surely, (1.0, 0.0, 0.0, 0.0)), (perhaps, (0.3, 1.0, 1.0, 1.0))] * 2000)

    bias, always, doubt = (weights[name][0] for name in ("bias", "always", "perhaps"))
    assert bias + always > 3  # nearly always
    assert -1.1 < bias + always + doubt < -0.6  # the logarithm of the odds of 0.3 is -0.85
