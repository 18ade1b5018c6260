"""A knowledge graph of machine-learning papers: methods, architectures, datasets and code, linked by what they share.

>>> import kg
>>> sorted(kg.__all__)
['Concept', 'KgError', 'Mention', 'Paper', '__version__', 'build', 'extract', 'read', 'tables']

The names are imported at their first use, so that ``import kg`` is light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.building import build
    from kg.errors import KgError
    from kg.exporters.graph_files import read
    from kg.extraction import extract
    from kg.frames import tables
    from kg.records import Concept, Mention, Paper

__version__ = "0.1.0"
__all__ = ["Concept", "KgError", "Mention", "Paper", "__version__", "build", "extract", "read", "tables"]

_HOMES = {
    "Concept": "kg.records",
    "KgError": "kg.errors",
    "Mention": "kg.records",
    "Paper": "kg.records",
    "build": "kg.building",
    "extract": "kg.extraction",
    "read": "kg.exporters.graph_files",
    "tables": "kg.frames",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
