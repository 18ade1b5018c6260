"""Functions of one string that keep their results.

`functools.lru_cache` does the same, but links its entries in a chain that Python follows, one by one, whenever it looks
for garbage: with the words of some thousand abstracts a tenth of the time of extraction. A plain dictionary is one thing
to look at, and before Python 3.14 none where it holds strings alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

MOST = 200_000
"""So many results are kept; then all are forgotten."""

Result = TypeVar("Result")


def kept(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """The function, which computes each result once.

    >>> lengths = kept(len)
    >>> lengths("BERT"), lengths("BERT")
    (4, 4)
    """
    known: dict[str, Result] = {}

    @wraps(function)
    def keeping(text: str) -> Result:
        found = known.get(text)
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[text] = function(text)
        return found

    return keeping
