"""Commands: typed and cleaned where they are made, frozen, and deaf to fields that nobody knows."""

from typing import Annotated

import pytest
from pydantic import ValidationError

from intercoder.errors import InvalidInput
from intercoder.services.command import NAME_LENGTH, Command, Name, named


class Naming(Command):
    """A name, and a short one."""

    name: Annotated[Name, named("Give it a name.")] | None = None
    short: Annotated[Name, named("Give it a name.", cut=True)] = "short"


def test_a_misspelt_field_is_refused_and_nothing_changes_afterwards() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Naming.model_validate({"nmae": "x"})
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Naming(name="x"), "name", "y")  # noqa: B010


def test_a_name_is_one_line_and_not_empty() -> None:
    assert Naming(name="  资源\n行动\t ").name == "资源 行动"
    with pytest.raises(InvalidInput, match="Give it a name"):
        Naming(name=" \n")


def test_a_long_name_is_refused_or_cut_as_its_rule_says() -> None:
    with pytest.raises(InvalidInput, match=f"at most {NAME_LENGTH}"):
        Naming(name="长" * (NAME_LENGTH + 1))
    assert Naming(short="长" * (NAME_LENGTH + 1)).short == "长" * NAME_LENGTH


def test_half_of_a_character_is_no_text() -> None:
    with pytest.raises(ValidationError, match=r"valid string|surrogate"):
        Naming(name="a\ud83d")


def test_nothing_said_and_nothing_meant_are_two_things() -> None:
    assert (Naming().says("name"), Naming(name=None).says("name")) == (False, True)
