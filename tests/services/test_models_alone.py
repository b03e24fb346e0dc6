"""Tables and kinds of acts are loaded when somebody names them: alone, each is whole."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from intercoder import events, models
from waiting import PATIENCE

HOME = Path(str(models.__file__)).parent


def imports_for_types(package: ModuleType) -> list[ast.ImportFrom]:
    """Return what a package imports for the checker of types alone."""
    tree = ast.parse(Path(str(package.__file__)).read_text("utf-8"))
    (later,) = (part for part in tree.body if isinstance(part, ast.If))
    return [said for said in later.body if isinstance(said, ast.ImportFrom)]


def later_files(package: ModuleType) -> list[str]:
    """Return the modules of a package that are loaded later."""
    return [
        str(said.module).rpartition(".")[2] for said in imports_for_types(package) if "whole" not in str(said.module)
    ]


#: each file of tables alone: what its tables refer to is there, and whoever asks for an object of one gets it
ALONE = """
import os, sys
from importlib import import_module
from sqlalchemy.orm import configure_mappers
from intercoder.models import Base
for module in sys.argv[1:]:
    if (child := os.fork()) == 0:
        assert "intercoder.models." + module not in sys.modules
        import_module("intercoder.models." + module)
        configure_mappers()
        [key.column for table in Base.metadata.tables.values() for key in table.foreign_keys]
        assert "intercoder.models.whole" not in sys.modules
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(module)
"""


def test_a_file_of_tables_loads_what_its_tables_refer_to() -> None:
    command = [sys.executable, "-c", ALONE, *later_files(models)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_all_tables_are_of_every_file() -> None:
    files = {path.stem for path in HOME.glob("[!_]*.py")}
    models.all_tables()
    assert {name for name in files if f"intercoder.models.{name}" not in sys.modules} == set()


@pytest.mark.parametrize("package", [events, models], ids=["events", "models"])
def test_a_name_is_found_where_the_checker_of_types_finds_it(package: ModuleType) -> None:
    for said in imports_for_types(package):
        for name in said.names:
            assert getattr(package, name.name) is getattr(import_module(f"{said.module}"), name.name)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        getattr(package, "nothing_of_the_kind")  # noqa: B009 - mypy knows that there is none
