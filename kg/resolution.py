"""Mentions become concepts: every spelling of a thing resolves to one concept.

In this order: the scheme's concept that extraction recognised; the long form that the paper itself defines; the alias
table of the scheme; the long form that the other papers define, where they agree; else a concept of its own under its
folded name. A first pass over the records counts spellings, kinds and definitions (`Tally`; parts of a corpus may be
counted apart); then each record is resolved for itself (`Glossary`), so that memory grows with the number of concepts,
not of mentions, and both passes may run in many processes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.ontology import Scheme, concept_id, core, fold
from kg.records import Concept, Extraction, Kind, Mention, Paper, digest

MAJORITY = 0.6
"""Share of the evidence that a kind needs before it overrules the order of preference below."""

_PREFERENCE: tuple[Kind, ...] = ("Method", "Architecture", "Dataset", "Task")
_NAME = re.compile(r"[^\W_]+(?:[-.+][^\W_]+)*\+?")


@dataclass
class Evidence:
    """What the corpus says of one concept: how it is spelled, and confidence per kind in thousandths."""

    spellings: Counter[str] = field(default_factory=Counter)
    kinds: Counter[Kind] = field(default_factory=Counter)


@dataclass
class Tally:
    """What records say of names, as counts: the tallies of the parts of a corpus add up to that of the whole.

    `names` has the count and the confidence, in thousandths, by text, long form, concept of the scheme, and kind;
    `introduced` has text, long form and concept of distinctive names that a paper introduces.
    """

    names: dict[tuple[str, str, str, Kind], tuple[int, int]] = field(default_factory=dict)
    introduced: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, mentions: Iterable[Mention]) -> None:
        """Count the raw mentions of a paper."""
        for m in mentions:
            if m.type == "Code":
                continue
            self._count((m.name, m.long_form, m.concept, m.type), 1, round(1000 * m.confidence))
            if m.role == "introduces" and is_distinctive(m.name):
                self.introduced.add((m.name, m.long_form, m.concept))

    def update(self, other: "Tally") -> None:
        """Add the counts of another part of the corpus."""
        for key, (count, weight) in other.names.items():
            self._count(key, count, weight)
        self.introduced |= other.introduced

    def _count(self, key: tuple[str, str, str, Kind], count: int, weight: int) -> None:
        known = self.names.get(key, (0, 0))
        self.names[key] = (known[0] + count, known[1] + weight)


def tally_of(records: Iterable[Extraction]) -> Tally:
    """The tally of some records."""
    tally = Tally()
    for record in records:
        tally.add(record.mentions)
    return tally


class Namer:
    """From a spelling to the identifier of a concept: by the scheme, and by what the papers define together."""

    def __init__(self, scheme: Scheme, names: Iterable[tuple[tuple[str, str, str, Kind], tuple[int, int]]]) -> None:
        self._scheme = scheme
        self._definitions: dict[str, str] = {}
        definitions: dict[str, Counter[str]] = defaultdict(Counter)
        for (text, long_form, known, _), (count, _) in names:
            if long_form and not known:
                definitions[fold(text)][self._of_name(long_form)] += count
        for text, found in definitions.items():
            ident, votes = max(found.items(), key=lambda item: (item[1], item[0]))
            self._definitions[text] = ident if votes >= MAJORITY * found.total() else ""

    def identify(self, text: str, long_form: str = "", known: str = "") -> str:
        """The identifier of the concept that a text names; `known` is the scheme's, if extraction recognised it."""
        if known:
            return known
        if long_form:
            return self._of_name(long_form)
        if found := self._scheme.find(text) or self._scheme.find(core(text)):
            return found[0]
        defined = self._definitions.get(fold(text))
        if defined is None:
            defined = self._definitions.get(fold(core(text)))
        return defined or self._of_name(text)

    def _of_name(self, name: str) -> str:
        plain = self._scheme.spell_out(core(name))
        found = self._scheme.find(name) or self._scheme.find(core(name)) or self._scheme.find(plain)
        return found[0] if found else self._mint(plain)

    def _mint(self, name: str) -> str:
        """An identifier of its own, which is never one of the scheme's: their words are joined by ``-``."""
        ident = concept_id(name)
        return f"{ident}-{digest(fold(name))[:8]}" if ident in self._scheme.concepts else ident


Named = tuple[str, str, Kind]
"""Identifier, label and kind of a concept."""


