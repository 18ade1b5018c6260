"""Code URLs: what the authors give for their release.

A repository, model or data hub, demo, project page or download counts; a paper's, company's or publisher's page does
not. Addresses are repaired: a blank after ``https:``, a bare ``github.com/…``, dots, brackets and quotes at the end.
"""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.words import read

_HUBS = (
    r"github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com|huggingface\.co|hf\.co|modelscope\.cn|kaggle\.com|"
    r"zenodo\.org|figshare\.com|osf\.io|anonymous\.4open\.science|colab\.research\.google\.com|drive\.google\.com|"
    r"sites\.google\.com|pypi\.org|sourceforge\.net|git\.io|bit\.ly|tinyurl\.com|aka\.ms|goo\.gl"
)
_PAGES = r"[\w-]+\.(?:github|gitlab)\.io|[\w-]+\.netlify\.app|[\w-]+\.vercel\.app|[\w.-]+\.hf\.space"
_URL = re.compile(
    rf"(?P<scheme>https?\s?:\s?/\s?/\s?(?:www\.)?)[^\s<>{{}}\"|\\^`]+"
    rf"|(?<![\w./@-])(?:www\.)?(?:{_HUBS}|{_PAGES})/[^\s<>{{}}\"|\\^`]+"
    rf"|(?<![\w./@-])(?:{_PAGES})(?![\w-])",
    re.IGNORECASE,
)
_HUB = re.compile(rf"(?:^|\.)(?:{_HUBS}|{_PAGES}|.*(?:hf|huggingface)-?mirror.*)$", re.IGNORECASE)
_NOT_CODE = re.compile(r"(?:^|\.)(?:arxiv\.org|doi\.org|aclanthology\.org|openreview\.net|wikipedia\.org|youtu\.be)$")
_RELEASE = re.compile(
    r"\b(?:code|codes|available|release[sd]?|open-?sourced?|implementation|repository|repo|demo|project|website|web ?page|"
    r"homepage|page|dataset|data|models?|weights|checkpoints?|download|software|package|toolbox|found|access(?:ible|ed)?|"
    r"visit|see|results|videos?|supplementary|material|leaderboard|benchmark|at|via)\b",
    re.IGNORECASE,
)
# An owner's page on a forge, a blank, and what can only be the name of the repository.
_TORN = re.compile(
    r"(?:https?\s?:\s?/\s?/\s?)?(?:www\.)?(?:github\.com|gitlab\.com|huggingface\.co)/[\w.-]+/\s"
    r"(?=[\w.-]*(?:[-_\d]|[a-z][A-Z]|[\w-]\.?$))[A-Za-z0-9][\w.-]+",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\.(?:io|com|co/|cn|org|app|space|science|ly/|ms/|gl/)")
"""Every address has one of these or "http"."""
_ENDS = ".,;:!?'\"*_’”"


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repaired form of every address in a text that is a release.

    >>> list(find("Code: https: //github.com/a/b."))
    [(6, 29, 'https://github.com/a/b')]
    >>> list(find("Code is at https://github.com/a/ long-name."))
    [(11, 42, 'https://github.com/a/long-name')]
    >>> list(find("We thank Acme (https://acme.com) for its chips."))
    []
    """
    for match in _URL.finditer(text, begin) if (begin := beginning(text)) is not None else ():
        raw = trimmed(match[0])
        if torn := _TORN.match(text, match.start()):
            raw = trimmed(torn[0])
        url = repaired(raw, match["scheme"])
        if is_release(url, text[max(0, match.start() - 120) : match.start()]):
            yield match.start(), match.start() + len(raw), url


def beginning(text: str) -> int | None:
    """Where the word begins that may be the first address of a text; most texts have none.

    >>> beginning("Code: GitHub.com/a/b"), beginning("See (aiohttp.github.io/demo)"), beginning("no code")
    (6, 4, None)
    """
    small = text.replace("İ", "I").lower()  # the one letter that is longer in small
    domain = _DOMAIN.search(small)
    place = small.find("http", 0, domain.start() if domain else len(small))
    if place < 0 and domain:
        place = domain.start()
    while place > 0 and not small[place - 1].isspace():
        place -= 1
    return place if place >= 0 else None


def trimmed(raw: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while raw and (raw[-1] in _ENDS or (raw[-1] in ")]" and raw.count(raw[-1]) > raw.count("(["[")]".index(raw[-1])]))):
        raw = raw[:-1]
    return raw


def repaired(raw: str, scheme: str | None) -> str:
    """The address as it was meant: no blanks, a scheme, the host in lower case."""
    bare = re.sub(r"\s", "", raw)
    if scheme is None:
        bare = f"https://{bare}"
    head, _, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return (
        f"{head.lower()}://{host.lower()}{slash}{path}".removesuffix("/")
        if path == ""
        else f"{head.lower()}://{host.lower()}/{path}"
    )


def is_release(url: str, before: str) -> bool:
    """True where host, path or the words before the address say that it is the authors' release."""
    host, _, path = url.partition("://")[2].partition("/")
    host = host.split(":")[0].removeprefix("www.")
    if "." not in host or _NOT_CODE.search(host):
        return False
    if _HUB.search(host):
        return bool(path) or not re.fullmatch(_HUBS, host, re.IGNORECASE)
    return bool(_RELEASE.search(before)) and (bool(path) or host.count(".") >= 2 or "project" in before.lower())


@Language.factory("kg_urls", assigns=["doc._.kg_urls"])
class Urls:
    """Sets ``doc._.kg_urls``: (start character, end character, repaired address)."""

    def __init__(self, nlp: Language, name: str) -> None:
        Doc.set_extension("kg_urls", default=(), force=True)

    def __call__(self, doc: Doc) -> Doc:
        """Find the addresses of a text."""
        doc._.kg_urls = tuple(find(read(doc).text))
        return doc
