"""The role of a concept in a paper, read off the words before and after its mention.

Whether a paper introduces a concept is the judge's decision; here it is told apart whether it is used, evaluated on,
compared to, or only mentioned.
"""

from collections.abc import Sequence

from kg.records import Kind, Role

_COMPARES = frozenset(
    (
        "outperform outperforms outperforming outperformed surpass surpasses surpassing exceed exceeds "
        "exceeding beat beats compared comparison comparing versus vs than over unlike baseline baselines "
        "against rival rivals"
    ).split()
)
_EVALUATES = frozenset(
    (
        "evaluate evaluates evaluated evaluating evaluation evaluations experiment experiments experimental "
        "benchmark benchmarks dataset datasets results test tested tests testing on demonstrate validate "
        "validated performance accuracy achieves achieve state-of-the-art sota including across"
    ).split()
)
_USES = frozenset(
    (
        "use uses used using utilize utilizes utilizing employ employs employed employing apply applies "
        "applied applying adopt adopts leverage leverages leveraging based build builds built building via "
        "through with by extend extends extending combine combines combining integrate integrates "
        "integrating incorporate incorporates incorporating exploit exploits train trained training "
        "fine-tune fine-tuned finetune finetuned pretrained adapt inspired on into optimize optimized "
        "implement implemented instantiate instantiated initialize initialized backbone"
    ).split()
)
_TELLING = _COMPARES | _USES
_REACH = 7


def role(words: Sequence[str], start: int, end: int, kind: Kind) -> Role:
    """The role that the surroundings of the words `start` to `end` speak for, all in small letters.

    >>> role("we evaluate on cifar-10 .".split(), 3, 4, "Dataset")
    'evaluates_on'
    >>> role("it outperforms darts .".split(), 2, 3, "Method")
    'compares_to'
    """
    before = words[max(0, start - _REACH) : start]
    for stop in (".", "¶"):
        if stop in before:
            before = before[len(before) - before[::-1].index(stop) :]
    after = words[end : end + 3]
    if kind == "Dataset":
        return "evaluates_on" if _EVALUATES.intersection(before) or _EVALUATES.intersection(after) else "uses"
    for word in () if _TELLING.isdisjoint(before) else reversed(before):
        if word in _COMPARES:
            return "compares_to"
        if word in _USES:
            return "uses"
    return "compares_to" if after[:1] and after[0] in ("baseline", "baselines") else "mentions"
