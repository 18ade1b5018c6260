"""From what a source says of a paper to the fields of `Paper`: identifiers, names, links, plain text.

Only the title decides whether a record is a paper. A field that makes no sense (a date called "soon") is left empty,
since a paper without its date is worth more than none.
"""

import re
from collections.abc import Iterable
from datetime import date as Date
from html import unescape
from typing import Any

from pydantic import ValidationError

from kg.markup import BLOCK, INLINE
from kg.records import Paper, Rejected, clean
from kg.sources.dates import day

_NUMBER = r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"\s*(?:oai:)?(?:arxiv(?:\.org)?\s?[:.])?\s*{_NUMBER}(?:\s*\[.*\])?\s*", re.IGNORECASE)
_ARXIV_WITHIN = re.compile(
    rf"(?:arxiv\.org/(?:abs|pdf|html)/|huggingface\.co/papers/|10\.48550/arxiv\.|arxiv:){_NUMBER}(?![\d.]\d)",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+")
_HTTP = re.compile(r"https?://[^\s<>\"'{}|\\^`\]]+", re.IGNORECASE)
_CODE_HOST = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co/(?!papers)|zenodo\.org"
    r"|[\w-]+\.github\.io)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]{2,}\S)")


def paper_of(place: str, source: str, date: Date | None, /, **said: Any) -> Paper | Rejected:
    """A paper from what was said of it, or why there is none; `date` is its date where nothing else is said.

    >>> paper_of("line 3", "papers.csv", None, title="", abstract="We sum.")
    Rejected(source='papers.csv', record='line 3', reason='no title')
    """
    title, abstract = text(said.pop("title", "")), text(said.pop("abstract", ""))
    if not clean(title):
        return Rejected(source=source, record=place, reason="no title")
    kept = {name: value for name, value in said.items() if value}
    kept["date"] = day(kept.get("date")) or date
    kept.setdefault("source", source)
    try:
        return Paper(title=title, abstract=abstract, **kept)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "record"
        return Rejected(source=source, record=place, reason=f"{field}: {first['msg'].lower()}")


def text(value: object) -> str:
    """The text of a value: itself, the first of a list, what is under ``value``; empty for anything else."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""


def plain(value: object) -> str:
    """A text without markup, entities and hard line breaks; paragraphs stay apart.

    >>> plain("We study H<sub>2</sub>O\\nand a &lt; b."), plain("<p>It sums.</p><p>It stops.</p>")
    ('We study H2O and a < b.', 'It sums.\\nIt stops.')
    """
    found = text(value)
    return unwrapped(unescape(INLINE.sub("", BLOCK.sub("\n\n", found)) if "<" in found else found))


def unwrapped(value: str) -> str:
    """A text whose lines were broken to fit a width, one line a paragraph.

    >>> unwrapped("We sum\\nnumbers.\\n  Then we stop.")
    'We sum numbers.\\nThen we stop.'
    """
    return "\n".join(" ".join(p.split()) for p in _BREAK.split(value.replace("\r\n", "\n").strip("\n")) if p.strip())


def arxiv_id(value: object) -> str:
    """The arXiv identifier that a text is or holds in an address, without its version; empty where there is none.

    >>> arxiv_id("2509.12345v2"), arxiv_id("https://arxiv.org/abs/hep-th/9901001v1"), arxiv_id("10.48550/arXiv.2509.1")
    ('2509.12345', 'hep-th/9901001', '')
    """
    found = text(value)[:2000]
    match = _ARXIV.fullmatch(found) or _ARXIV_WITHIN.search(found)
    return match[1] if match else ""


def doi(value: object) -> str:
    """The DOI that a text is or holds, without its resolver.

    >>> doi("https://doi.org/10.18653/v1/N19-1423.")
    '10.18653/v1/N19-1423'
    """
    match = _DOI.search(text(value)[:2000])
    return match[0].rstrip(".,;)") if match else ""


def link(value: object) -> str:
    """A web address; empty for anything else, since what is not http(s) must never become a link."""
    match = _HTTP.fullmatch(text(value)[:2000])
    return match[0] if match else ""


def links(*values: object) -> tuple[str, ...]:
    """The web addresses among values, lists of values and texts of several addresses, each once."""
    found = (m for v in values for one in (v if isinstance(v, list | tuple) else [v]) for m in _addresses(one))
    return tuple(dict.fromkeys(found))


def code_links(*values: object) -> tuple[str, ...]:
    """The addresses in texts (comments, notes) that lead to places where code is kept."""
    return tuple(address for address in links(*values) if _CODE_HOST.match(address))


def _addresses(value: object) -> list[str]:
    return [found.rstrip(".,;:)") for found in _HTTP.findall(text(value)[:20_000])]


def names(value: object) -> tuple[str, ...]:
    """Authors, from a list of names or of objects with names, or from one text.

    >>> names("Noor, Ada; Lee, Kim"), names("Ada Noor and Kim Lee"), names([{"name": "Ada Noor"}])
    (('Ada Noor', 'Kim Lee'), ('Ada Noor', 'Kim Lee'), ('Ada Noor',))
    """
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    if isinstance(value, str):
        return tuple(filter(None, map(turned, _apart(value))))
    if isinstance(value, list | tuple):
        return tuple(filter(None, (_name(one) for one in value)))
    return ()


def turned(name: str) -> str:
    """A name with its given name first.

    >>> turned("Noor, Ada"), turned("Ada Noor")
    ('Ada Noor', 'Ada Noor')
    """
    last, comma, first = name.partition(",")
    return " ".join(f"{first} {last}".split()) if comma and "," not in first else " ".join(name.split())


def _name(value: object) -> str:
    if not isinstance(value, dict):
        return text(value)
    for key in ("name", "display_name", "fullname", "full_name", "raw_author_name"):
        if isinstance(value.get(key), str):
            return text(value[key])
    given, family = value.get("first") or value.get("given"), value.get("last") or value.get("family")
    return " ".join(filter(None, (text(given), text(family))))


def _apart(value: str) -> list[str]:
    value = text(value)[:200_000].strip("[]")
    if ";" in value or re.search(r"\s(?:and|&)\s", value):
        parts = [p for p in re.split(r";|\s(?:and|&)\s", value) if p.strip()]
        # "Ada Noor, Kim Lee and Bo Xu" has commas between names, "Noor, Ada and Lee, Kim" has them within
        if len(parts) == 2 and ";" not in value and _all_full(parts[0].split(",")):
            return [*parts[0].split(","), parts[1]]
        return parts
    parts = [p.strip(" '\"") for p in value.split(",")]
    return parts if len(parts) > 1 and _all_full(parts) else [value]


def _all_full(parts: list[str]) -> bool:
    return all(len(p.split()) > 1 for p in parts if p.strip())


def words(value: object, marks: str = r"[;,|]") -> tuple[str, ...]:
    """Keywords or categories, from a list or from one text in which marks divide them.

    >>> words("attention; vision"), words("cs.LG stat.ML", r"\\s"), words([{"display_name": "Vision"}])
    (('attention', 'vision'), ('cs.LG', 'stat.ML'), ('Vision',))
    """
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    if isinstance(value, str):
        value = re.split(marks, value[:100_000].strip("[]"))
    if not isinstance(value, list | tuple):
        return ()
    found: Iterable[str] = (_name(one).strip(" '\"") for one in value)
    return tuple(dict.fromkeys(filter(None, found)))
