"""BibTeX: the ACL Anthology's files and any others, with or without abstracts.

The text is cut into entries, and each is given to the parser alone: one that is damaged harms no other, and a file of
any size takes the memory of its longest entry.
"""

import logging
import re
from collections.abc import Iterator
from datetime import date as Date
from functools import cache
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.extras import need
from kg.sources.fields import arxiv_id, code_links, doi, link, links, paper_of, turned, unwrapped, words
from kg.sources.opening import Source

MAX_ENTRY = 2_000_000
"""Characters of an entry beyond which it is none."""

_ENTRY = re.compile(r"^\s*@\s*(\w+)\s*[{(]")
_SNIFFED = re.compile(r"^\s*@\s*\w+\s*\{\s*[^\s,{}=]+\s*,", re.MULTILINE)
_INLINE = re.compile(r"\s*@\w+\s*\{[^{}]{0,200},\s*title\s*=", re.IGNORECASE)
_FIELD = re.compile(r"^\s*[\w-]+\s*=\s*[{\"\w]", re.MULTILINE)
_NO_PAPER = {"comment", "preamble", "string"}
_TEX = re.compile(r"[\\{}$~]|--|``|''")


def sniff(head: str) -> bool:
    """True where an entry begins and fields stand in lines of their own or after it."""
    return bool(_SNIFFED.search(head) and _FIELD.search(head)) or bool(_INLINE.match(head))


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper an entry."""
    parse = need("bibtexparser", "reading BibTeX").parse_string
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would warn of is told as rejected
    macros = ""
    for number, kind, block in entries(source):
        place = f"line {number}"
        if kind == "string" and len(macros) < MAX_ENTRY:
            macros += f"{block}\n"
        elif len(block) > MAX_ENTRY:
            yield Rejected(source=source.name, record=place, reason=f"longer than {MAX_ENTRY:,} characters")
        elif kind not in _NO_PAPER:
            yield entry(parse, macros, block, place, source.name, date)


def entries(source: Source) -> Iterator[tuple[int, str, str]]:
    """First line, kind and text of each entry: from a line that opens one to the next such line."""
    start, kind, block, size = 0, "", list[str](), 0
    for number, line in enumerate(source.lines(), 1):
        match = _ENTRY.match(line)
        if match:
            if block:
                yield start, kind, "\n".join(block)
            start, kind, block, size = number, match[1].lower(), [], 0
        if kind and size <= MAX_ENTRY:
            block.append(line)
            size += len(line) + 1
    if block:
        yield start, kind, "\n".join(block)


def entry(parse: Any, macros: str, block: str, place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of an entry, or why the parser refuses it."""
    try:
        library = parse(macros + block)
    except Exception as error:  # whatever the parser stumbles over, the other entries are whole
        return Rejected(source=source, record=place, reason=f"not BibTeX ({type(error).__name__.lower()})")
    if library.failed_blocks or not library.entries:
        fault = library.failed_blocks[0].error if library.failed_blocks else "no entry"
        reason = " ".join(str(getattr(fault, "abort_reason", "") or fault or type(fault).__name__).split())
        return Rejected(source=source, record=place, reason=f"not BibTeX ({reason[:200].lower()})")
    found = library.entries[-1]
    said = {f.key.lower(): f.value for f in found.fields if isinstance(f.value, str)}

    def field(*names: str) -> str:
        return next((readable(said[n]) for n in names if said.get(n)), "")

    where = link(said.get("url", "")) or link(said.get("howpublished", ""))
    return paper_of(
        place,
        source,
        date,
        title=field("title"),
        abstract=field("abstract"),
        id=found.key,
        url=where,
        date=said.get("date") or f"{said.get('month', '')} {said.get('year', '')}".strip(),
        authors=tuple(turned(readable(a)) for a in re.split(r"\s+and\s+", said.get("author", "")) if a.strip()),
        arxiv_id=arxiv_id(said.get("eprint")) or arxiv_id(where) or arxiv_id(said.get("doi")),
        doi=doi(said.get("doi", "").replace("\\_", "_")),
        venue=field("booktitle", "journal", "journaltitle", "publisher"),
        categories=words(said.get("primaryclass", "")),
        keywords=words(field("keywords")),
        code=links(said.get("code")) or code_links(said.get("note"), said.get("software"), said.get("addendum")),
    )


def readable(tex: str) -> str:
    """A field's text without TeX: accents become letters, braces go, formulas stay as they are.

    >>> readable(r"{B}ERT and M{\\"u}ller's 5{\\%} -- at $O(n^2)$")
    "BERT and Müller's 5% – at $O(n^2)$"
    """
    if not _TEX.search(tex):
        return unwrapped(tex)
    try:
        text = _decoder().latex_to_text(tex)
    except Exception:  # TeX that no parser follows: what is left without its braces is still the text
        text = re.sub(r"[{}]", "", tex)
    return unwrapped(text)


@cache
def _decoder() -> Any:
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    return need("pylatexenc.latex2text", "reading BibTeX").LatexNodes2Text(math_mode="verbatim", keep_comments=True)
