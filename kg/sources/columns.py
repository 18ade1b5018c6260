"""What the columns of tables and the keys of objects are called, and which field of a paper they tell.

Names are compared without case, spaces and punctuation: ``Abstract Note`` and ``abstract_note`` are one.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date as Date
from typing import Any

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, doi, link, links, names, paper_of, text, words

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "worktitle", "ti"),
    "abstract": ("abstract", "abstractnote", "summary", "paperabstract", "abstracttext", "description", "ab"),
    "id": ("id", "paperid", "key", "uid", "eid", "recordid"),
    "url": ("url", "link", "paperurl", "urlabs", "articleurl", "landingpage", "href"),
    "date": (
        "date", "published", "publishedat", "publicationdate", "publishdate", "pubdate", "dateadded", "coverdate",
        "created", "createdat", "updatedate", "year", "publicationyear", "pubyear", "py",
    ),
    "authors": ("authorfullnames", "authors", "author", "authornames", "creators", "creator", "au"),
    "arxiv_id": ("arxivid", "arxiv", "eprint", "arxivnumber"),
    "doi": ("doi", "digitalobjectidentifier"),
    "venue": (
        "venue", "journal", "conference", "publicationtitle", "sourcetitle", "booktitle", "proceeding", "proceedings",
        "journalref", "containertitle", "publication",
    ),
    "categories": ("categories", "category", "subjects", "fields", "fieldsofstudy", "areas"),
    "keywords": ("keywords", "authorkeywords", "tags", "manualtags", "tasks", "aikeywords"),
    "code": ("code", "codeurl", "codeurls", "github", "githubrepo", "githuburl", "repository", "repo", "projectpage"),
    "source": ("source",),
}  # fmt: skip
"""Field of a paper → the folded names of columns that tell it, the best first."""

WHOLE = re.compile(r"[^a-z0-9]")


def folded(name: str) -> str:
    """A column's name as it is compared.

    >>> folded("Abstract Note")
    'abstractnote'
    """
    return WHOLE.sub("", name.lower())


def guessed(columns: Iterable[str], named: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """Field → the columns that may tell it, the best first; what the user named goes before every guess.

    >>> guessed(["Article Title", "Abstract", "Year"])
    {'title': ['Article Title'], 'abstract': ['Abstract'], 'date': ['Year']}
    """
    there = {folded(c): c for c in columns}
    found = {}
    for field, known in NAMES.items():
        own = there.get(folded((named or {}).get(field, "")))
        guesses = [there[name] for name in known if name in there]
        if own or guesses:
            found[field] = [own] if own else guesses
    return found


def row_of(
    row: Mapping[str, Any], found: Mapping[str, list[str]], place: str, source: str, date: Date | None
) -> Paper | Rejected:
    """The paper that a row or an object tells of, by the columns that `guessed` found."""
    said: dict[str, Any] = {f: next((row[c] for c in cs if row.get(c)), None) for f, cs in found.items()}
    where, number = said.get("url"), said.get("id")
    return paper_of(
        place,
        source,
        date,
        title=said.get("title"),
        abstract=said.get("abstract"),
        id=str(number) if isinstance(number, int) else text(number),
        url=link(where),
        date=said.get("date"),
        authors=names(said.get("authors")),
        arxiv_id=arxiv_id(said.get("arxiv_id")) or arxiv_id(number) or arxiv_id(where) or arxiv_id(said.get("doi")),
        doi=doi(said.get("doi")),
        venue=text(said.get("venue")),
        categories=words(said.get("categories")),
        keywords=words(said.get("keywords")),
        code=links(said.get("code")),
        source=text(said.get("source")),
    )
