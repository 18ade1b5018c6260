"""The records that travel between the stages: frozen, typed, free of control characters.

>>> paper = Paper(title="Attention\\x00 Is All  You Need", abstract="We propose the Transformer.")
>>> paper.title, paper.key
('Attention Is All You Need', 'paper/attention-is-all-you-need-5563e10c')
"""

import hashlib
import re
import unicodedata
from datetime import date as Date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Kind = Literal["Method", "Architecture", "Dataset", "Code", "Task"]
Role = Literal["introduces", "evaluates_on", "uses", "compares_to", "has_code", "mentions"]
FieldName = Literal["title", "abstract"]

ROLES: tuple[Role, ...] = ("introduces", "has_code", "evaluates_on", "uses", "compares_to", "mentions")
"""Roles, the strongest first."""

# C0 and C1 controls except tab and newline, lone surrogates, non-characters: XML 1.0 and Turtle cannot carry them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


def clean(text: object) -> object:
    """Drop what no output format can carry; line ends become ``\\n``. Leaves other types to pydantic."""
    if isinstance(text, str):
        if text.isprintable():  # what most texts are, and quickly told
            return text.strip()
        return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text


def one_line(text: object) -> object:
    """`clean`, with every run of white space a single space."""
    return " ".join(str(clean(text)).split()) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(clean)]
Line = Annotated[str, BeforeValidator(one_line)]


class Record(BaseModel):
    """Base of all records: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(Record):
    """A stretch of a paper's title or abstract that names a concept or gives a code URL.

    `start` and `end` count code points of the stored field, end exclusive: ``field[start:end] == text``.
    `confidence` is a calibrated probability in 0..1, `source` the component that found the mention.
    `concept` is the identifier in the shipped scheme ("" when unknown there), `long_form` what the same paper
    says that an abbreviation, or a shorter name in its title, stands for, `label` the preferred name, filled in by resolution.
    """

    text: str
    type: Kind
    label: str = ""
    role: Role = "mentions"
    field: FieldName = "abstract"
    start: int
    end: int
    confidence: float = Field(ge=0, le=1)
    source: str
    concept: str = ""
    long_form: str = ""
    plain: str = Field(default="", description="the text without LaTeX and Markdown, where it has any")

    @property
    def name(self) -> str:
        """What the mention says, in plain characters."""
        return self.plain or self.text


class Paper(Record):
    """A paper as a source gives it. `id` is the source's own identifier, `date` the day it was published or listed."""

    title: Line = Field(min_length=1)
    abstract: Text = ""
    id: Line = ""
    url: Line = ""
    date: Date | None = None
    authors: tuple[Line, ...] = ()
    arxiv_id: Line = ""
    doi: Line = ""
    venue: Line = ""
    categories: tuple[Line, ...] = ()
    keywords: tuple[Line, ...] = ()
    code: tuple[Line, ...] = ()
    source: Line = ""

    @cached_property
    def key(self) -> str:
        """The tail of the paper's IRI: ``paper/`` + slug of the first words + 8 hex of the folded title's hash."""
        return key_of(self.title)

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of title and abstract, 16 hex: the same text need not be read twice."""
        return digest(f"{self.title}\0{self.abstract}")[:16]


class Origin(Record):
    """A record of a source that told of a paper: where it stood, what it was called there, a hash of what it said."""

    source: Line = ""
    id: Line = ""
    url: Line = ""
    hash: str = ""


class Extraction(Record):
    """A line of ``records.jsonl``: a paper, its raw mentions, and the version of the extractor that found them.

    `origins` are the source records whose facts the paper unites, sorted; empty where there was but one.
    """

    paper: Paper
    mentions: tuple[Mention, ...] = ()
    extractor: str = ""
    origins: tuple[Origin, ...] = ()

    def as_json(self) -> str:
        """The record as it is written: one line, fields at their defaults left out."""
        return self.model_dump_json(exclude_defaults=True)


class Concept(Record):
    """A method, architecture or dataset with all its spellings. `id` is the tail of its IRI without ``concept/``."""

    id: str
    label: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    generic: bool = False
    exact_match: tuple[str, ...] = ()
    source: str = ""

    @property
    def key(self) -> str:
        """The tail of the concept's IRI."""
        return f"concept/{self.id}"


class Link(Record):
    """Two papers that share concepts: `source` < `target` are paper keys, `shared` concept ids, weightiest first."""

    source: str
    target: str
    weight: float
    shared: tuple[str, ...]


class Rejected(Record):
    """A record that could not become a paper: where it stood and why."""

    source: Line
    record: Line
    reason: Line


def key_of(title: str) -> str:
    """The key of the paper with a title."""
    return "paper/" + "-".join(filter(None, (slug(title, 6), digest(fold_title(title))[:8])))


def digest(text: str) -> str:
    """SHA-256 in hex; lone surrogates are replaced, so that no text is refused."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def fold_title(title: str) -> str:
    """The letters and digits of a title, accents and case aside; a title without any is kept as it stands.

    >>> fold_title("Étude: A {B}-c")
    'etudeabc'
    """
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(filter(str.isalnum, plain)) or title


def slug(text: str, words: int = 12) -> str:
    """The first words in ASCII lower case, joined by ``-``; empty for a text without Latin letters or digits.

    >>> slug("BERT: Pre-training of Deep ...", 3)
    'bert-pre-training'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])[:80].strip("-")
