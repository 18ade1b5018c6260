"""Links among papers, compared with the plain way of computing them, and free of accidents of order."""

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from kg import linking
from kg.linking import (
    BROADER_WEIGHT,
    DAMPING,
    HUB_SHARE,
    MINIMUM,
    TOP_K,
    Bag,
    bag_of,
    broadened,
    first_by_rule,
    in_millionths,
    link,
    mean_norm,
    nearest,
    reasons,
)
from kg.records import Concept, Link, Mention, digest

BROADER = {"lstm": {"rnn": 1, "network": 2}, "gru": {"rnn": 1, "network": 2}, "rnn": {"network": 1}}


def concept(ident: str) -> Concept:
    """A concept whose name says whether it is generic."""
    return Concept(id=ident, label=ident, kind="Method", generic=ident in ("network", "generic"))


def ancestors(ident: str) -> dict[str, int]:
    """The broader concepts of a concept."""
    return BROADER.get(ident, {})


def links(*bags: Bag, top_k: int = TOP_K) -> list[Link]:
    """The links among bags."""
    return link(bags, concept, ancestors, top_k)


def bag(key: str, *concepts: str, confidence: float = 1.0) -> Bag:
    """A paper that names concepts."""
    return Bag(key, dict.fromkeys(concepts, confidence))


def fillers(count: int = 20) -> list[Bag]:
    """Papers that share nothing, so that two papers with a concept are few."""
    return [bag(f"z{i:03}", f"own{i}") for i in range(count)]


def plain_links(bags: list[Bag], top_k: int) -> dict[tuple[str, str], float]:
    """The same links, pair by pair: no matrices, no cuts."""
    full = {b.key: broadened(b.concepts, ancestors) for b in bags}
    frequency = Counter(c for row in full.values() for c in row)
    n, hub = len(bags), max(10, HUB_SHARE * len(bags))
    good = {c for c, df in frequency.items() if 2 <= df <= hub and not concept(c).generic}
    rows = {k: {c: w * math.log(1 + n / frequency[c]) for c, w in row.items() if c in good} for k, row in full.items()}
    alone = {k: DAMPING * math.log(1 + n) ** 2 * sum(frequency[c] == 1 for c in row) for k, row in full.items()}
    norms = {k: sum(w * w for w in row.values()) + alone[k] for k, row in rows.items()}
    damp = DAMPING * max(sum(norms.values()) / n, 1e-9)

    def weight(a: str, b: str) -> float:
        product = sum(w * rows[b][c] for c, w in rows[a].items() if c in rows[b])
        return round(product / math.sqrt((norms[a] + damp) * (norms[b] + damp)), 6)

    kept: dict[tuple[str, str], float] = {}
    for a in rows:
        ranked = sorted(
            (-weight(a, b), digest("\0".join(sorted((a, b))))[:16], b) for b in rows if b != a and weight(a, b) > 0
        )
        for negative, _, b in ranked[:top_k]:
            if -negative >= MINIMUM:
                kept[min(a, b), max(a, b)] = -negative
    return kept


def test_two_papers_that_share_a_rare_concept_are_linked_and_say_why() -> None:
    [found] = links(bag("a", "maml", "x1"), bag("b", "maml", "x2"), *fillers())
    assert (found.source, found.target, found.shared) == ("a", "b", ("maml",))
    assert 0 < found.weight < 1


def test_papers_that_share_nothing_or_only_something_generic_are_not_linked() -> None:
    assert links(bag("a", "generic", "x"), bag("b", "generic", "y"), *fillers()) == []
    assert links() == links(bag("a")) == links(bag("a"), bag("b")) == []


def test_a_concept_of_a_quarter_of_all_papers_links_nothing() -> None:
    common = [bag(f"p{i:02}", "everywhere") for i in range(11)]
    assert links(*common, *fillers(29)) == []
    assert len(links(*common[:10], *fillers(30))) > 0


def test_the_rarer_shared_concept_weighs_more_and_is_named_first() -> None:
    found = {(x.source, x.target): x for x in links(
        bag("a", "rare", "common"), bag("b", "rare", "common"), bag("c", "common"), bag("d", "common"), *fillers()
    )}  # fmt: skip
    assert found["a", "b"].shared == ("rare", "common")
    assert found["a", "b"].weight > found["a", "c"].weight


