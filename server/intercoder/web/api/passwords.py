"""What is thought of a password while it is typed."""

from typing import Annotated

from pydantic import Field, StringConstraints

from intercoder.language import gettext, translate
from intercoder.policy import Permission
from intercoder.services import passwords
from intercoder.services.passwords import Strength
from intercoder.web import guard
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out

Short = Annotated[str, StringConstraints(max_length=400)]


class PasswordIn(In):
    """A password that somebody thinks of, and what an acquaintance would try."""

    password: Annotated[str, StringConstraints(max_length=passwords.LONGEST)]
    name: Short = ""
    email: Short = ""


class PasswordStrength(Out):
    """How soon a password would be guessed: from level 0, at once, to 4."""

    level: Annotated[int, Field(ge=0, le=4)]
    enough: bool
    sentence: str


@endpoint("POST", "/password-strength", Permission.PUBLIC, tag="account")
def judge_password(body: PasswordIn) -> PasswordStrength:
    """How soon a password would be guessed; it is kept nowhere."""
    guard.admit(guard.judging())
    strength = passwords.judge(body.password, body.email, body.name)
    enough = strength.enough and len(body.password) >= passwords.SHORTEST
    return PasswordStrength(level=strength.level, enough=enough, sentence=_said(strength, len(body.password)))


def _said(strength: Strength, length: int) -> str:
    if strength.because is not None:
        return gettext("Too easy to guess: {because}.", because=translate(strength.because))
    if length < passwords.SHORTEST:
        return gettext("Too short: a password needs at least {n} characters.", n=passwords.SHORTEST)
    return gettext("Very hard to guess.") if strength.level == 4 else gettext("Hard to guess.")
