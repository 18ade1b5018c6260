"""What the features of a candidate say, one short string each: their names in the judge's weights.

The judge keeps features that go together as a bundle, in short; only where a new one turns up is it said in full.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kg.extraction.tag_features import shape
from kg.ontology import core, fold

NUMBERS = ("pM", "pD", "pG", "pO")
"""Features with values: log-odds of the tagger's belief in a method, a dataset, something generic, none of them."""

SEEN = ("seen new", "seen vague", "seen M", "seen D", "seen any")
"""Further ones where the encoder has read the text: its belief that the paper introduces what stands at some place, that it
does but is vague there, that it is a method, a dataset; the mean over all places of either of these."""

Bundle = tuple[Any, ...]
"""Features that go together, in short: one of `SAYINGS` by name, and its arguments. Of strings and numbers alone, since
there are many, and Python looks through whatever else they would hold for garbage again and again."""


def expanded(bundle: Bundle) -> Iterator[str]:
    """The names of the features of a bundle."""
    return SAYINGS[bundle[0]](*bundle[1:])


def believed(code: str, *eighths: int) -> Iterator[str]:
    """What the tagger thinks of the likeliest candidate, coarsely, and what the scheme thinks beside."""
    for label, eighth in zip(NUMBERS, eighths, strict=True):
        yield f"{label}={eighth}"
        yield f"{label}={eighth // 2}/{code}"


def seen(code: str, *eighths: int) -> Iterator[str]:
    """What the encoder thinks, coarsely, and what the scheme thinks beside."""
    for label, eighth in zip(SEEN, eighths, strict=True):
        yield f"{label}={eighth}"
        yield f"{label}={eighth // 2}/{code}"


def named(name: str, spellings: Sequence[str], code: str) -> Iterator[str]:
    """What the words of a name say: the shortest spelling, and how each ends."""
    tokens, form = name.lower().split(), shape(name)[:6]
    yield from (f"name={fold(name)}", f"lex={code}", f"shape={form}", f"shape={form}/{code}")
    yield from (f"words={min(len(tokens), 6)}", f"head={tokens[-1]}")
    if len(tokens) > 1:
        yield f"front={tokens[0]}"
    for last in sorted({core(spelling).split()[-1].rstrip("s") for spelling in spellings}):
        yield from (f"last={last.lower()}", f"end={last[-4:].lower()}", f"end={last[-3:]}")


def proposed(code: str, sources: str, nested: bool) -> Iterator[str]:
    """Who proposed the candidates, and whether they stand within longer ones only."""
    yield from (f"by={sources}", f"by={sources}/{code}")
    if nested:
        yield from ("nested", f"nested/{code}")


def placed(code: str, place: str, count: int, form: str, only: bool, handled: bool) -> Iterator[str]:
    """Where and how often the group stands; `only`: in the title alone; `handled`: the title has a handle."""
    yield from (f"count={count}", f"place={place}", f"place={place}/{code}", f"place={place}/{min(count, 3)}/{form}")
    if only:
        yield "onlytitle"
    yield f"titled={'handle' if handled else 'plain'}/{place}"


def famous(code: str, place: str, papers: int, data: int, new: int, count: int, form: str) -> Iterator[str]:
    """What the training corpus says of the name."""
    yield from (f"papers={papers}", f"papers={papers}/{code}", f"papers={papers}/{place}")
    yield f"papers={min(papers, 3)}/{place}/{form}/{count}"
    if papers:
        yield f"elsewhere={'data' if data >= 5 else 'new' if new >= 4 else 'old' if not new else 'both'}"


def begun(eighth: int) -> Iterator[str]:
    """Where in the abstract the group stands first."""
    yield f"first={eighth}"


def defined(code: str, place: str, head: str) -> Iterator[str]:
    """The group has a long form, which ends so."""
    yield from ("defined", f"defined/{code}/{place}", f"longhead={head}")


def left(previous: str, second: str) -> Iterator[str]:
    """The words before."""
    yield f"prev={previous}"
    if second:
        yield f"prev2={second}_{previous}"


def right(following: str, after: str) -> Iterator[str]:
    """The words behind."""
    yield from (f"next={following}", f"next2={following}_{after}")
    if following.isdecimal():
        yield "next=#"


def cued(*cues: str | None) -> Iterator[str]:
    """Small words before that say much."""
    return (f"cue={cue}" for cue in dict.fromkeys(cues) if cue)


def introduced(code: str, place: str, authors: bool, near: bool, verb: str) -> Iterator[str]:
    """A verb before introduces something; `authors`: it is theirs."""
    who, where = "we" if authors else "other", "near" if near else "far"
    yield from (f"intro={who}/{where}", f"intro/{code}", f"intro/{who}/{where}/{code}", f"intro/{place}/{code}")
    yield f"verb={verb}"


def directly(known: bool, place: str, following: str) -> Iterator[str]:
    """It stands right behind the verb that introduces; `known`: the scheme has it; `following`: the sign behind it, if any."""
    code = "known" if known else "new"
    yield from (f"direct={following}", f"direct={following}/{code}", f"direct={following}/{code}/{place}")


def acting(word: str) -> Iterator[str]:
    """It is the authors' own, or acts."""
    yield f"acts={word}"


def crowded(names: int, verb: bool) -> Iterator[str]:
    """How many names stand around."""
    yield f"names={names}/{'intro' if verb else '-'}"


def natured(then: str, where: str, since: str) -> Iterator[str]:
    """The kinds of thing that are said behind and before."""
    if then:
        yield f"then={then}/{where}"
    if since:
        yield f"since={since}"


SAYINGS: dict[str, Callable[..., Iterator[str]]] = {
    saying.__name__: saying
    for saying in (
        believed, named, proposed, placed, famous, begun, defined, left, right, cued, introduced, directly, acting, crowded,
        natured, seen,
    )
}  # fmt: skip
"""What gives the names of the features of a bundle from its arguments."""
