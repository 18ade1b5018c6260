"""The wheel holds everything that the package reads at run time, and nothing that it does not need."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

NEEDED = {
    "ontologies": "kg/ontologies/*",
    "weights": "kg/extraction/*.npz",
    "queries": "kg/store/queries/*.rq",
    "templates of the server": "kg/serve/templates/*",
    "scripts and styles of the server": "kg/serve/static/*",
    "parts of the page": "kg/exporters/page/*",
    "template of the report": "kg/*.template",
    "description of the server": "kg/serve/openapi.json",
    "readme of the Neo4j files": "kg/exporters/*.md",
}


@pytest.fixture(scope="module")
def names(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel, built without a network."""
    if find_spec("hatchling") is None:
        pytest.skip("needs hatchling, which builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    words = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "-q",
        "-w",
        folder,
        root,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        assert wheel.testzip() is None
        return set(wheel.namelist())


def tracked(root: Path, pattern: str) -> set[str]:
    """The files of a pattern, as they are called in the wheel."""
    place = pattern.replace("kg/ontologies", "ontologies")
    found = {str(path.relative_to(root)) for path in root.glob(place) if path.is_file() and path.suffix != ".pyc"}
    return {f"kg/{name}" if name.startswith("ontologies") else name for name in found}


@pytest.mark.parametrize("what", NEEDED)
def test_the_wheel_holds_what_the_package_reads(what: str, names: set[str], root: Path) -> None:
    wanted = tracked(root, NEEDED[what])

    assert wanted
    assert wanted <= names


def test_the_wheel_holds_all_modules_and_no_tests(names: set[str], root: Path) -> None:
    assert {str(path.relative_to(root)) for path in (root / "kg").rglob("*.py")} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"kg", "paper_kg"}
    assert not [name for name in names if name.endswith((".pyc", ".ipynb")) or "/tests/" in name]


def test_the_wheel_names_its_licences(names: set[str]) -> None:
    assert [name for name in names if "/licenses/" in name and name.endswith("/LICENSE")]