@dataclass(frozen=True)
class Glossary:
    """All that resolving a record takes, small enough to be sent to other processes.

    `concepts` has label and kind of every concept that records name, `introduced` the concepts of distinctive names that
    some paper introduces.
    """

    namer: Namer
    concepts: dict[str, tuple[str, Kind]]
    introduced: dict[str, Named]

    def name(self, text: str, long_form: str, known: str) -> Named:
        """The concept that a mention names."""
        ident = self.namer.identify(text, long_form, known)
        return (ident, *self.concepts.get(ident, (ident, "Method")))

    def resolve(self, record: Extraction) -> tuple[Mention, ...]:
        """See `resolved`."""
        return resolved(record, self.name, self.introduced)


def resolved(
    record: Extraction, name: Callable[[str, str, str], Named], introduced: Mapping[str, Named]
) -> tuple[Mention, ...]:
    """The record's mentions with `concept` and `label` filled in, and names that other papers introduce.

    `name` gives the concept for text, long form and concept of the scheme; `introduced` has at least those of the
    distinctive names in the record's texts that some paper introduces.
    """
    mentions = [_labelled(m, name) for m in record.mentions]
    mentions += _borrowed(record.paper, mentions, introduced)
    return tuple(sorted(mentions, key=lambda m: (m.field != "title", m.start, m.end, m.type)))


def _labelled(mention: Mention, name: Callable[[str, str, str], Named]) -> Mention:
    if mention.type == "Code":
        return mention if mention.label else mention.model_copy(update={"label": mention.text})
    ident, label, kind = name(mention.name, mention.long_form, mention.concept)
    return mention.model_copy(update={"concept": ident, "label": label, "type": kind})


def _borrowed(paper: Paper, mentions: list[Mention], introduced: Mapping[str, Named]) -> list[Mention]:
    """Mentions of distinctive names that another paper introduces and extraction passed over here."""
    spans = [(m.field, m.start, m.end) for m in mentions]
    found = []
    for where, text in (("title", paper.title), ("abstract", paper.abstract)):
        for name in introduced.keys() & possible_names(text):
            ident, label, kind = introduced[name]
            for start, end in places(name, text):
                if not any(f == where and s < end and start < e for f, s, e in spans):
                    found.append(
                        Mention(
                            text=name, type=kind, label=label, concept=ident, role="mentions",
                            field="title" if where == "title" else "abstract",
                            start=start, end=end, confidence=0.5, source="corpus",
                        )
                    )  # fmt: skip
    return found


