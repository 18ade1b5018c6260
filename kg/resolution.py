"""Mentions become concepts: every spelling of a thing resolves to one concept.

In this order: the scheme's concept that extraction recognised; the long form that the paper itself defines; the alias
table of the scheme; the long form that the other papers define, where they agree; else a concept of its own under its
folded name. A first pass over the records counts spellings, kinds and definitions; then each record is resolved for
itself, so that memory grows with the number of concepts, not of mentions.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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


class Resolver:
    """Learns from all records, then resolves each; the order of the records has no influence."""

    def __init__(self, records: Iterable[Extraction], scheme: Scheme) -> None:
        self._scheme = scheme
        self._evidence: dict[str, Evidence] = defaultdict(Evidence)
        self._definitions: dict[str, Counter[str]] = defaultdict(Counter)
        self._concepts: dict[str, Concept] = {}
        self._introduced: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._learn(records)

    def _learn(self, records: Iterable[Extraction]) -> None:
        seen: dict[tuple[str, str, str, Kind], list[int]] = {}
        introduced: set[tuple[str, str, str]] = set()
        for record in records:
            for m in record.mentions:
                if m.type == "Code":
                    continue
                tally = seen.setdefault((m.text, m.long_form, m.concept, m.type), [0, 0])
                tally[0] += 1
                tally[1] += round(1000 * m.confidence)
                if m.long_form and not m.concept:
                    self._definitions[fold(m.text)][self._of_name(m.long_form)] += 1
                if m.role == "introduces" and is_distinctive(m.text):
                    introduced.add((m.text, m.long_form, m.concept))
        for (text, long_form, known, kind), (count, weight) in seen.items():
            evidence = self._evidence[self.identify(text, long_form, known)]
            for spelling in filter(None, (text, long_form)):
                evidence.spellings[core(spelling)] += count
                evidence.spellings[spelling] += 0  # an alias, if it says more
            evidence.kinds[kind] += weight
        for text, long_form, known in sorted(introduced):
            self._introduced.setdefault(text, self.identify(text, long_form, known))
        self._labels = labels(self._evidence, {c.id: c.label for c in self._scheme.concepts.values()})

    def identify(self, text: str, long_form: str = "", known: str = "") -> str:
        """The identifier of the concept that a text names; `known` is the scheme's, if extraction recognised it."""
        if known:
            return known
        if long_form:
            return self._of_name(long_form)
        if found := self._scheme.find(text) or self._scheme.find(core(text)):
            return found[0]
        defined = self._definitions.get(fold(text)) or self._definitions.get(fold(core(text)))
        if defined:
            ident, votes = max(defined.items(), key=lambda item: (item[1], item[0]))
            if votes >= MAJORITY * defined.total():
                return ident
        return self._mint(core(text))

    def _of_name(self, name: str) -> str:
        return next(iter(self._scheme.find(name) or self._scheme.find(core(name))), "") or self._mint(core(name))

    def _mint(self, name: str) -> str:
        """An identifier of its own, which is never one of the scheme's: their words are joined by ``-``."""
        ident = concept_id(name)
        return f"{ident}-{digest(fold(name))[:8]}" if ident in self._scheme.concepts else ident

    def concept(self, ident: str) -> Concept:
        """The concept of an identifier: the scheme's with the corpus' spellings added, or one made of the evidence."""
        if ident not in self._concepts:
            evidence = self._evidence.get(ident, Evidence())
            known = self._scheme.concepts.get(ident)
            label = self._labels.get(ident, ident)
            self._concepts[ident] = extended(known, evidence) if known else minted(ident, evidence, label)
        return self._concepts[ident]

    def resolve(self, record: Extraction) -> tuple[Mention, ...]:
        """The record's mentions with `concept` and `label` filled in, and names that other papers introduce."""
        mentions = [self._labelled(m) for m in record.mentions]
        mentions += self._borrowed(record.paper, mentions)
        return tuple(sorted(mentions, key=lambda m: (m.field != "title", m.start, m.end, m.type)))

    def _labelled(self, mention: Mention) -> Mention:
        if mention.type == "Code":
            return mention if mention.label else mention.model_copy(update={"label": mention.text})
        concept = self.concept(self.identify(mention.text, mention.long_form, mention.concept))
        return mention.model_copy(update={"concept": concept.id, "label": concept.label, "type": concept.kind})

    def _borrowed(self, paper: Paper, mentions: list[Mention]) -> list[Mention]:
        """Mentions of distinctive names that another paper introduces and extraction passed over here."""
        taken = {(m.field, m.start) for m in mentions}
        spans = [(m.field, m.start, m.end) for m in mentions]
        found = []
        for where, text in (("title", paper.title), ("abstract", paper.abstract)):
            for match in _NAME.finditer(text):
                ident = self._introduced.get(match[0])
                if ident is None or (where, match.start()) in taken:
                    continue
                if any(f == where and s < match.end() and match.start() < e for f, s, e in spans):
                    continue
                concept = self.concept(ident)
                found.append(
                    Mention(
                        text=match[0], type=concept.kind, label=concept.label, concept=ident, role="mentions",
                        field="title" if where == "title" else "abstract",
                        start=match.start(), end=match.end(), confidence=0.5, source="corpus",
                    )
                )  # fmt: skip
        return found


def extended(concept: Concept, evidence: Evidence) -> Concept:
    """A concept of the scheme with the spellings that the corpus adds."""
    known = {concept.label.casefold(), *(a.casefold() for a in concept.aliases)}
    new = sorted(s for s in evidence.spellings if s.casefold() not in known)
    unique = tuple({s.casefold(): s for s in reversed(new)}.values())
    return concept.model_copy(update={"aliases": (*concept.aliases, *sorted(unique))})


def minted(ident: str, evidence: Evidence, label: str) -> Concept:
    """A concept that the scheme lacks: the evidence decides its kind, the other spellings are its aliases."""
    others = (s for s in reversed(ranked(evidence)) if s.casefold() != label.casefold())
    aliases = tuple(sorted({s.casefold(): s for s in others}.values()))
    return Concept(id=ident, label=label, kind=majority(evidence.kinds), aliases=aliases, source="corpus")


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
