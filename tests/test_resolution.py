"""Spellings become concepts: the scheme, the paper's own definitions, and what the other papers say."""

from collections import Counter
from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from kg.ontology import Scheme
from kg.records import Concept, Extraction, Mention, Paper
from kg.resolution import Evidence, Resolver, distinctive_words, is_distinctive, majority, ranked, tally_of

SCHEME = Scheme(
    [
        {"name": "LSTM", "kind": "Architecture", "aliases": "long short-term memory"},
        {"name": "continual learning", "kind": "Method", "aliases": ""},
        {"name": "curriculum learning", "kind": "Method", "aliases": "CL"},
        {"name": "deep learning", "kind": "Task", "aliases": ""},
    ]
)


def a_mention(text: str, **facts: object) -> Mention:
    """A mention at the start of an abstract."""
    given = {"type": "Method", "confidence": 0.9, "source": "test", "start": 0, "end": len(text)}
    return Mention.model_validate({**given, "text": text, **facts})


def record(title: str, *mentions: Mention, abstract: str = "") -> Extraction:
    """A paper's record."""
    return Extraction(paper=Paper(title=title, abstract=abstract), mentions=mentions)


def labels(records: Sequence[Extraction]) -> list[list[str]]:
    """What the mentions of each record resolve to."""
    resolver = Resolver(records, SCHEME)
    return [[m.label for m in resolver.resolve(r)] for r in records]


def test_all_spellings_of_a_concept_of_the_scheme_get_its_label_and_its_kind() -> None:
    records = [record("A", a_mention("Long Short-Term Memory")), record("B", a_mention("LSTMs", type="Dataset"))]
    resolver = Resolver(records, SCHEME)
    found = [m for r in records for m in resolver.resolve(r)]
    assert {(m.label, m.concept, m.type) for m in found} == {("LSTM", "lstm", "Architecture")}
    assert resolver.concept("lstm").aliases == ("long short-term memory", "LSTMs")


def test_an_unknown_name_is_labelled_with_its_commonest_spelling() -> None:
    records = [
        record("A", a_mention("gate nets")),
        record("B", a_mention("GateNet")),
        record("C", a_mention("GateNet")),
    ]
    assert labels(records) == [["GateNet"]] * 3
    assert Resolver(records, SCHEME).concept("gatenet").aliases == ("gate nets",)


def test_the_papers_own_definition_goes_before_the_alias_table() -> None:
    defined = record("A", a_mention("CL", long_form="continual learning"))
    plain = record("B", a_mention("CL"))
    assert labels([defined, plain]) == [["continual learning"], ["curriculum learning"]]


def test_what_extraction_recognised_goes_before_everything() -> None:
    assert labels([record("A", a_mention("CL", long_form="contrastive learning", concept="lstm"))]) == [["LSTM"]]


def test_an_abbreviation_that_other_papers_define_alike_is_understood_without_definition() -> None:
    papers = [record(t, a_mention("GFN", long_form="gated flow network")) for t in "AB"]
    unclear = [record(t, a_mention("GFN", long_form="graph filter norm")) for t in "CDEF"]
    assert labels([*papers, record("Z", a_mention("GFN"))])[-1] == ["GFN"]
    resolver = Resolver([*papers, record("Z", a_mention("GFN"))], SCHEME)
    assert resolver.identify("GFN") == resolver.identify("gated flow networks") == "gatedflownetwork"
    assert Resolver([*papers, *unclear[:2]], SCHEME).identify("GFN") == "gfn"  # two against two: no agreement


def test_the_kind_of_an_unknown_concept_needs_a_clear_majority() -> None:
    assert majority(Counter({"Dataset": 3, "Method": 2})) == "Dataset"
    assert majority(Counter({"Dataset": 1, "Architecture": 1})) == "Architecture"
    assert majority(Counter({"Architecture": 1, "Method": 1})) == "Method"
    assert majority(Counter()) == "Method"


