import pytest

from kg import caching


def test_a_result_is_computed_once():
    asked: list[str] = []
    shout = caching.kept(lambda word: asked.append(word) or word.upper())

    assert [shout("bert"), shout("bert"), shout("gpt")] == ["BERT", "BERT", "GPT"]
    assert asked == ["bert", "gpt"]


def test_results_are_forgotten_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr(caching, "MOST", 2)
    asked: list[str] = []
    length = caching.kept(lambda word: asked.append(word) or len(word))

    assert [length(word) for word in ("a", "bb", "ccc", "a", "a")] == [1, 2, 3, 1, 1]
    assert asked == ["a", "bb", "ccc", "a"]


def test_an_error_is_not_kept():
    number = caching.kept(int)

    for _ in range(2):
        with pytest.raises(ValueError, match="one"):
            number("one")
