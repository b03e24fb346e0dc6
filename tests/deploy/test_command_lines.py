"""Every intercoder command in deploy/ is one that the program understands, options included."""

import re
import shlex
from pathlib import Path

import click
import pytest

from intercoder.cli import main

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def command_lines() -> list[str]:
    """Return what follows ``intercoder`` in the units, the container files and the README's examples."""
    commands = set()
    for unit in (DEPLOY / "systemd").glob("*.service"):
        commands |= set(re.findall(r"^Exec\w+=/opt/intercoder/bin/intercoder (.+)$", unit.read_text(), re.MULTILINE))
    for file in ("compose.yaml", "Containerfile"):
        for line in re.findall(r"\[\"?intercoder\"?, (.+)\]$", (DEPLOY / file).read_text(), re.MULTILINE):
            commands.add(re.sub(r"[\",]+ *", " ", line).strip())
    for block in re.findall(r"^```sh\n(.+?)^```", (DEPLOY / "README.md").read_text(), re.MULTILINE | re.DOTALL):
        for line in re.findall(r"(?<!-u )\bintercoder ([a-z][^\n#|]*)", block):
            commands.add(line.strip())
    return sorted(commands)


def understand(line: str) -> None:
    """Parse ``line`` as the program would, without running it."""
    with main.make_context("intercoder", shlex.split(line)) as group_context:
        rest = [*group_context._protected_args, *group_context.args]
        _name, command, rest = main.resolve_command(group_context, rest)
        assert command is not None
        with command.make_context(command.name, rest, parent=group_context):
            pass


def test_the_commands_are_found() -> None:
    lines = command_lines()
    assert {"serve", "worker", "migrate", "serve --host 0.0.0.0"} <= set(lines)
    assert any(line.startswith("restore ") for line in lines), "the README shows the restore drill"


@pytest.mark.parametrize("line", command_lines())
def test_the_program_understands_the_command(line: str) -> None:
    try:
        understand(line)
    except click.BadParameter as error:
        # Files of another machine are not here; everything else must be right.
        if "does not exist" not in error.message:
            raise


def test_a_misspelt_option_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        understand("serve --hosst 0.0.0.0")