def test_a_distinctive_name_that_one_paper_introduces_is_found_in_the_others() -> None:
    first = record("GateNet", a_mention("GateNet", role="introduces", start=0, end=7, field="title"))
    other = record("B", abstract="It beats GateNet, not GateNets.")
    [borrowed] = Resolver([first, other], SCHEME).resolve(other)
    assert (borrowed.text, borrowed.label, borrowed.role, borrowed.source) == (
        "GateNet",
        "GateNet",
        "mentions",
        "corpus",
    )
    assert other.paper.abstract[borrowed.start : borrowed.end] == borrowed.text


def test_an_ordinary_word_is_not_looked_for_in_other_papers() -> None:
    first = record("A", a_mention("Alchemy", role="introduces"))
    other = record("B", abstract="Alchemy is old.")
    assert Resolver([first, other], SCHEME).resolve(other) == ()


def test_a_borrowed_name_never_overlaps_what_was_found_there() -> None:
    first = record("A", a_mention("GateNet", role="introduces"))
    other = record("B", a_mention("GateNet", start=3, end=10), abstract="On GateNet.")
    assert len(Resolver([first, other], SCHEME).resolve(other)) == 1


def test_a_name_of_a_task_that_is_taken_for_a_method_relates_no_two_papers() -> None:
    resolver = Resolver([record("A", a_mention("Deep learning"), a_mention("GateNet"))], SCHEME)
    assert [resolver.concept(ident).generic for ident in ("deeplearning", "gatenet")] == [True, False]


def test_code_keeps_its_address_as_label() -> None:
    code = a_mention("https: //github.com/a/b", type="Code", label="https://github.com/a/b", role="has_code")
    bare = a_mention("https://github.com/a/b", type="Code", role="has_code")
    assert labels([record("A", code), record("B", bare)]) == [["https://github.com/a/b"]] * 2


def test_a_concept_nobody_named_is_still_a_concept() -> None:
    assert Resolver([], SCHEME).concept("lstm").label == "LSTM"
    assert Resolver([], SCHEME).concept("unheardof").label == "unheardof"


def test_names_are_distinctive_by_their_letters() -> None:
    assert all(map(is_distinctive, ["sharpDARTS", "TD3+", "ABCDE", "BERT4Rec"]))
    assert not any(map(is_distinctive, ["TD3", "the net", "Alchemy", "RNN", ""]))


NAMES = st.sampled_from(
    ["GateNet", "gate net", "GateNets", "GN", "LSTM", "long short-term memory", "CL", "Foo", "FOO", "XNetY"]
)
LONG = st.sampled_from(["", "", "gate network", "graph norm", "continual learning"])
MENTIONS = st.builds(
    lambda text, long_form, kind, role, confidence: a_mention(
        text, long_form=long_form, type=kind, role=role, confidence=confidence
    ),
    NAMES, LONG, st.sampled_from(["Method", "Architecture", "Dataset"]), st.sampled_from(["introduces", "uses"]),
    st.floats(0.5, 1),
)  # fmt: skip
RECORDS = st.lists(st.lists(MENTIONS, max_size=3), min_size=2, max_size=6)


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_has_no_influence(found: list[list[Mention]], random: object) -> None:
    records = [
        record(f"Paper {i}", *mentions, abstract="We use XNetY and GateNet here.") for i, mentions in enumerate(found)
    ]
    shuffled: list[Extraction] = records.copy()
    shuffle: Callable[[list[Extraction]], None] = random.shuffle  # type: ignore[attr-defined]
    shuffle(shuffled)
    one, other = Resolver(records, SCHEME), Resolver(shuffled, SCHEME)
    for r in records:
        assert one.resolve(r) == other.resolve(r)
        assert [one.concept(m.concept) for m in one.resolve(r)] == [other.concept(m.concept) for m in other.resolve(r)]


@given(RECORDS)
def test_a_concept_has_one_label_and_no_alias_equal_to_it(found: list[list[Mention]]) -> None:
    records = [record(f"Paper {i}", *mentions) for i, mentions in enumerate(found)]
    resolver = Resolver(records, SCHEME)
    names: dict[str, set[str]] = {}
    for m in (m for r in records for m in resolver.resolve(r)):
        names.setdefault(m.concept, set()).add(m.label)
        concept = resolver.concept(m.concept)
        assert concept.label.casefold() not in {a.casefold() for a in concept.aliases}
        assert len({a.casefold() for a in concept.aliases}) == len(concept.aliases)
    assert all(len(found) == 1 for found in names.values())


