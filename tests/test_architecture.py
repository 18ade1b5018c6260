"""The layers of pyproject.toml hold, modules stay small, and every one says what it is for."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def modules(root: Path) -> list[Path]:
    """All modules of the package."""
    return sorted((root / "kg").rglob("*.py"))


def test_the_import_contracts_hold(root: Path) -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_modules_stay_small_enough_to_read(modules: list[Path]) -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in modules}
    assert not {name: length for name, length in lengths.items() if length > 400}
    assert sum(length <= 300 for length in lengths.values()) >= 0.9 * len(lengths)


def test_every_module_says_what_it_is_for(modules: list[Path]) -> None:
    assert not [path for path in modules if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]


def imported(path: Path) -> Iterator[str]:
    """The top-level names of the libraries that a module imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_every_library_that_is_imported_is_a_declared_dependency(root: Path, modules: list[Path]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rows = [*project["dependencies"], *(row for extra in project["optional-dependencies"].values() for row in extra)]
    declared = {row.split("[")[0].split(">")[0].split("=")[0].strip().replace("-", "_").lower() for row in rows}
    used = {name.lower() for path in modules for name in imported(path)} - sys.stdlib_module_names - {"kg"}
    assert not used - declared


def test_what_tests_and_benchmarks_import_is_locked(root: Path) -> None:
    files = [root / "requirements/dev.txt", root / "requirements/encoder.txt"]
    rows = [row for path in files for row in path.read_text(encoding="utf-8").splitlines()]
    named = {"scikit_learn": "sklearn", "python_crfsuite": "pycrfsuite"}  # what they are imported as
    packages = {row.split("==")[0].replace("-", "_").lower() for row in rows}
    locked = {named.get(name, name) for name in packages} | {"deadly_reading"}
    scripts = [path for folder in ("tests", "benchmarks", "training") for path in (root / folder).rglob("*.py")]
    own = {"kg", "tests", "benchmarks", *(path.stem for path in scripts)}
    found = {name for path in scripts for name in imported(path)} - sys.stdlib_module_names - own
    used = {name.lower() for name in found}
    assert not used - locked


def test_every_dependency_says_why_it_is_there(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    rows = [line.strip() for line in text.splitlines() if line.startswith('    "') and (">=" in line and "<" in line)]
    assert rows
    assert not [row for row in rows if "  # " not in row]


def test_spacy_finds_the_components_by_name(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    from kg.extraction.pipeline import COMPONENTS, ENCODER

    assert set(project["entry-points"]["spacy_factories"]) == {*COMPONENTS, ENCODER}
