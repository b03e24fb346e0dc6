"""Commands of the program in the process of the test: to start one for each costs more than most of them do."""

import os
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass

from click.testing import CliRunner

from intercoder.cli import main


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


def commanded(environment: Mapping[str, str], *arguments: str) -> Said:
    """Run a command of the program with these variables alone."""
    changed = {**dict.fromkeys(os.environ.keys() - environment.keys()), **environment}
    # In a context of its own: the language of a command is that of the next one otherwise.
    done = copy_context().run(CliRunner().invoke, main, arguments, env=changed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)
