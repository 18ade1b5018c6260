"""What `import kg` offers, and how little it loads."""

import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg import errors

HEAVY = (
    "spacy",
    "networkx",
    "rdflib",
    "pyvis",
    "scipy",
    "pyoxigraph",
    "numpy",
    "pandas",
    "pyarrow",
    "httpx",
    "starlette",
)


def loaded(*words: str) -> set[str]:
    """The heavy libraries that a Python process has loaded in the end."""
    code = f"import sys\n{'; '.join(words)}\nprint(*(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr.split())


def test_the_names_are_few_and_all_there() -> None:
    names = ["Concept", "KgError", "Mention", "Paper", "__version__", "build", "extract", "read"]
    assert set(names) <= set(kg.__all__)
    assert len(kg.__all__) <= 12
    assert all(getattr(kg, name) is not None for name in kg.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'nonsense'"):
        _ = kg.nonsense


def test_importing_kg_loads_nothing_heavy() -> None:
    assert loaded("import kg") == set()


@pytest.mark.parametrize("words", [["--help"], ["build", "--help"], ["query", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = f"sys.argv = ['kg', *{words!r}]"
    run = "import kg.cli\ntry: kg.cli.main()\nexcept SystemExit as end: assert not end.code"
    assert loaded(code + "\n" + run) == set()


def test_reading_papers_loads_no_graph_library() -> None:
    assert not loaded("from kg.sources import read") & {"networkx", "rdflib", "pyvis", "scipy", "pyoxigraph"}


def test_all_errors_are_kg_errors_and_stand_in_the_drawn_tree() -> None:
    found = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert all(issubclass(error, kg.KgError) for error in found)
    assert errors.__doc__ is not None
    assert all(error.__name__ in errors.__doc__ for error in found)


def test_the_python_way_of_the_main_job(page: Path, tmp_path: Path) -> None:
    report = kg.build([str(page)], tmp_path, formats=["ttl", "graphml"])
    graph = kg.read(tmp_path)
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("Paper") == report.papers == 3
    [record] = kg.extract([kg.Paper(title="A study", abstract="We train an LSTM.")])
    assert isinstance(record, kg.records.Extraction)
    assert [mention.text for mention in record.mentions] == ["LSTM"]


def test_kg_is_typed(root: Path) -> None:
    assert (root / "kg/py.typed").exists()