def test_a_shared_broader_concept_counts_less_than_a_shared_concept() -> None:
    [same] = links(bag("a", "lstm"), bag("b", "lstm"), *fillers())
    [related] = links(bag("a", "lstm"), bag("b", "gru"), *fillers())
    assert related.shared == ("rnn",)
    assert related.weight < same.weight


def test_broader_concepts_enter_at_a_fraction_for_each_step_and_never_lower_what_is_named() -> None:
    assert broadened({"lstm": 0.8}, ancestors) == pytest.approx(
        {"lstm": 0.8, "rnn": 0.8 * BROADER_WEIGHT, "network": 0.8 * BROADER_WEIGHT**2}
    )
    assert broadened({"lstm": 1.0, "rnn": 0.9}, ancestors)["rnn"] == 0.9


def test_a_doubtful_mention_and_a_long_list_of_concepts_make_a_weaker_link() -> None:
    [sure] = links(bag("a", "maml"), bag("b", "maml"), *fillers())
    [doubtful] = links(bag("a", "maml", confidence=0.5), bag("b", "maml"), *fillers())
    [survey] = links(bag("a", "maml", *(f"x{i}" for i in range(9))), bag("b", "maml"), *fillers())
    assert doubtful.weight < sure.weight
    assert survey.weight < sure.weight


def test_a_bag_holds_the_surest_mention_of_each_concept_and_neither_code_nor_tasks() -> None:
    def mention(kind: str, ident: str, confidence: float) -> Mention:
        facts = {"text": "x", "start": 0, "end": 1, "source": "test"}
        return Mention.model_validate({**facts, "type": kind, "concept": ident, "confidence": confidence})

    found = [mention("Method", "a", 0.5), mention("Method", "a", 0.7), mention("Code", "", 1), mention("Task", "t", 1)]
    assert bag_of("p", found) == bag_of("p", reversed(found)) == Bag("p", {"a": 0.7})


def test_among_equals_a_rule_decides_and_nobody_is_everybodys_neighbour() -> None:
    equals = [bag(f"p{i:03}", "same") for i in range(80)]
    crowd = [*equals, *fillers(300)]
    found = {(x.source, x.target): x.weight for x in link(crowd, concept, ancestors, 5)}
    assert found == plain_links(crowd, 5)
    degrees = Counter(end for pair in found for end in pair)
    assert set(degrees) == {b.key for b in equals}
    assert max(degrees.values()) < 30


@pytest.mark.parametrize("seed", range(3))
def test_links_of_a_few_hundred_papers_are_those_of_the_plain_way_with_ties_and_hubs(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"c{int(rng.paretovariate(0.7)) % 90}" for _ in range(4000)]  # a few concepts in many papers, many in few
    crowd = [Bag(f"p{i:03}", {rng.choice(names): rng.choice([0.5, 0.9]) for _ in range(rng.randint(0, 5))})
             for i in range(240)]  # fmt: skip
    found = {(x.source, x.target): x.weight for x in link(crowd, concept, ancestors, 4)}
    assert found == pytest.approx(plain_links(crowd, 4), abs=2e-6)


def test_a_hub_links_nothing_however_many_papers_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "HUB", 30)
    crowd = [bag(f"p{i:03}", "hub", f"pair{i // 2}") for i in range(200)]
    found = link(crowd, concept, ancestors)
    assert len(found) == 100
    assert {x.shared for x in found} == {(f"pair{i}",) for i in range(100)}


CONCEPTS = st.sampled_from(["lstm", "gru", "rnn", "network", "generic", *"abcdefgh"])
BAGS = st.lists(
    st.dictionaries(CONCEPTS, st.sampled_from([0.25, 0.5, 0.75, 1.0]), max_size=5), min_size=2, max_size=30
).map(lambda rows: [Bag(f"paper/{i:02}", row) for i, row in enumerate(rows)])


@given(BAGS, st.integers(1, 6))
def test_links_are_those_of_the_plain_way(bags: list[Bag], top_k: int) -> None:
    found = {(x.source, x.target): x.weight for x in link(bags, concept, ancestors, top_k)}
    assert found == pytest.approx(plain_links(bags, top_k), abs=2e-6)


