"""Start the installed programs on loopback addresses with small heaps, and stop them.

Each server keeps its files in a folder of the caller and writes its log there. The passwords are made up here and open
nothing else.
"""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.install import CACHE

PATIENCE = 120
"""Seconds that a server may take to start on a busy machine."""
OPENED = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")
]
HEAP = os.environ.get("KG_SERVICES_HEAP", "640m")
JVM = ["java", "-Xms64m", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"]
"""A small heap and the quick compiler alone: these servers live for a minute."""
NEO4J_PASSWORD = "a-test-password"


@dataclass
class Server:
    """A running server: where it answers, its process, its folder."""

    url: str
    folder: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)

    def log(self) -> str:
        """What it has written."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port on the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str], url: str, folder: Path, sign: str, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """Run a server until the block ends. `sign` is an address that answers, or text in the log, when it has started."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | (env or {}),
        )
    server = Server(url, folder, process)
    try:
        wait_for(server, sign)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(server: Server, sign: str) -> None:
    """Wait until a server has started; raises RuntimeError with its log where it has not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        if sign.startswith("http"):
            try:
                with urllib.request.urlopen(sign, timeout=5):
                    return
            except urllib.error.HTTPError:
                return  # it answers, if only to ask for a password
            except OSError:
                pass
        elif sign in server.log():
            return
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{server.log()[-3000:]}")


def neo4j_home(folder: Path, port: int) -> Path:
    """A folder with the configuration of a Neo4j server."""
    home = folder / "home"
    (home / "conf").mkdir(parents=True, exist_ok=True)
    (home / "import").mkdir(exist_ok=True)
    settings = {
        "server.memory.heap.max_size": HEAP,
        "server.memory.pagecache.size": "256m",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.directories.import": "import",
        "server.directories.plugins": str(CACHE / "neo4j-plugins"),
        "dbms.usage_report.enabled": "false",
        "dbms.security.procedures.unrestricted": "apoc.*,n10s.*",
        "db.tx_log.rotation.retention_policy": "keep_none",
    }
    conf = "".join(f"{name}={value}\n" for name, value in settings.items())
    (home / "conf" / "neo4j.conf").write_text(conf, encoding="utf-8")
    (home / "conf" / "apoc.conf").write_text("apoc.import.file.enabled=true\n", encoding="utf-8")
    return home


def neo4j_admin(home: Path, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run ``neo4j-admin`` from its main class."""
    command = [*JVM, *OPENED, "-cp", f"{CACHE}/neo4j/*", "org.neo4j.cli.AdminTool", *arguments]
    env = os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    return subprocess.run(command, cwd=cwd or home, env=env, text=True, capture_output=True, check=False)


def admin_script(folder: Path, home: Path) -> Path:
    """A folder with a program ``neo4j-admin``, as an installed Neo4j has it on the path."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "neo4j-admin"
    java = " ".join([*JVM, *OPENED, "-cp", f"'{CACHE}/neo4j/*'", "org.neo4j.cli.AdminTool"])
    script.write_text(f"#!/bin/sh\nNEO4J_HOME='{home}' NEO4J_CONF='{home}/conf' exec {java} \"$@\"\n", encoding="utf-8")
    script.chmod(0o755)
    return folder


@contextmanager
def neo4j(folder: Path, *, plugins: bool = False, port: int | None = None) -> Iterator[Server]:
    """A Neo4j server with Bolt; with APOC and n10s where `plugins` are wanted. Data in the folder are kept."""
    port = port or free_port()
    home = neo4j_home(folder, port)
    if not (home / "data" / "dbms").exists():
        done = neo4j_admin(home, "dbms", "set-initial-password", NEO4J_PASSWORD)
        if done.returncode:
            raise RuntimeError(done.stderr)
    classes = f"{CACHE}/neo4j/*" + (f":{CACHE}/neo4j-plugins/*" if plugins else "")
    if not plugins:
        conf = home / "conf" / "neo4j.conf"
        conf.write_text(conf.read_text().replace(str(CACHE / "neo4j-plugins"), "plugins"), encoding="utf-8")
    main = ["org.neo4j.server.CommunityEntryPoint", "--console-mode", f"--home-dir={home}", f"--config-dir={home}/conf"]
    command = [*JVM, *OPENED, "-Dlog4j2.disable.jmx=true", "-cp", classes, *main]
    with running(command, f"bolt://127.0.0.1:{port}", folder, " Started.") as server:
        yield server


@contextmanager
def fuseki(folder: Path, password: str | None = None) -> Iterator[Server]:
    """A Fuseki server with a data set in memory at ``/ds``; with a password for the user `editor` if one is given."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--localhost", f"--port={port}", "--update", "--ping", "--mem"]
    if password:
        (folder / "passwords").write_text(f"editor: {password}\n", encoding="utf-8")
        options = [f"--passwd={folder}/passwords", "--auth=basic", *options]
    classes = f"{CACHE}/fuseki/*"
    command = [*JVM, "-cp", classes, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", *options, "/ds"]
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/ds", folder, f"{url}/$/ping") as server:
        yield server


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """An Oxigraph server with a store on disk, kept in the folder."""
    port = free_port()
    command = [
        str(CACHE / "oxigraph" / "bin" / "oxigraph"),
        "serve",
        "--location",
        str(folder / "store"),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with running(command, f"http://127.0.0.1:{port}", folder, f"http://127.0.0.1:{port}/") as server:
        yield server
