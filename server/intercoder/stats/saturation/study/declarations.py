"""Who declared what saturated, and what took that back. A declaration never comes back by itself.

open -> declared -> withdrawn, and declared again only by somebody who declares it again. The history is
append-only: every entry says what happened, at which event, and with which numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from intercoder.errors import WrongArgument
from intercoder.stats.results import Plain
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.richness import chao2, refusal
from intercoder.stats.saturation.stopping import Rule
from intercoder.stats.saturation.study.events import KINDS, Event, Study
from intercoder.stats.saturation.study.holdout import study_hold_out
from intercoder.stats.saturation.study.views import (
    Look,
    codes_in,
    counts,
    disagreements,
    look,
    units,
)
from intercoder.stats.saturation.study.whose import View
from intercoder.stats.tree import Level

OPEN, DECLARED, WITHDRAWN, REFUSED = "open", "declared", "withdrawn", "refused"
#: After these one document may hold other codes than before.
_ONE = {"apply", "adjudicate", "doc", "include"}
#: After these any document may.
_ALL = {"code", "parent", "merge", "unmerge"}
#: After these the documents that count, or the codes in them, may be fewer.
_FEWER = {"exclude", "unapply"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a declaration is about, and what besides a new code takes it back.

    ``covers``: relations, properties, dimensions, when these are declared too. ``rule``: withdrawn once it
    no longer holds. ``minimum``: of documents. ``new_coder``: withdrawn when somebody else starts to code.
    ``settled``: refused while there are open disagreements, unless forced with a reason.

    Raises
    ------
    WrongArgument : a view that is none, or something covered that is none of the three.
    """

    view: str = "consensus"
    level: Level = Level.CONCEPT
    covers: tuple[str, ...] = ()
    rule: Rule | None = None
    minimum: int = 0
    new_coder: bool = False
    settled: bool = False

    def __post_init__(self) -> None:
        View.of(self.view)
        if not set(self.covers) <= set(KINDS):
            raise WrongArgument("bad_cover", "A declaration covers relations, properties or dimensions besides codes.")


@dataclass(frozen=True, slots=True)
class Entry(Plain):
    """One line of the history.

    ``at``: the event, counted from 0, and its kind, document, code and coder. ``reason`` of a withdrawal:
    ``new_codes``, ``new_relations``, ``new_properties``, ``new_dimensions``, ``coder_joined``,
    ``holdout_failed``, ``rule_not_met``, ``too_few_documents``; of a refusal ``open_disagreements``.
    ``codes`` and ``documents`` are the numbers then; ``frozen`` the codes declared; ``numbers`` coverage,
    expected new codes of the next document and Chao2 at the declaration (None where there is none).
    """

    at: int
    state: str
    event: str
    codes: int
    documents: int
    doc: str | None = None
    code: str | None = None
    coder: str | None = None
    by: str | None = None
    forced: str | None = None
    reason: str | None = None
    new_codes: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    numbers: dict[str, float | None] | None = None
    open_disagreements: int = 0


@dataclass(frozen=True, slots=True)
class Declarations(Plain):
    """The state now, the numbers now ("still holds, n = 14"), and the history."""

    final: str
    documents: int
    codes: int
    log: tuple[Entry, ...]


def run_declarations(events: Iterable[Event], terms: Terms | None = None) -> Declarations:
    """Return what became of the declarations in these events.

    Parameters
    ----------
    events
        see ``events``; those that make no sense change nothing.
    terms
        what is declared, and what takes it back; ``Terms()`` when not given.

    Notes
    -----
    A declaration is withdrawn by the first event after which a live code, under today's merges, is not
    among the frozen ones under the same merges: also by a code added to an old document. Merging that code
    away, or removing its document, only makes it possible to declare again.

    O(applications of one document + frozen codes) per event while declared, with a minimum O(documents) more;
    with a rule, or after a change of the tree, O(all applications); what else is covered O(all of its kind).
    An opened reserve costs ``study_hold_out``. The procedure is this project's.
    """
    machine = _Machine(terms or Terms())
    for event in events:
        machine.take(event)
    now = machine.look()
    return Declarations(machine.state, len(now.docs), len(now.observed), tuple(machine.log))


