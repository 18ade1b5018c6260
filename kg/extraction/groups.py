"""Groups: the candidates of a paper that name one thing.

Spellings that the paper shows to be one thing (a long form and its abbreviation, "BERT" and "BERT model") form one group.
Where the paper does not say so itself, rules unite groups; their rates are those of the annotated abstracts: how often
both groups of a pair are one thing, of those where both are annotated.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from kg.caching import kept
from kg.extraction.abbreviations import abbreviates, titled
from kg.extraction.candidates import Candidate, candidates, hopeful
from kg.extraction.words import Words, read
from kg.ontology import core, fold, scheme

_NAMELIKE = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]|\d")
Pairs = Iterator[tuple["Group", "Group"]]
"""Groups, and those that they belong to."""
_NOUNS = frozenset(
    (
        "method methods model models module mechanism strategy scheme procedure principle architecture learning "
        "training tuning finetuning fine-tuning functions"
    ).split()
)
_BASED = re.compile(r"[- ]based (?:algorithms?|approach(?:es)?|frameworks?|methods?|models?)$")
_CAPITALS = re.compile(r"[A-Z][A-Za-z0-9&]*[A-Z][A-Za-z0-9]*")


@dataclass(slots=True)
class Group:
    """All candidates of a paper that name one thing; `handle`: one of them is the title up to its colon ("LoRA: ...")."""

    key: str
    concept: str = ""
    long_form: str = ""
    short_form: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    handle: bool = False


def groups(doc: Doc) -> list[Group]:
    """The groups of a tagged text, in the order of their first candidates."""
    text = read(doc)
    found = candidates(doc, text, doc._.kg_marginals)
    defined = definitions(doc, text)
    result: dict[str, Group] = {}
    for candidate in found:
        key, concept, definition = identity(candidate, defined)
        group = result.get(key) or result.setdefault(key, Group(key, concept))
        group.candidates.append(candidate)
        if definition:
            group.short_form, group.long_form = definition
    result = {key: group for key, group in result.items() if any(hopeful(*c.scores) for c in group.candidates)}
    title = text.title
    for rule in (same_name, abbreviated, lambda found: shortened(found, title), lengthened):
        for part, whole in list(rule(list(result.values()))):
            if part.key in result and whole.key in result:
                del result[part.key]
                whole.candidates += part.candidates
    for candidate in repeats(result.values(), text):
        result[candidate.source].candidates.append(candidate)
        candidate.source = "repeat"
    for group in result.values():
        group.candidates.sort(key=lambda c: c.start)
        if not group.candidates[0].start:
            group.handle = any(c.start == 0 and c.end == text.colon for c in group.candidates)
    return sorted(result.values(), key=lambda g: (g.candidates[0].start, g.key))


def same_name(groups: Sequence[Group]) -> Pairs:
    """A name that the scheme knows, where a single place kept it from being recognised (76 of 76); "meta-learning-based
    framework" beside meta-learning (43 of 48: annotators have one of them only, or both as one).
    """
    known = {fold(c.text): group for group in groups if group.concept for c in group.candidates}
    for group in groups:
        if not group.concept and not group.long_form:
            texts = (_BASED.sub("", c.text) if "based " in c.text else c.text for c in group.candidates)
            whole = next((known[key] for text in texts if (key := fold(text)) in known), None)
            if whole:
                yield group, whole


def shortened(groups: Sequence[Group], title: int) -> Pairs:
    """A name that stands in the title alone and begins exactly one longer name of the abstract (98 of 114)."""
    for short in groups:
        name = short.candidates[0].text
        if short.concept or short.long_form or short.candidates[-1].start >= title or " " not in name:
            continue
        key = fold(name)
        found = [
            group for group in groups if any(c.start > title and begins(key, fold(c.text)) for c in group.candidates)
        ]
        if len(found) == 1:
            [whole] = found
            if not whole.concept and not whole.long_form:
                whole.short_form, whole.long_form = name, longest(whole)
            yield short, whole


def lengthened(groups: Sequence[Group]) -> Pairs:
    """A name of several words, and the same with a noun that says what it is: "cyclical curriculum learning" (30 of 32)."""
    plain = [group for group in groups if not group.concept]
    known = {spelled_key(c.text)[0]: group for group in plain for c in group.candidates if " " in c.text}
    for longer in plain if known else ():
        for candidate in longer.candidates:
            front, _, noun = candidate.text.rpartition(" ")
            short = known.get(spelled_key(front)[0]) if " " in front and noun.lower() in _NOUNS else None
            if not short or short is longer or (short.long_form and longer.long_form):
                continue
            if not (short.long_form or longer.long_form):
                longer.short_form, longer.long_form = front, candidate.text
            yield (longer, short) if short.long_form else (short, longer)
            break


def begins(key: str, name: str) -> bool:
    """True for a folded name that is longer than its beginning."""
    return name != key and name.startswith(key)


def abbreviated(groups: Sequence[Group]) -> Pairs:
    """A word in capitals with the first letters of exactly one longer name: "LPINN" and "Lagrangian PINNs" (102 of 107)."""
    longer = [
        (c.text[0].lower(), c.text, group)
        for group in groups
        if not group.short_form
        for c in group.candidates
        if " " in c.text
    ]
    for short in groups if longer else ():
        names = () if short.long_form else dict.fromkeys(core(c.text) for c in short.candidates if not c.text.islower())
        for name in names:
            letters = name.removesuffix("s").lower()
            if len(letters) < 3 + bool(short.concept) or not _CAPITALS.fullmatch(name):
                continue
            found = {
                group.key: group
                for first, text, group in longer
                if first == letters[0] and group is not short and spells(letters, text)
            }
            if len(found) == 1:
                [whole] = found.values()
                whole.short_form, whole.long_form = name, longest(whole)
                yield short, whole
                break


def spells(letters: str, name: str) -> bool:
    """True for a name that a word with these letters abbreviates."""
    return abbreviates(letters, name) or abbreviates(letters, core(name))


def longest(group: Group) -> str:
    """The longest spelling among the candidates of a group."""
    return max((c.text for c in group.candidates), key=len)


def definitions(doc: Doc, words: Words) -> dict[str, tuple[str, str]]:
    """Folded short and long forms → (short form, long form) as this paper defines them.

    A second long form that is no concept by itself is another spelling of the first one.
    """
    text, found = words.text, dict[str, tuple[str, str]]()
    for a, b, c, d in (*doc._.kg_abbreviations, *titled(text)):
        pair = text[a:b], " ".join(text[c:d].split())
        first = found.setdefault(fold(pair[0]), pair)
        found.setdefault(fold(pair[1]), pair if first is not pair and scheme().find(pair[1]) else first)
    return found


def identity(candidate: Candidate, defined: dict[str, tuple[str, str]]) -> tuple[str, str, tuple[str, str] | None]:
    """Key, concept of the scheme, and definition of what a candidate names; the paper's own definition wins."""
    name = core(candidate.text)
    definition = (defined.get(fold(candidate.text)) or defined.get(fold(name))) if defined else None
    if definition:
        known = scheme().find(definition[1])
        if known:
            return f"c:{known[0]}", known[0], definition
        if not (candidate.concept and candidate.text.count(" ")):
            return f"n:{fold(definition[1])}", "", definition
    if candidate.concept:
        return f"c:{candidate.concept}", candidate.concept, None
    key, concept = spelled_key(name)
    return key or f"n:{candidate.text}", concept, None


