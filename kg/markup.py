"""Tags of HTML and JATS, as catalogues leave them in titles and abstracts: those within a line, and those that part lines.

>>> INLINE.sub("", BLOCK.sub(" ", '<jats:p>We use <i class="x">BERT</i>.</jats:p>if a <b and c> d')).strip()
'We use BERT. if a <b and c> d'
"""

import re

_LINE = "a|abbr|b|bold|cite|code|em|font|i|inf|italic|mark|monospace|q|s|sc|scp|small|span|strike|strong|sub|sup|tt|u|underline"
_PARTS = (
    "blockquote|br|dd|div|dl|dt|h[1-6]|hr|label|li|list|list-item|ol|p|pre|sec|section|table|tbody|td|th|title|tr|ul"
)
_REST = (
    r"""(?:\s{1,9}[\w:.-]{1,60}\s{0,9}=\s{0,9}(?:"[^"<>]{0,500}"|'[^'<>]{0,500}'|[^\s"'<>=]{1,500})){0,9}\s{0,9}/?>"""
)

INLINE = re.compile(rf"(?i:</?(?:jats:)?(?:{_LINE}){_REST})")
BLOCK = re.compile(rf"(?i:</?(?:jats:)?(?:{_PARTS}){_REST})")