class _Machine:
    def __init__(self, terms: Terms) -> None:
        self.terms, self.view = terms, View.of(terms.view)
        self.study, self.state = Study(), OPEN
        self.log: list[Entry] = []
        self.frozen: frozenset[str] = frozenset()
        self.covered: dict[str, frozenset[tuple[str, ...]]] = {}
        self.coders: frozenset[str] = frozenset()

    def look(self) -> Look:
        return look(self.study, self.terms.view, self.terms.level)

    def take(self, event: Event) -> None:
        if not self.study.take(event):
            return
        if event["e"] == "declare":
            self._declare(event)
        elif self.state == DECLARED:
            reason, codes = self._reason(event)
            if reason is not None:
                self.state = WITHDRAWN
                self.log.append(replace(self._entry(event, self.look()), reason=reason, new_codes=codes))

    def _entry(self, event: Event, now: Look) -> Entry:
        return Entry(
            at=self.study.events - 1,
            state=self.state,
            event=event["e"],
            codes=len(now.observed),
            documents=len(now.docs),
            doc=event.get("doc"),
            code=event.get("code"),
            coder=event.get("coder"),
        )

    def _declare(self, event: Event) -> None:
        now, forced = self.look(), event.get("forced")
        unsettled = len(disagreements(self.study, self.terms.level)) if self.terms.settled else 0
        entry = replace(self._entry(event, now), by=event.get("by"), open_disagreements=unsettled)
        if unsettled and not forced:
            self.log.append(replace(entry, state=REFUSED, reason="open_disagreements"))
            return
        self.state, self.frozen, self.coders = DECLARED, now.observed, self.study.coders
        self.covered = {kind: self._all(kind) for kind in self.terms.covers}
        frozen = tuple(sorted(self.frozen))
        self.log.append(replace(entry, state=self.state, forced=forced, frozen=frozen, numbers=_numbers(now)))

    def _reason(self, event: Event) -> tuple[str | None, tuple[str, ...]]:
        """Return why the declaration no longer holds, the most telling reason first, and the new codes."""
        kind, terms = event["e"], self.terms
        new = self._new_codes(kind, event)
        if new:
            return "new_codes", new
        for covered, known in self.covered.items():
            if kind in {"relation", "property", "include", "doc", "unmerge"} and self._all(covered) - self._today(
                covered, known
            ):
                return f"new_{covered}", ()
        if terms.new_coder and kind == "apply" and event["coder"] not in self.coders:
            return "coder_joined", ()
        if kind == "open_reserve" and self._fails(event):
            return "holdout_failed", ()
        if kind in _ONE | _ALL | _FEWER:
            if terms.minimum and len(units(self.study, self.view)) < terms.minimum:
                return "too_few_documents", ()
            if terms.rule is not None and not terms.rule.now(self.look().incidence.discovery.new).met:
                return "rule_not_met", ()
        return None, ()

    def _new_codes(self, kind: str, event: Event) -> tuple[str, ...]:
        if kind in _ALL:
            present = self.look().observed
        elif kind in _ONE and counts(self.study, self.view, event["doc"]):
            present = codes_in(self.study, self.view, self.terms.level, event["doc"])
        else:
            return ()
        return tuple(sorted(present - {self.study.live(code) for code in self.frozen}))

    def _fails(self, event: Event) -> bool:
        reserved = [doc for doc in event["docs"] if doc in self.study.sources]
        return not study_hold_out(self.study, reserved, view=self.terms.view).passed

    def _all(self, kind: str) -> frozenset[tuple[str, ...]]:
        docs = units(self.study, self.view)
        return frozenset[tuple[str, ...]]().union(*(self.study.shown_in(doc, kind) for doc in docs))

    def _today(self, kind: str, known: frozenset[tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
        """Return what was frozen between today's codes."""
        live = self.study.live
        if kind == "relations":
            return frozenset((live(first), name, live(second)) for first, name, second in known)
        return frozenset((live(code), *rest) for code, *rest in known)


def _numbers(now: Look) -> dict[str, float | None]:
    f = Incidence.of(now.codes).frequencies
    if refusal(f) is not None:
        return {"coverage": None, "expected_new_next": None, "chao2": None}
    prospect = Prospect.of(f)
    return {
        "coverage": prospect.coverage(),
        "expected_new_next": prospect.expected_new_next,
        "chao2": chao2(f).estimate,
    }