@kept
def spelled_key(name: str) -> tuple[str, str]:
    """Key and concept of a name once the abbreviations in it are spelled out; an empty key for a name without letters."""
    spelled = scheme().spell_out(name)
    if spelled != name and (known := scheme().find(spelled)):
        return f"c:{known[0]}", known[0]
    key = fold(spelled)
    return (f"n:{key}" if key else ""), ""


def repeats(found: Iterable[Group], text: Words) -> list[Candidate]:
    """Further places where the words of a group's candidates stand; `source` is for now the group's key."""
    lows = text.lows
    first: dict[str, dict[tuple[str, ...], str]] = {}
    taken = bytearray(len(lows))
    for group in found:
        for candidate in group.candidates:
            start, end = candidate.start, candidate.end
            taken[start:end] = b"\1" * (end - start)
            if end - start > 1 or _NAMELIKE.search(candidate.text):
                first.setdefault(lows[start], {}).setdefault(lows[start:end], group.key)
    result = []
    for i in [i for i, word in enumerate(lows) if word in first]:
        for sequence, key in first[lows[i]].items() if not taken[i] else ():
            end = i + len(sequence)
            if lows[i:end] == sequence and not any(taken[i:end]):
                taken[i:end] = b"\1" * (end - i)
                result.append(Candidate(i, end, text.slice(i, end), key))
                break
    return result
