"""The documents and the program say the same."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kg.cli import COMMANDS, app

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
REGISTRIES = ("pypi." + "org", "pythonhosted." + "org", "index-" + "url", "conda-" + "forge", "registry.npm" + "js.org")
"""Put together here, so that this file does not name them."""
NAMED_ON_PURPOSE = ("kg/extraction/urls.py", "ontologies/", "training/", "tests/")
"""Places where an address of the web is told apart from others."""


def commands_in(text: str) -> list[list[str]]:
    """The words of each line of a document's shell blocks, comments and prompts aside; pipes are cut apart."""
    blocks = re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    blocks += re.findall(r"(?:^|\n\n)((?:    (?:kg|make) .*\n?)+)", text)
    joined = "\n".join(blocks).replace("\\\n", " ")
    lines = [line.strip().removeprefix("$ ") for line in joined.splitlines()]
    return [
        shlex.split(part, comments=True)
        for line in lines
        if line and not line.startswith("#")
        for part in re.split(r"\s(?:\||&&)\s", line)
        if part.strip()
    ]


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    """The README; tests of it wait until it says something."""
    text = (root / "README.md").read_text(encoding="utf-8")
    if len(text) < 500:
        pytest.skip("README.md is not written yet")
    return text


@pytest.fixture(scope="module")
def targets(root: Path) -> set[str]:
    """What `make` can do."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in (root / "Makefile", root / "services.mk") if p.exists())
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


def options_of(command: str) -> set[str]:
    """The options of a command."""
    found = get_command(app).commands[command]  # type: ignore[attr-defined]
    subcommands = getattr(found, "commands", {}).values()
    return {opt for c in (found, *subcommands) for p in c.params for opt in (*p.opts, *p.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_of_a_document_exist_with_their_options(root: Path, targets: set[str], document: str) -> None:
    for words in commands_in((root / document).read_text(encoding="utf-8")):
        if words[0] == "make":
            assert not {w for w in words[1:] if re.fullmatch(r"[a-z-]+", w)} - targets, words
        if words[0] == "kg" and len(words) > 1 and words[1] not in ("--version", "--help", "COMMAND"):
            assert words[1] in COMMANDS, words
            known = options_of(words[1])
            if words[1] != "query":  # parameters of named queries are options that only the query knows
                assert not {w.partition("=")[0] for w in words[2:] if re.match(r"--?[a-z]", w)} - known, words


def test_the_readme_tells_of_every_command(readme: str) -> None:
    assert not [name for name in COMMANDS if f"kg {name}" not in readme]


def test_the_readme_shows_what_kg_similar_says_of_the_example(
    readme: str, root: Path, tmp_path: Path, kg: Callable[..., Any]
) -> None:
    shutil.copy(root / "outputs/records.jsonl", tmp_path)
    for path in (root / "outputs").glob("*.ttl"):
        shutil.copy(path, tmp_path)
    [shown] = re.findall(r"`kg similar` gives reasons:\n\n((?:    .*\n)+)", readme)
    [command] = re.findall(r'^kg similar "(.*)"$', readme, re.MULTILINE)

    said = kg("similar", "-g", str(tmp_path), command).out
    assert [line.split() for line in shown.splitlines()] == [line.split() for line in said.splitlines() if line][1:3]


def test_every_word_of_the_makefile_is_explained_in_it(root: Path, targets: set[str]) -> None:
    comment = (root / "Makefile").read_text(encoding="utf-8").split("\n\n")[0]
    assert not {name for name in targets if f"make {name}" not in comment} - {"lock"}


def test_documents_link_to_files_that_exist(root: Path) -> None:
    for name in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)", (root / name).read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert (root / target).exists(), f"{name} links to {target}"


def test_the_changelog_tells_of_this_version(root: Path) -> None:
    from kg import __version__

    assert f"## [{__version__}]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def text_files(root: Path) -> list[Path]:
    """The text files that are or will be under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a checkout")
    return [path for name in listed.stdout.splitlines() if (path := root / name).is_file() and b"\0" not in _head(path)]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1000)


def test_no_text_names_a_package_registry(root: Path) -> None:
    for path in text_files(root):
        name = str(path.relative_to(root))
        if not name.startswith(NAMED_ON_PURPOSE):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [host for host in REGISTRIES if host in text], name


def test_the_locked_tools_are_plain_pins(root: Path) -> None:
    lines = (root / "requirements/dev.txt").read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in lines)


def test_the_help_of_every_command_is_a_sentence(kg: Callable[..., Any]) -> None:
    for name in COMMANDS:
        text = " ".join(kg(name, "--help").out.split())
        assert re.search(r"Usage: kg \S+.*? [A-Z][^.]+[.:]", text), name
