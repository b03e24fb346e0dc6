"""The command line. Each command is loaded only when it is called, so that the others cost nothing."""

import gc
import importlib
import os
import sys
from collections.abc import Mapping

import click

from intercoder.errors import IntercoderError
from intercoder.later import NO_TLS, without

COMMANDS: Mapping[str, str] = {
    "serve": "intercoder.cli.serve:serve",
    "demo": "intercoder.cli.demo.command:demo",
    "worker": "intercoder.cli.serve:worker",
    "migrate": "intercoder.cli.serve:migrate",
    "user": "intercoder.cli.user:user",
    "remind": "intercoder.cli.remind:remind",
    "backup": "intercoder.cli.backup:backup",
    "verify": "intercoder.cli.backup:verify",
    "restore": "intercoder.cli.backup:restore",
    "audit": "intercoder.cli.audit:audit",
    "export": "intercoder.cli.export:export",
    "import": "intercoder.cli.archives:bring_back",
    "doctor": "intercoder.cli.doctor:doctor",
    "reliability": "intercoder.cli.reliability:reliability",
    "saturation": "intercoder.cli.saturation:saturation",
}


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of a person's first day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        if cmd_name == "serve":
            gc.disable()  # it would look through everything some 80 times while modules are loaded; serve begins it again
        module, name = target.split(":")
        with without(hollow=NO_TLS if cmd_name == "serve" else ()):
            command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run; a refusal becomes its sentence and exit status 1."""
        # The products here are many and small: more threads of BLAS wait for one another (docs/decisions/0009).
        for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        try:
            return super().invoke(ctx)
        except IntercoderError as error:
            click.echo(f"intercoder: {error}", err=True)
            sys.exit(1)
        finally:
            gc.enable()


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="intercoder", prog_name="intercoder")
def main() -> None:
    """Several coders, one text, blind to one another.

    Start with `intercoder demo` to look around, or `intercoder serve` for real work. Settings come from
    the environment (INTERCODER_DATA, DATABASE_URL, REDIS_URL, PUBLIC_URL, …); `intercoder doctor` shows them.
    """
