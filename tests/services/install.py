"""Install the programs that the graph is loaded into, into one folder; a second run takes a second.

    python tests/services/install.py

Each program has a folder of its own under ``.cache/services``, marked as complete with a digest of what it was made
from. Java programs come by Maven, graphology by npm, the Oxigraph server by pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("KG_SERVICES") or HERE.parent.parent / ".cache" / "services")
OXIGRAPH = "oxigraph==0.5.13"
_TRIES = 3


def maven(profile: str) -> Callable[[Path], list[str]]:
    """The command that copies the libraries of a profile of ``pom.xml``."""
    return lambda folder: [
        "mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "-P", profile, "dependency:copy-dependencies",
        f"-DoutputDirectory={folder}",
    ]  # fmt: skip


def npm(folder: Path) -> list[str]:
    """The command that installs what ``package.json`` lists."""
    shutil.copy(HERE / "package.json", folder)
    shutil.copy(HERE / "graphology.mjs", folder)
    return [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
    ]


def pip(folder: Path) -> list[str]:
    """The command that installs the server of Oxigraph, a program inside a wheel."""
    return [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), OXIGRAPH]


PROGRAMS: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "neo4j": ("mvn", maven("neo4j")),
    "neo4j-plugins": ("mvn", maven("neo4j-plugins")),
    "fuseki": ("mvn", maven("fuseki")),
    "gephi": ("mvn", maven("gephi")),
    "graphology": ("npm", npm),
    "oxigraph": (sys.executable, pip),
}
"""Folder → the tool that must be there, and the command that fills the folder."""


def recipe() -> str:
    """A digest of all that the folders are made from."""
    texts = [(HERE / name).read_text(encoding="utf-8") for name in ("pom.xml", "package.json", "graphology.mjs")]
    return hashlib.sha256("\0".join((*texts, OXIGRAPH)).encode()).hexdigest()[:16]


def missing(name: str) -> bool:
    """Whether a program has yet to be installed."""
    mark = CACHE / name / ".complete"
    return not mark.exists() or mark.read_text() != recipe()


def install(name: str) -> bool:
    """Install a program that is missing; returns False where its tool is absent or the installation fails."""
    tool, command = PROGRAMS[name]
    if not missing(name):
        return True
    if not shutil.which(tool):
        print(f"{name}: not installed, since {tool} is not there")
        return False
    folder, started = CACHE / name, time.monotonic()
    for attempt in range(1, _TRIES + 1):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        done = subprocess.run(command(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode == 0:
            (folder / ".complete").write_text(recipe())
            print(f"{name}: installed in {time.monotonic() - started:.0f} s", flush=True)
            return True
        time.sleep(2 * attempt)
    print(f"{name}: the installation failed\n{done.stdout[-2000:]}")
    return False


if __name__ == "__main__":
    installed = [install(name) for name in PROGRAMS]
    sys.exit(0 if all(installed) else 1)
