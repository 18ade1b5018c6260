"""What a paper does with a concept, read off the words around it."""

import pytest

from kg.extraction.roles import role
from kg.records import Kind, Role


@pytest.mark.parametrize(
    ("sentence", "name", "kind", "expected"),
    [
        ("We evaluate on CIFAR-10 .", "CIFAR-10", "Dataset", "evaluates_on"),
        ("Experiments with Foo show that", "Foo", "Dataset", "evaluates_on"),
        ("It was built from Foo .", "Foo", "Dataset", "uses"),
        ("It outperforms DARTS .", "DARTS", "Method", "compares_to"),
        ("better than the DARTS baseline", "DARTS", "Method", "compares_to"),
        ("We train with Adam .", "Adam", "Method", "uses"),
        ("We beat it . Then Adam follows", "Adam", "Method", "mentions"),
        ("DARTS baselines are weak", "DARTS", "Method", "compares_to"),
        ("Adam is an optimizer", "Adam", "Method", "mentions"),
    ],
)
def test_a_role_is_read_off_the_sentence(sentence: str, name: str, kind: Kind, expected: Role) -> None:
    words = sentence.lower().split()
    place = words.index(name.lower())
    assert role(words, place, place + 1, kind) == expected
