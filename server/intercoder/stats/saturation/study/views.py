"""Whose coding counts: one coder's, anyone's, what several agree on, or the consensus; and at which level."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from intercoder.errors import WrongArgument
from intercoder.stats.results import Json, Plain, plain
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.study.events import Study
from intercoder.stats.saturation.study.whose import View, ViewKind
from intercoder.stats.tree import Level


@dataclass(frozen=True, slots=True)
class Open:
    """A code that somebody sees in a document, that the consensus does not have, and that nobody ruled on."""

    doc: str
    code: str
    coders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look(Plain):
    """A study in one view at one level: the documents that count, in order of arrival, and their codes.

    ``without_ancestor``: codes in use that have no place at this level and are not counted.
    ``awaiting``: applications of split codes; when there are any, every curve is ``provisional``.
    ``review``: (document, code) where a merge brought a ruling "present" and one "absent" together.
    ``order``: ``arrival``, or ``chosen`` when another one was asked for.
    """

    view: str
    level: Level
    order: str
    docs: tuple[str, ...]
    codes: tuple[frozenset[str], ...]
    without_ancestor: tuple[str, ...]
    awaiting: int
    review: tuple[tuple[str, str], ...]

    @property
    def provisional(self) -> bool:
        """Whether applications wait to be coded anew after a split."""
        return self.awaiting > 0

    @property
    def observed(self) -> frozenset[str]:
        """All codes that occur."""
        return frozenset[str]().union(*self.codes)

    @property
    def incidence(self) -> Incidence:
        """The same as arrays."""
        return Incidence.of(self.codes)

    def to_json(self) -> dict[str, Json]:
        """Return what was counted, and the arrival curve."""
        curve = self.incidence.discovery
        return {
            "view": self.view,
            "level": self.level,
            "order": self.order,
            "docs": plain(self.docs),
            "new": plain(curve.new),
            "cumulative": plain(curve.cumulative),
            "observed": len(self.observed),
            "without_ancestor": plain(self.without_ancestor),
            "awaiting": self.awaiting,
            "provisional": self.provisional,
            "review": plain(self.review),
        }


def look(study: Study, view: str, level: Level, order: Sequence[str] | None = None) -> Look:
    """Return the study in that view at that level. O(applications).

    Parameters
    ----------
    study
        after some events.
    view
        see ``View.of``.
    level
        one of the levels of its codes.
    order
        documents in another order than that of their arrival (by date of the interview, say); those that
        are not named come last, as they arrived.

    Raises
    ------
    WrongArgument : no such view.

    Notes
    -----
    Codes are lifted first and coders compared then: two coders who used different labels of one concept
    agree on the concept. Under a merge the rulings of the parts are joined by "or". A ruling on a label
    is none on its concept, except that a label ruled present brings its concept with it; what was ruled
    absent does not count as seen.
    """
    seen = View.of(view)
    docs = units(study, seen)
    if order is not None:
        place = {doc: i for i, doc in enumerate(order)}
        docs.sort(key=lambda doc: place.get(doc, len(place)))
    review = []
    for doc in docs:
        rulings: dict[str, set[bool]] = {}
        for code, present in study.rulings.get(doc, {}).items():
            rulings.setdefault(study.live(code), set()).add(present)
        review += [(doc, code) for code, both in rulings.items() if len(both) == 2]
    return Look(
        view=view,
        level=level,
        order="arrival" if order is None else "chosen",
        docs=tuple(docs),
        codes=tuple(codes_in(study, seen, level, doc) for doc in docs),
        without_ancestor=without_ancestor(study, docs, level),
        awaiting=study.awaiting,
        review=tuple(review),
    )


def without_ancestor(study: Study, docs: Iterable[str], level: Level) -> tuple[str, ...]:
    """Return the codes in use in some documents that have no place at a level and are not counted. O(applications)."""
    return placeless(study, in_use(study, docs), level)


def in_use(study: Study, docs: Iterable[str]) -> frozenset[str]:
    """Return the codes that were applied in some documents, as they were applied. O(applications)."""
    return frozenset[str]().union(*(study.applied.get(doc, ()) for doc in docs))


def placeless(study: Study, codes: Iterable[str], level: Level) -> tuple[str, ...]:
    """Return which of some codes have no place at a level, as what they count as. O(codes)."""
    targets = study.targets(level)
    return tuple(sorted({study.live(code) for code in codes if targets.get(code) is None}))


def units(study: Study, view: View) -> list[str]:
    """Return the documents that count in this view, in order of arrival.

    Where it is known who finished a document: union asks for anybody, a coder's view for that coder,
    agreement for so many coders, consensus for two. Where it is not known, a document counts, but for
    agreement only when so many coders have ever applied a code in it: with one it would count as empty.
    O(documents).
    """
    return [doc for doc in study.sources if counts(study, view, doc)]


def counts(study: Study, view: View, doc: str) -> bool:
    """Return whether one document counts in this view. O(1)."""
    if doc not in study.sources or doc in study.excluded:
        return False
    finished = study.sources[doc].coders
    if finished is None:
        return view.kind is not ViewKind.AGREE or len(study.coded_by.get(doc, ())) >= view.least
    if view.kind is ViewKind.CODER:
        return view.coder in finished
    return len(finished) >= {ViewKind.UNION: 1, ViewKind.AGREE: view.least, ViewKind.CONSENSUS: 2}[view.kind]


def codes_in(study: Study, view: View, level: Level, doc: str) -> frozenset[str]:
    """Return the codes at that level that are present in one document. O(applications in it)."""
    if view.kind is ViewKind.CONSENSUS:
        return _consensus(study, level, doc)
    if view.kind is ViewKind.AGREE:
        return frozenset(code for code, who in _coders(study, level, doc).items() if len(who) >= view.least)
    targets, applied = study.targets(level), study.applied.get(doc, {})
    own = view.kind is ViewKind.CODER
    seen = {targets.get(code) for code, who in applied.items() if not own or view.coder in who}
    return frozenset(code for code in seen if code is not None)


def _consensus(study: Study, level: Level, doc: str) -> frozenset[str]:
    ruled: dict[str, bool] = {}
    for code, present in study.rulings.get(doc, {}).items():
        live = study.live(code)
        ruled[live] = ruled.get(live, False) or present
    present_codes = set()
    for code, present in ruled.items():
        target = study.lift(code, level)
        if present and target is not None:
            present_codes.add(target)
    coders = _coders(study, level, doc, ruled)
    return frozenset(present_codes | {code for code, who in coders.items() if len(who) >= 2})


def _coders(study: Study, level: Level, doc: str, left_out: Collection[str] = ()) -> dict[str, set[str]]:
    """Return the codes at that level in one document, each with who applied it; live codes ``left_out`` do not count."""
    coders: dict[str, set[str]] = {}
    for code, who in study.applied.get(doc, {}).items():
        target = study.lift(code, level)
        if target is not None and study.live(code) not in left_out:
            coders.setdefault(target, set()).update(who)
    return coders


def disagreements(study: Study, level: Level) -> tuple[Open, ...]:
    """Return the gap between union and consensus that nobody has ruled on, in order of arrival.

    O(applications + rulings), and sorting the codes of each document.
    """
    gaps = []
    for doc in units(study, View(ViewKind.CONSENSUS)):
        ruled = {study.lift(code, level) for code in study.rulings.get(doc, {})}
        settled = _consensus(study, level, doc) | ruled
        coders = _coders(study, level, doc)
        gaps += [Open(doc, code, tuple(sorted(coders[code]))) for code in sorted(coders) if code not in settled]
    return tuple(gaps)


@dataclass(frozen=True, slots=True)
class Drop(Plain):
    """How a number of codes changed: before - merged - gone + came = now.

    ``merged``: how many of the codes were merged with one another since; ``gone``: no longer applied,
    no longer counted or moved elsewhere; ``came``: codes that were not there before.
    """

    before: int
    now: int
    merged: int
    gone: int
    came: int


def drop(study: Study, before: frozenset[str], now: Look) -> Drop:
    """Return how much of a change since an earlier look is due to merges: a merge can make any curve flat.

    Parameters
    ----------
    study
        as it is now.
    before
        ``observed`` of the earlier look.
    now
        the same view and level now.

    Notes
    -----
    O(codes + applications).
    """
    mapped = {study.live(code) for code in before}
    return Drop(
        before=len(before),
        now=len(now.observed),
        merged=len(before) - len(mapped),
        gone=len(mapped - now.observed),
        came=len(now.observed - mapped),
    )


def by_group(study: Study, seen: Look, group: str) -> dict[str, list[frozenset[str]]]:
    """Return the documents of every case, source type or coder, each in order of arrival.

    Parameters
    ----------
    study
        of which ``seen`` is a look.
    seen
        the documents and codes.
    group
        ``case`` or ``source``; documents without one are left out. ``coder`` looks at each coder's own
        coding instead, whatever the view.

    Raises
    ------
    WrongArgument : any other group.

    Notes
    -----
    O(documents); by coder one ``look`` for each: O(coders x applications).
    """
    if group == "coder":
        return {who: list(look(study, f"coder:{who}", seen.level).codes) for who in sorted(study.coders)}
    if group not in {"case", "source"}:
        raise WrongArgument("bad_group", "Documents are grouped by case, source or coder, not by {group}.", group=group)
    groups: dict[str, list[frozenset[str]]] = {}
    for doc, codes in zip(seen.docs, seen.codes, strict=True):
        name = getattr(study.sources[doc], group)
        if name is not None:
            groups.setdefault(name, []).append(codes)
    return groups


def by_category(study: Study, view: str, level: Level, below: Level = Level.LABEL) -> dict[str, list[frozenset[str]]]:
    """Return for every category the codes of a lower level that each document shows under it.

    A rule such as that of Francis et al. (2010) is asked per category: ``rule.now(Incidence.of(codes).discovery.new)``.

    Parameters
    ----------
    study
        after some events.
    view
        see ``View.of``.
    level
        of the categories; those that never occur are left out.
    below
        the level of the codes to count.

    Raises
    ------
    WrongArgument : no such view.

    Notes
    -----
    O(categories x applications).
    """
    seen = look(study, view, below)
    categories: dict[str, list[frozenset[str]]] = {}
    for code in sorted(seen.observed):
        category = study.lift(code, level)
        if category is not None:
            categories.setdefault(category, [])
    for codes in seen.codes:
        for category, sets in categories.items():
            sets.append(frozenset(code for code in codes if study.lift(code, level) == category))
    return categories


def cases_as_units(study: Study, seen: Look) -> dict[str, frozenset[str]]:
    """Return the codes of every case, cases in order of their first document: the coarser unit.

    A document that belongs to no case stands for itself. O(documents x codes of a case).
    """
    cases: dict[str, frozenset[str]] = {}
    for doc, codes in zip(seen.docs, seen.codes, strict=True):
        case = study.sources[doc].case
        unit = doc if case is None else case
        cases[unit] = cases.get(unit, frozenset()) | codes
    return cases


@dataclass(frozen=True, slots=True)
class Provenance(Plain):
    """What a figure was computed from, so that it can be told from a later one, and computed again.

    ``documents``, ``events``: how many; SHA-256 of the documents with their codes, of the merges and of the tree.
    """

    view: str
    level: Level
    order: str
    documents: int
    events: int
    documents_sha256: str
    merges_sha256: str
    tree_sha256: str


def provenance(study: Study, seen: Look) -> Provenance:
    """Return what a look was computed from. O(a log a) for a applications and codes."""
    return Provenance(
        view=seen.view,
        level=seen.level,
        order=seen.order,
        documents=len(seen.docs),
        events=study.events,
        documents_sha256=_sha256([[doc, sorted(codes)] for doc, codes in zip(seen.docs, seen.codes, strict=True)]),
        merges_sha256=_sha256(sorted(study.merges.into.items())),
        tree_sha256=_sha256([sorted(study.levels.items()), sorted(study.parents.items())]),
    )


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()
