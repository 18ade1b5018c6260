"""From judged groups to mentions: the last component of the pipeline."""

from collections.abc import Iterable, Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction import introductions, network
from kg.extraction.candidates import Candidate
from kg.extraction.groups import Group, groups
from kg.extraction.introductions import SecondOpinions
from kg.extraction.judge import Judge, Verdict
from kg.extraction.model import load
from kg.extraction.roles import role
from kg.extraction.tag_features import Flags
from kg.extraction.tagger import batched
from kg.extraction.words import Words, read
from kg.ontology import scheme
from kg.records import Kind

THRESHOLD = 0.65
"""Probability from which on a group is taken, with the encoder and without. The development papers like it best; in
cross-validation it is 0.01 of F1 below the best one, 0.5."""

INTRODUCED = 0.45
"""Probability from which on the paper introduces it: the best one in cross-validation, with the encoder and without."""

INTRODUCED_HANDLE = 0.2
"""The same of what the scheme knows, where the title begins with it and a colon. Known names are rarely new, so that the judge
is not sure even of these; of the annotated ones between the two thresholds all are introduced (8 of 8)."""

BATCH = 32
"""Texts judged together."""

Found = tuple[int, int, str, str, float, str, str, str]
"""Start and end character, type, role, confidence, component, concept of the scheme, long form."""


@Language.factory(
    "kg_mentions",
    requires=["doc._.kg_urls", "doc._.kg_abbreviations", "doc._.kg_lexicon", "doc._.kg_marginals"],
    assigns=["doc._.kg_mentions"],
)
class Mentions:
    """Sets ``doc._.kg_mentions``: plain tuples, see `Found`. `accurate`: judged with what the encoder says, too."""

    def __init__(self, nlp: Language, name: str, threshold: float = THRESHOLD, accurate: bool = False) -> None:
        Doc.set_extension("kg_mentions", default=(), force=True)
        weights = network.load().judge_weights if accurate else load().judge_weights
        self._names = load().names
        self._judge = Judge(weights, self._names, Flags(scheme()))
        self._second = None if accurate else SecondOpinions(introductions.load(), self._names)
        self._threshold = threshold
        self._accurate = accurate

    def __call__(self, doc: Doc) -> Doc:
        """Judge the candidates of a text."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Judge those of many texts; what is doubtful in some of them is asked together."""
        for docs in batched(stream, BATCH):
            judged = [(self._accepted(doc), read(doc)) for doc in docs]
            found = self._second.on(judged) if self._second else (some for some, _ in judged)
            for doc, accepted in zip(docs, found, strict=True):
                doc._.kg_mentions = mentions(doc, accepted)
                yield doc

    def _accepted(self, doc: Doc) -> list[tuple[Group, Verdict]]:
        text = read(doc)
        candidates = groups(doc) if len(text) else []
        verdicts = self._judge.verdicts(candidates, text, doc._.kg_encoded if self._accurate else None)
        return [(g, v) for g, v in zip(candidates, verdicts, strict=True) if v.accepted >= self._threshold]


def mentions(doc: Doc, accepted: Sequence[tuple[Group, Verdict]]) -> tuple[Found, ...]:
    """The mentions of what is accepted, and the addresses; sorted."""
    text = read(doc)
    found: list[Found] = [(a, b, "Code", "has_code", 0.99, "kg_urls", "", url) for a, b, url in doc._.kg_urls]
    for group, verdict, candidate in placed(accepted, [(a, b) for a, b, _ in doc._.kg_urls], text):
        kind: Kind = "Method" if verdict.kind == "Code" else verdict.kind
        if group.concept:
            kind = scheme().concepts[group.concept].kind
        introduced = introduces(group, verdict)
        found.append(
            (
                text.starts[candidate.start],
                text.ends[candidate.end - 1],
                kind,
                "introduces" if introduced else role(text.lows, candidate.start, candidate.end, kind),
                round(verdict.accepted, 3),
                f"kg_{candidate.source}" if candidate.source != "repeat" else "kg_tagger",
                group.concept,
                group.long_form,
            )
        )
    return tuple(sorted(found))


def introduces(group: Group, verdict: Verdict) -> bool:
    """True where the paper probably introduces what a group names."""
    return verdict.introduced >= (INTRODUCED_HANDLE if group.concept and group.handle else INTRODUCED)


def placed(
    accepted: Iterable[tuple[Group, Verdict]], barred: list[tuple[int, int]], text: Words
) -> list[tuple[Group, Verdict, Candidate]]:
    """The candidates of accepted groups, in the order of `precedence`, without those on a taken place or an address."""
    taken = bytearray(len(text))
    for a, b in barred:
        start, end = text.range(a, b)
        taken[start:end] = b"\1" * (end - start)
    found = ((group, verdict, candidate) for group, verdict in accepted for candidate in group.candidates)
    kept = []
    for group, verdict, candidate in sorted(found, key=precedence):
        start, end = candidate.start, candidate.end
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append((group, verdict, candidate))
    return kept


def precedence(found: tuple[Group, Verdict, Candidate]) -> tuple[int, float, str, int]:
    """Whose a place is: the longest name that the paper introduces, else the surest one.

    "Generalized teacher forcing" is what a paper introduces, however sure it is that teacher forcing is a method; but a
    "multimodal Transformer" that it uses is a Transformer.
    """
    group, verdict, candidate = found
    length = candidate.end - candidate.start if introduces(group, verdict) else 0
    return -length, -verdict.accepted, group.key, candidate.start