def places(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the places where a name stands as a whole word; words hold no blanks.

    >>> list(places("HGCLIP", "HGCLIP is no (HGCLIP-B), sub-HGCLIP; HGCLIP."))
    [(0, 6), (37, 43)]
    """
    at = text.find(name)
    while at >= 0:
        begin, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
        end = len(text) if end < 0 else end
        yield from (match.span() for match in _NAME.finditer(text, begin, end) if match[0] == name)
        at = text.find(name, end)


def distinctive_words(paper: Paper) -> set[str]:
    """The words of a paper that could be distinctive names."""
    words = (word for text in (paper.title, paper.abstract) for word in possible_names(text))
    return set(filter(is_distinctive, words))


def possible_names(text: str) -> list[str]:
    """The words of a text that may be distinctive, and some more; what is small letters alone need not be looked at.

    >>> possible_names("We train word2vec (HGCLIP, too).")
    ['We', 'word2vec', 'HGCLIP', 'too']
    """
    return _NAME.findall(" ".join([word for word in text.split() if not (word.isalpha() and word.islower())]))


class Resolver:
    """Learns from all records, then resolves each; the order of the records has no influence."""

    def __init__(self, records: "Iterable[Extraction] | Tally", scheme: Scheme) -> None:
        tally = records if isinstance(records, Tally) else tally_of(records)
        self._scheme = scheme
        self._namer = Namer(scheme, tally.names.items())
        self._evidence: dict[str, Evidence] = defaultdict(Evidence)
        self._concepts: dict[str, Concept] = {}
        for (text, long_form, known, kind), (count, weight) in tally.names.items():
            evidence = self._evidence[self.identify(text, long_form, known)]
            for spelling in filter(None, (text, long_form)):
                evidence.spellings[core(spelling)] += count
                evidence.spellings[spelling] += 0  # an alias, if it says more
            evidence.kinds[kind] += weight
        self._labels = labels(self._evidence, {c.id: c.label for c in scheme.concepts.values()})
        self._introduced = tally.introduced

    def identify(self, text: str, long_form: str = "", known: str = "") -> str:
        """See `Namer.identify`."""
        return self._namer.identify(text, long_form, known)

    def concept(self, ident: str) -> Concept:
        """The concept of an identifier: the scheme's with the corpus' spellings added, or one made of the evidence."""
        if ident not in self._concepts:
            evidence = self._evidence.get(ident, Evidence())
            known = self._scheme.concepts.get(ident)
            label = self._labels.get(ident, ident)
            generic = ident in self._scheme.task_ids
            self._concepts[ident] = extended(known, evidence) if known else minted(ident, evidence, label, generic)
        return self._concepts[ident]

    @cached_property
    def glossary(self) -> Glossary:
        """What resolving a record takes."""
        concepts = {ident: (c.label, c.kind) for ident, c in self._scheme.concepts.items()}
        concepts |= {i: (label, majority(self._evidence[i].kinds)) for i, label in self._labels.items()}
        found = Glossary(self._namer, concepts, {})
        for text, long_form, known in sorted(self._introduced):
            found.introduced.setdefault(text, found.name(text, long_form, known))
        return found

    def resolve(self, record: Extraction) -> tuple[Mention, ...]:
        """See `Glossary.resolve`."""
        return self.glossary.resolve(record)


def extended(concept: Concept, evidence: Evidence) -> Concept:
    """A concept of the scheme with the spellings that the corpus adds."""
    known = {concept.label.casefold(), *(a.casefold() for a in concept.aliases)}
    new = sorted(s for s in evidence.spellings if s.casefold() not in known)
    unique = tuple({s.casefold(): s for s in reversed(new)}.values())
    return concept.model_copy(update={"aliases": (*concept.aliases, *sorted(unique))})


def minted(ident: str, evidence: Evidence, label: str, generic: bool = False) -> Concept:
    """A concept that the scheme lacks: the evidence decides its kind, the other spellings are its aliases.

    One that bears the name of a task is generic: it relates no two papers.
    """
    others = (s for s in reversed(ranked(evidence)) if s.casefold() != label.casefold())
    aliases = tuple(sorted({s.casefold(): s for s in others}.values()))
    kind = majority(evidence.kinds)
    return Concept(id=ident, label=label, kind=kind, aliases=aliases, generic=generic, source="corpus")


def ranked(evidence: Evidence) -> list[str]:
    """The spellings of a concept, the one that suits best as its label first: the commonest, not two capitals."""
    count = evidence.spellings
    return sorted(count, key=lambda s: (s.isupper() and len(s) < 3, -count[s], len(s), s))


def labels(evidence: Mapping[str, Evidence], known: Mapping[str, str]) -> dict[str, str]:
    """A preferred label for each concept that the scheme lacks; no two concepts have the same.

    A label goes to the scheme's concept first, then to the one that uses it most. The others are told apart by their
    longest spelling in brackets, or by their identifier.

    >>> sam = {"segmentanything": Evidence(Counter({"SAM": 3, "segment anything": 1})), "sam": Evidence(Counter(SAM=5))}
    >>> labels(sam, {})
    {'sam': 'SAM', 'segmentanything': 'SAM (segment anything)'}
    """
    taken, chosen = set(known.values()), dict[str, str]()
    firsts = {ident: next(iter(ranked(found)), ident) for ident, found in evidence.items() if ident not in known}
    for ident in sorted(firsts, key=lambda i: (-evidence[i].spellings[firsts[i]], i)):
        first = firsts[ident]
        longest = max(evidence[ident].spellings, key=lambda s: (len(s), s), default=ident)
        options = (first, f"{first} ({longest})", f"{first} ({ident})", ident)
        chosen[ident] = next(o for o in options if o not in taken and o != f"{first} ({first})")
        taken.add(chosen[ident])
    return dict(sorted(chosen.items()))


def majority(kinds: Counter[Kind]) -> Kind:
    """The kind that most of the evidence supports; without a clear majority the more general one.

    >>> majority(Counter({"Architecture": 3, "Method": 1})), majority(Counter({"Architecture": 1, "Method": 1}))
    ('Architecture', 'Method')
    """
    total = sum(kinds.values())
    for kind, weight in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        if weight >= MAJORITY * total:
            return kind
    return next((k for k in _PREFERENCE if kinds.get(k)), "Method")


def is_distinctive(name: str) -> bool:
    """True for names that can hardly be an ordinary word: mixed case, digits, or four capitals and more.

    >>> [is_distinctive(n) for n in ("sharpDARTS", "HGCLIP", "Alchemy", "RNN", "PQ Index")]
    [True, True, False, False, False]
    """
    if not _NAME.fullmatch(name) or len(name) < 4:
        return False
    mixed = re.search(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]\d", name)
    return bool(mixed) or (name.isupper() and len(name) >= 5)
