"""A built folder as pandas data frames, for notebooks."""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.building import derive
from kg.errors import MissingExtra
from kg.exporters.content import Content
from kg.exporters.tables import TABLES, Table

if TYPE_CHECKING:
    import pandas as pd


def tables(outputs: Path | str = "outputs") -> "dict[str, pd.DataFrame]":
    """The tables of a built folder by name: papers, concepts, code, statements, links, mentions.

    Dates are pandas dates, authors, aliases and shared concepts are lists, absent values are missing ones. Raises
    NotBuilt where the folder holds no records, MissingExtra without pandas.
    """
    content = derive(Path(outputs))
    return {name: frame(table, content) for name, table in TABLES.items()}


def frame(table: Table, content: Content) -> "pd.DataFrame":
    """A table as a data frame."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("kg.tables", "tables") from error

    rows = [[list(v) if isinstance(v, tuple) else v for v in row] for row in table.rows(content)]
    found = pd.DataFrame(rows, columns=list(table.columns))
    for column, kind in table.columns.items():
        if kind == "date":
            found[column] = pd.to_datetime(found[column])
    return found
