"""Saved web pages: Daily Papers, whose entries stand in the page as JSON, and pages that carry citation tags.

Daily Papers puts the data of a list into the attribute ``data-props`` of an element. The pages of single papers at
arXiv, OpenReview, the ACL Anthology and most publishers carry ``<meta name="citation_title">`` and its like.
"""

import re
from collections.abc import Iterator
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.extras import need
from kg.sources.fields import arxiv_id, code_links, doi, link, paper_of, plain, turned, words
from kg.sources.hf_json import entry
from kg.sources.json_values import decoded
from kg.sources.opening import Source

MAX_PAGE = 32_000_000
"""Characters of a page that are read."""

_OPENING = re.compile(
    r"(?:[\s\ufeff]|<!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
_INSIDE = re.compile(r"<(?:head|body|meta|div|main|article|script)\b[^<>]*>", re.IGNORECASE)


def sniff(head: str) -> bool:
    """True where a text opens like a web page, or opens with a tag and has several that only web pages have."""
    if _OPENING.match(head):
        return True
    return head.lstrip("\ufeff \t\r\n\x00")[:1] == "<" and len(_INSIDE.findall(head[:20_000])) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """The papers of a list, or the one paper that the page is about."""
    tree = need("selectolax.lexbor", "reading a saved web page").LexborHTMLParser(source.text().read(MAX_PAGE))
    for papers in (_listed, _cited, _titles):
        found = list(papers(tree, source.name, date))
        if found:
            yield from found
            return
    yield Rejected(source=source.name, record="page", reason="no list of papers and no citation in it")


def _listed(tree: Any, source: str, date: Date | None) -> Iterator[Paper | Rejected]:
    """The entries in the data of the page's elements."""
    number = 0
    for node in tree.css("[data-props]"):
        props = decoded(node.attributes["data-props"] or "")
        if isinstance(props, str):
            if node.attributes.get("data-target") == "DailyPapers":
                yield Rejected(source=source, record="data-props", reason=props)
            continue
        entries = props.get("dailyPapers", [props] if isinstance(props.get("paper"), dict) else [])
        for one in entries if isinstance(entries, list) else []:
            number += 1
            if isinstance(one, dict):
                yield entry(one, f"record {number}", source, date)
            else:
                yield Rejected(source=source, record=f"record {number}", reason="not a JSON object")


def _cited(tree: Any, source: str, date: Date | None) -> Iterator[Paper | Rejected]:
    """The paper that the citation tags of a page tell of."""
    tags: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        tags.setdefault(name.lower(), []).append(node.attributes.get("content") or "")

    def first(*names: str) -> str:
        return next((tags[n][0] for n in names if tags.get(n)), "")

    if not first("citation_title"):
        return
    where = first("citation_abstract_html_url", "citation_public_url", "og:url")
    abstract = plain(first("citation_abstract", "dcterms.abstract", "dc.description", "og:description", "description"))
    yield paper_of(
        "page",
        source,
        date,
        title=plain(first("citation_title")),
        abstract=abstract,
        url=link(where),
        date=first("citation_publication_date", "citation_date", "citation_online_date", "citation_year"),
        authors=tuple(turned(name) for name in tags.get("citation_author", [])),
        arxiv_id=arxiv_id(first("citation_arxiv_id")) or arxiv_id(where),
        doi=doi(first("citation_doi")),
        venue=first("citation_conference_title", "citation_journal_title"),
        keywords=words(first("citation_keywords")),
        code=code_links(first("citation_code_url")),
    )


def _titles(tree: Any, source: str, date: Date | None) -> Iterator[Paper | Rejected]:
    """Where the page lost its data: the headings that lead to papers, without abstracts."""
    for number, node in enumerate(tree.css("article h3 a[href*='/papers/']"), 1):
        where = (node.attributes["href"] or "").partition("/papers/")[2]
        number_there = arxiv_id(where)
        page = f"https://huggingface.co/papers/{number_there}" if number_there else ""
        said = {"title": plain(node.text()), "id": number_there, "url": page, "arxiv_id": number_there}
        yield paper_of(f"record {number}", source, date, **said)
