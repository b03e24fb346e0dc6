"""Whose coding counts in a figure of saturation: known by a name that a person can type."""

import enum
from dataclasses import dataclass

from intercoder.errors import WrongArgument


class ViewKind(enum.StrEnum):
    """When a code counts as present in a document."""

    UNION = "union"  #: anybody applied it
    CODER = "coder"  #: one coder did
    AGREE = "agree"  #: so many did
    CONSENSUS = "consensus"  #: it was ruled present, or two did where nobody ruled


@dataclass(frozen=True, slots=True)
class View:
    """``coder`` and ``least`` belong to the second and third kind."""

    kind: ViewKind = ViewKind.UNION
    coder: str = ""
    least: int = 1

    def __str__(self) -> str:
        """The name that ``of`` reads."""
        if self.kind is ViewKind.CODER:
            return f"{self.kind}:{self.coder}"
        return f"{self.kind}:{self.least}" if self.kind is ViewKind.AGREE else self.kind

    @classmethod
    def of(cls, name: str) -> "View":
        """Return the view of that name: ``union``, ``coder:NAME``, ``agree:NUMBER`` or ``consensus``.

        Raises
        ------
        WrongArgument : any other name.
        """
        kind, _, rest = name.partition(":")
        if name in {ViewKind.UNION, ViewKind.CONSENSUS}:
            return cls(ViewKind(kind))
        if kind == ViewKind.CODER and rest:
            return cls(ViewKind.CODER, coder=rest)
        if kind == ViewKind.AGREE and rest.isdecimal() and int(rest) >= 1:
            return cls(ViewKind.AGREE, least=int(rest))
        raise WrongArgument(
            "bad_view", "The view {view} is none of union, coder:NAME, agree:NUMBER and consensus.", view=name
        )
