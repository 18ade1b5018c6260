"""What the tagger learns from annotated rows."""

from gold import Row
from train import tags


def test_the_words_of_a_name_have_its_kind_and_optional_names_are_generic() -> None:
    words = "We present GateNet V2 and gated units on our GateBench beside the LSTM".split()
    rows = [
        Row(optional=False, introduced=True, kinds=("Architecture",), names=("GateNet V2",)),
        Row(optional=True, introduced=True, kinds=("Method",), names=("gated units",)),
        Row(optional=False, introduced=True, kinds=("Dataset",), names=("GateBench",)),
        Row(optional=False, introduced=False, kinds=("Architecture",), names=("LSTM",)),
    ]

    assert tags(words, rows) == "O O B-M I-M O B-G I-G O O B-D O O B-M".split()
