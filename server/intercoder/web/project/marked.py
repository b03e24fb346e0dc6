"""What pages show of compared rounds of open coding: where something was marked, and what waits for alignment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intercoder.models import CodebookPolicy, Round
from intercoder.reports.marking import computed_from, not_computed, waiting_words
from intercoder.services import marking
from intercoder.services.marking import MarkedF1, MarkedWhere
from intercoder.web.session import db


@dataclass(frozen=True)
class Marked:
    """Where something was marked in a round, None while it is not computed, with its sentences; "" where none is due."""

    where: MarkedWhere | None
    waiting: str
    not_computed: str

    @property
    def computed_from(self) -> str:
        """What the numbers were computed from."""
        return computed_from(self.where) if self.where else ""

    @property
    def pairs(self) -> Sequence[tuple[tuple[str, ...], MarkedF1]]:
        """The names of each two coders, and how far what they marked coincides."""
        if self.where is None:
            return ()
        names = {coder.id: coder.name for coder in self.where.coders}
        return [(tuple(names[coder] for coder in pair.coders), pair.f1) for pair in self.where.pairs]


def open_coded(rounds: Sequence[Round]) -> dict[UUID, Marked]:
    """Return what is shown of those of these rounds that are compared rounds of open coding."""
    opened = [r for r in rounds if r.policy is CodebookPolicy.OPEN and r.state.compared]
    if not opened:
        return {}
    ids = [r.id for r in opened]
    found, waiting = marking.marked_where(db(), ids), marking.waiting(db(), ids)
    return {
        r.id: Marked(
            found.get(r.id),
            waiting_words(waiting[r.id]) if r.id in waiting else "",
            not_computed() if r.unaligned else "",
        )
        for r in opened
        if r.unaligned or r.id in found
    }