def test_three_of_five_definitions_are_an_agreement() -> None:
    three = [record(t, a_mention("GFN", long_form="gated flow network")) for t in "ABC"]
    two = [record(t, a_mention("GFN", long_form="graph filter norm")) for t in "DE"]

    assert Resolver([*three, *two], SCHEME).identify("GFN") == "gatedflownetwork"


def test_a_borrowed_name_is_found_in_title_and_abstract_where_it_stands() -> None:
    first = record("A", a_mention("GateNet", role="introduces"))
    other = record("After GateNet", abstract="We go beyond GateNet.")

    found = Resolver([first, other], SCHEME).resolve(other)

    assert [(m.field, m.start, m.end) for m in found] == [("title", 6, 13), ("abstract", 13, 20)]


def test_the_tallies_of_parts_add_up_to_that_of_the_whole() -> None:
    net = a_mention("GateNet", role="introduces", long_form="gate network")
    plain = a_mention("GateNet", long_form="gate network")
    records = [
        record("A", net, a_mention("LSTM")),
        record("B", plain, a_mention("XNetY", role="introduces")),
    ]

    parts = tally_of(records[:1])
    parts.update(tally_of(records[1:]))

    assert parts == tally_of(records)
    assert parts.names["GateNet", "gate network", "", "Method"] == (2, 1800)
    assert parts.introduced == {("GateNet", "gate network", ""), ("XNetY", "", "")}


def test_the_distinctive_words_of_a_paper_are_those_of_title_and_abstract() -> None:
    paper = Paper(title="GateNet: a net", abstract="Beats RNN, Alchemy and TD3+.")

    assert distinctive_words(paper) == {"GateNet", "TD3+"}


def test_a_borrowed_name_may_touch_what_was_found_there() -> None:
    first = record("A", a_mention("GateNet", role="introduces"))
    on, lstm = a_mention("On/", start=0, end=3), a_mention("/LSTM", start=10, end=15)
    other = record("B", on, lstm, abstract="On/GateNet/LSTM")

    assert Resolver([first, other], SCHEME).resolve(other)[1] == Mention(
        text="GateNet", type="Method", label="GateNet", concept="gatenet", role="mentions", field="abstract",
        start=3, end=10, confidence=0.5, source="corpus",
    )  # fmt: skip


def test_mentions_of_the_title_come_first_wherever_they_stand() -> None:
    first = record("A", a_mention("GateNet", role="introduces"))
    other = record("We like GateNet", abstract="GateNet again")

    assert [(m.field, m.start) for m in Resolver([first, other], SCHEME).resolve(other)] == [
        ("title", 8),
        ("abstract", 0),
    ]


def test_all_that_is_known_of_a_concept_that_the_scheme_lacks() -> None:
    records = [record("A", a_mention("GateNet"), a_mention("GateNet"), a_mention("gate nets", type="Dataset"))]

    assert Resolver(records, SCHEME).concept("gatenet") == Concept(
        id="gatenet", label="GateNet", kind="Method", aliases=("gate nets",), generic=False, source="corpus"
    )


def test_two_capitals_are_the_last_choice_of_a_label_then_the_commonest_and_shortest_spelling_wins() -> None:
    spellings = Counter({"GN": 9, "nets": 2, "net": 2, "Net": 2, "gate net": 3})

    assert ranked(Evidence(spellings)) == ["gate net", "Net", "net", "nets", "GN"]


def test_a_definition_tells_what_an_abbreviation_and_its_plural_mean_and_where_the_spellings_belong() -> None:
    resolver = Resolver([record("A", a_mention("CL", long_form="cyclic labelling"), a_mention("GN"))], SCHEME)
    defined = Resolver([record("B", a_mention("GFN", long_form="gated flow network"))], SCHEME)

    assert resolver.concept("cycliclabelling").label == "cyclic labelling"
    assert [resolver.identify("CL", *more) for more in ([], ["cyclic labelling"], ["", "lstm"])] == [
        "curriculum-learning",
        "cycliclabelling",
        "lstm",
    ]
    assert defined.identify("GFNs") == defined.identify("GFN models") == "gatedflownetwork"
