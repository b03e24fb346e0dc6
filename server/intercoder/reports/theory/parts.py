"""What a chapter of a manuscript pack is made of, and who asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from intercoder.charts.drawing import Leaf
from intercoder.interchange.papers import Part, Table
from intercoder.language import gettext, listed, ngettext
from intercoder.models import AgreementReport
from intercoder.reports.exports.kinds import Names
from intercoder.reports.theory.found import Found
from intercoder.services.access import Access
from intercoder.services.agreement import reports_to_take


@dataclass(frozen=True)
class Drawn:
    """A figure among the parts of a chapter: what its files are called, its title, its pages, and what Word can change of them."""

    name: str
    title: str
    svgs: Sequence[str]
    leaves: Sequence[Leaf] = ()


Parts = Sequence[Part | Drawn]


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title, its parts in their order, and what it holds in a few words; or why it is left out."""

    name: str
    title: str
    parts: Parts = ()
    reason: str = ""

    @property
    def holds(self) -> str:
        """What there is of it, in a few words."""
        tables = sum(isinstance(part, Table) for part in self.parts)
        figures = sum(isinstance(part, Drawn) for part in self.parts)
        told = [ngettext("{n} table", "{n} tables", tables)] if tables else []
        told += [ngettext("{n} figure", "{n} figures", figures)] if figures else []
        return listed(told) or gettext("Text")


@dataclass(frozen=True)
class Written:
    """Who asks for a pack, of what, and how coders are called in it."""

    session: Session
    access: Access
    read: Found
    names: Names

    @cached_property
    def reports(self) -> Sequence[AgreementReport]:
        """The agreement reports that still hold, which two chapters are about."""
        return reports_to_take(self.session, self.access)


def author(what: str) -> str:
    """Return the mark of a text that its author has to write."""
    return gettext("[Author to write: {what}]", what=what)
