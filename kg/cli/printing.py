"""Text from strangers on a terminal: on one line, and nothing in it that a terminal would obey."""


def printable(text: str) -> str:
    """A text with a space for each control, each mark that turns the direction of writing, each end of a line.

    >>> printable("a\\x1b[2Jb\\u202ec\\nd")
    'a [2Jb c d'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
