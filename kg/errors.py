"""The errors that `kg` raises on purpose, one tree.

    KgError                  exit 1: one line saying what, where and the way out
    ├── SourceError          a file, folder, URL or record cannot be read
    │   └── UnknownFormat    no reader recognises the input
    ├── NoPapers             the input was read and holds no usable paper
    ├── OutputError          a folder or file cannot be written
    │   └── Locked           another build is writing into this folder
    ├── QueryError           a query is wrong, too slow or not allowed
    ├── NotBuilt             a folder holds no graph yet
    ├── NotFound             no paper or concept answers to this name
    ├── ServiceError         a server refused, failed or did not answer
    ├── WorkerDied           an extraction process ended while reading a paper
    └── MissingExtra         an optional part of `kg` is not installed

The command line prints the message and exits 1; `--debug` shows the traceback.
"""


class KgError(Exception):
    """Something outside the program is at fault; the message says what, where and the way out."""


class SourceError(KgError):
    """A source cannot be read."""


class UnknownFormat(SourceError):
    """No reader recognises the input."""


class NoPapers(KgError):
    """The input holds no usable paper."""


class OutputError(KgError):
    """An output cannot be written."""


class Locked(OutputError):
    """Another build is writing into the same folder."""


class QueryError(KgError):
    """A query is wrong, too slow or not allowed."""


class NotBuilt(KgError):
    """A folder holds no graph yet."""


class NotFound(KgError):
    """No paper or concept answers to a name."""


class ServiceError(KgError):
    """A remote service refused, failed or did not answer."""


class WorkerDied(KgError):
    """An extraction process ended while it read a paper."""


class MissingExtra(KgError):
    """An optional dependency is not installed.

    >>> str(MissingExtra("kg serve", "serve"))
    "kg serve needs an optional part: pip install 'paper-kg[serve]'"
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional part: pip install 'paper-kg[{extra}]'")
