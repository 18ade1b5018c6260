r"""Text as authors type it becomes text that can be read, with a way back to every original character.

LaTeX commands, accents and mathematics, Markdown emphasis, tags, ligatures, typographic quotes and hyphens, soft hyphens and
words broken over lines are put into plain form. Offsets always lead back to the text as stored.

>>> plain = clean('the {\\bf F}ast $\\ell_1$ so-\nlution of R\\"ossler')
>>> plain.text
'the Fast ℓ1 solution of Rössler'
>>> plain.span(9, 11)
(16, 22)
"""

import re
import unicodedata
from dataclasses import dataclass

from kg.markup import BLOCK, INLINE

_ACCENTS = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "c": "\u0327",
    "v": "\u030c",
    "=": "\u0304",
}
_SYMBOLS = {
    "ell": "ℓ", "infty": "∞", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "tau": "τ", "theta": "θ", "phi": "φ", "psi": "ψ", "omega": "ω",
    "times": "×", "ldots": "…", "dots": "…", "star": "*", "ast": "*", "ss": "ß", "o": "ø", "l": "ł", "ae": "æ", "aa": "å",
}  # fmt: skip
_TYPOGRAPHY = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "‐": "-", "‑": "-", "‒": "-", "−": "-", "\u00ad": "", "\u200b": "",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "~": " ",
}  # fmt: skip

_SPECIAL = re.compile(
    r"""(?=[-<\s\\{}$_^*`'~“”‘’‐‑‒−\u00ad\u200b\u00a0\u2009\u202fﬁﬂﬀﬃﬄ])  # at all other places nothing need be tried
    (?:(?P<break>(?<=[a-z])-(?:\n\s*|\ )(?=[a-z])(?!(?:and|or|to|nor|but|versus)\b))  # a word broken over two lines
    | (?P<space>\s*\n\s*)
    | (?P<parting>"""
    + BLOCK.pattern
    + r""") | (?P<tag>"""
    + INLINE.pattern
    + r""")
    | \\(?P<accent>["'`^~=]|[cv](?=\{))\{?\\?(?P<letter>[A-Za-z])\}?
    | (?P<cite>~?\\(?:cite|citep|citet|ref|footnote|label)\b\*?(?:\[[^\]]*\])*\{[^{}]*\})
    | \\(?:url|texttt|href)\{(?P<link>https?:[^{}]*)\}
    | \\(?P<symbol>[A-Za-z]+)(?![A-Za-z])\*?[ _]?        # a command: its symbol, else nothing
    | \\(?P<escaped>[_%&\#${}])
    | (?P<dropped>\\[\\,;!\ ]?|[{}$]|(?<![A-Za-z0-9])_(?=\{)|\^(?=\{)|\*\*|``|''(?=\s|$|[.,;:)]))
    | (?P<typography>[“”‘’‐‑‒−\u00ad\u200b\u00a0\u2009\u202fﬁﬂﬀﬃﬄ~]))""",
    re.VERBOSE,
)
_CHARACTERS = re.compile(r"[<\\${}\n“”‘’‐‑‒−\u00ad\u200b\u00a0\u2009\u202fﬁﬂﬀﬃﬄ~]")
_MARKS = ("**", "``", "''")
_ASCII_MARKS = (*_MARKS, "\\", "$", "{", "}", "\n", "~", "<")
_TORN = re.compile(r"[a-z]- [a-z]")


@dataclass(frozen=True)
class Clean:
    """Readable text; `offsets[i]` is the place of its i-th character in the original, None where both are equal."""

    text: str
    offsets: list[int] | None
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the original of a stretch of the clean text."""
        if self.offsets is None:
            return start, end
        last = self.offsets[end - 1] + 1
        return self.offsets[start], max(last, self.offsets[start] + 1)


def clean(text: str) -> Clean:
    """The text in plain form; whatever is not recognised stays as it is."""
    if not is_marked(text):
        return Clean(text, None, len(text))
    parts: list[str] = []
    offsets: list[int] = []
    place = 0
    for match in _SPECIAL.finditer(text):
        parts.append(text[place : match.start()])
        offsets.extend(range(place, match.start()))
        new, start = _replacement(match)
        parts.append(new)
        offsets.extend(min(start + i, match.end() - 1) for i in range(len(new)))
        place = match.end()
    parts.append(text[place:])
    offsets.extend(range(place, len(text)))
    return Clean("".join(parts), offsets, len(text))


def is_marked(text: str) -> bool:
    """True where something may have to be put into plain form; nearly all the time goes into the texts without."""
    signs = _ASCII_MARKS if text.isascii() else _MARKS
    return bool(
        any(sign in text for sign in signs)
        or (signs is _MARKS and _CHARACTERS.search(text))
        or ("- " in text and _TORN.search(text))
    )


def _replacement(match: re.Match[str]) -> tuple[str, int]:
    """What stands instead of a match, and where in the original it begins."""
    kind = match.lastgroup
    start = match.start()
    if kind == "letter":
        return unicodedata.normalize("NFC", match["letter"] + _ACCENTS[match["accent"]]), start
    if kind in ("space", "parting"):
        return " ", start
    if kind == "symbol":
        return _SYMBOLS.get(match["symbol"], ""), start
    if kind == "escaped":
        return match["escaped"], match.start("escaped")
    if kind == "link":
        return match["link"], match.start("link")
    if kind == "typography":
        return _TYPOGRAPHY[match["typography"]], start
    return "", start
