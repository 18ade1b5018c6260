"""A process with everything loaded that forks a build for each line of its input: fifty kills then take seconds.

A line is ``{"sources": …, "folder": …, "append": …, "die_at": N}``. The process answers with the id of the fork, and
when that has ended, with its exit status and the number of its steps. A step is an event of the audit hook that opens,
moves or removes a file in the folder; at step `die_at` the fork kills itself.
"""

import json
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.building import build
from kg.errors import KgError

STEPS = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree", "fcntl.flock"}
)
FORMATS = ("ttl", "graphml", "html")


def run(order: dict, tally: Path) -> int:
    """Build in this process and return the exit status of the command line."""
    steps = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal steps
        if event in STEPS and (event == "fcntl.flock" or order["folder"] in str(arguments[0])):
            steps += 1
            if steps == order.get("die_at"):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        build(order["sources"], order["folder"], formats=FORMATS, append=order["append"], workers=1)
    except KgError as error:
        print(error, file=sys.stderr)
        return 1
    tally.write_text(str(steps))
    return 0


def main() -> None:
    """Warm up, then fork at each line."""
    with TemporaryDirectory() as scratch:
        paper = Path(scratch, "paper")
        paper.write_text('{"title": "A study", "abstract": "We train an LSTM on CIFAR-10."}\n')
        build([str(paper)], Path(scratch, "out"), formats=FORMATS)
        tally = Path(scratch, "steps")
        for line in sys.stdin:
            tally.write_text("0")
            process = os.fork()
            if process == 0:
                os._exit(run(json.loads(line), tally))
            print(process, flush=True)
            _, status = os.waitpid(process, 0)
            print(os.waitstatus_to_exitcode(status), tally.read_text(), flush=True)


if __name__ == "__main__":
    main()