@given(BAGS, st.integers(1, 6), st.integers(0, 99))
def test_the_order_of_papers_and_concepts_has_no_influence(bags: list[Bag], top_k: int, seed: int) -> None:
    rng = random.Random(seed)
    mixed = [Bag(b.key, dict(rng.sample(list(b.concepts.items()), len(b.concepts)))) for b in bags]
    rng.shuffle(mixed)
    assert link(mixed, concept, ancestors, top_k) == link(bags, concept, ancestors, top_k)


@given(BAGS)
def test_a_link_names_concepts_that_both_papers_have_or_that_stand_above_theirs(bags: list[Bag]) -> None:
    full = {b.key: broadened(b.concepts, ancestors) for b in bags}
    for found in links(*bags):
        assert found.source < found.target
        assert found.shared
        assert not {"network", "generic"} & set(found.shared)
        assert all(c in full[found.source] and c in full[found.target] for c in found.shared)


def pairs(rows: list[dict[int, float]], top_k: int) -> list[tuple[int, int, float]]:
    """The pairs of rows that are among the nearest, with their weights."""
    matrix = np.zeros((len(rows), 1 + max(column for row in rows for column in row)))
    for place, row in enumerate(rows):
        matrix[place, list(row)] = list(row.values())
    found = nearest(csr_matrix(matrix), [f"p{place:03}" for place in range(len(rows))], top_k)
    return list(zip(*(part.tolist() for part in found), strict=True))


def test_links_are_sorted_by_their_first_end_then_by_their_second() -> None:
    rows = [{0: 0.5}, {1: 0.5}, {1: 0.6}, {0: 0.4, 1: 0.4}, {0: 0.6}]

    assert [pair[:2] for pair in pairs(rows, 9)] == [(0, 3), (0, 4), (1, 2), (1, 3), (2, 3), (3, 4)]


def test_a_link_of_just_the_least_weight_is_kept() -> None:
    assert pairs([{0: 0.2}, {0: 0.1}], 1) == [(0, 1, MINIMUM)]
    assert first_by_rule(0, np.array([1]), np.array([MINIMUM]), ["a", "b"], 1) == [0]


def test_a_paper_that_ties_is_ranked_among_its_own_neighbours_though_the_last_paper_has_closer_ones() -> None:
    rows = [{0: 0.5, 1: 1.0}, {0: 0.5}, {0: 1.0}, {1: 1.0}]  # 2 is as near to 0 as to 1, 3 nearer to 0

    assert {(0, 3, 1.0), (1, 2, 0.5)} <= set(pairs(rows, 1)) <= {(0, 3, 1.0), (1, 2, 0.5), (0, 2, 0.5)}


def test_of_two_hundred_equal_neighbours_the_rule_takes_one_however_few_the_product_returns() -> None:
    survey = dict.fromkeys(range(200), 1.0)
    couples = [{column: 0.1, 200 + column // 2: 0.5} for column in range(200)]  # each nearer to its other half
    found = pairs([{300: 1.0}, survey, {301: 1.0}, *couples, {302: 1.0}], 1)

    first = min(range(3, 203), key=lambda place: digest(f"p001\0p{place:03}"))
    assert [pair for pair in found if 1 in pair[:2]] == [(1, first, 0.1)]
    assert len(found) == 101


@pytest.mark.parametrize("values", [[0.5, 0.2, 0.4, 0.3], [0.2, 0.3, 0.4, 0.5], [0.3, 0.5, 0.4, 0.2]])
def test_the_heaviest_come_first_and_no_more_than_asked_for(values: list[float]) -> None:
    ranked = first_by_rule(0, np.array([1, 2, 3, 4]), np.array(values), list("abcde"), 3)

    assert [values[at] for at in ranked] == [0.5, 0.4, 0.3]


def test_concepts_are_named_by_what_they_add_be_it_ever_so_little() -> None:
    matrix = csr_matrix(np.array([[0.2, 0.1, 0.3, 0.1], [0.2, 0.1, 0.3, 0.0]]))

    assert list(reasons(matrix, ["a", "b", "c", "d"], np.array([0]), np.array([1]))) == [("c", "a", "b")]


def test_norms_are_added_up_in_millionths() -> None:
    assert in_millionths(1.5) == 1_500_000
    assert [mean_norm(3_000_000, count) for count in (0, 1, 2)] == [3.0, 3.0, 1.5]
