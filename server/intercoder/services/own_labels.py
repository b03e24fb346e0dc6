"""What coders do to own labels while they code openly: rename, group, merge, take away, and take any of it back.

It tells nobody else anything until the round closes: the acts have no number, their events lie in the coder's own
stream. Codings are never rewritten; a merged label counts as the one into which it was merged.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Assignment, Code, CodeState, Coding, Level, MappingAct, MappingKind, MappingStep
from intercoder.services.access import RoundAccess, no_such_thing, require_open
from intercoder.services.command import Command, Name, checked
from intercoder.services.layers import round_codes
from intercoder.services.mapping import Step, enter, standing
from intercoder.services.own_codes import hold_own, label_name, own_code_id, private_stream
from intercoder.text.canonical import name_key

#: own acts in a list at most
ACTS = 50


class LabelChange(Command):
    """A change of an own label or group; ``parent`` null takes it out of its group."""

    name: Annotated[Name, checked(label_name)] | None = None
    parent: UUID | None = None


class MergeOwn(Command):
    """The own label as which another one is to count."""

    into: UUID


@dataclass(frozen=True)
class Done:
    """An own label as it is now, and the act that made it so; None where nothing was to be done."""

    code: Code
    act: UUID | None


@dataclass(frozen=True)
class OwnLabel:
    """An own label or group. ``uses``: codings of the coder in the round that count as it.

    ``placed``: the lead has given it its place in the codebook, so that its coder can no longer change it.
    """

    id: UUID
    name: str
    level: Level
    parent_id: UUID | None
    colour: int | None
    state: CodeState
    into_id: UUID | None
    revision: int
    placed: bool
    uses: int


@dataclass(frozen=True)
class OwnAct:
    """Something that the coder did to own labels; ``names`` as they were before it."""

    id: UUID
    kind: MappingKind
    names: tuple[str, ...]
    undone: bool


# --- reading -------------------------------------------------------------------------------------


def own_labels(session: Session, access: RoundAccess, *, without: UUID | None = None) -> list[OwnLabel]:
    """Return the own labels and groups of the person who asks, by name; codings of one document may be left out."""
    own = {code.id: code for code in _all_own(session, access)}
    uses = dict.fromkeys(own, 0)
    for code_id, count in _uses(session, access, without).items():
        end = _end(code_id, own)
        if end in uses:
            uses[end] += count
    listed = sorted(own.values(), key=lambda code: (-code.level.height, code.name_key, code.id))
    return [
        OwnLabel(
            code.id,
            code.name,
            code.level,
            code.parent_id,
            code.colour,
            code.state,
            code.into_id,
            code.revision,
            _end(code.id, own) not in own,
            uses[code.id],
        )
        for code in listed
        if code.state is not CodeState.RETIRED
    ]


def own_acts(session: Session, access: RoundAccess) -> list[OwnAct]:
    """Return what the person did last to own labels, the latest first; what took back another is not listed itself."""
    wanted = sa.select(MappingAct).where(*_mine(access), MappingAct.undoes_id.is_(None))
    acts = session.scalars(wanted.order_by(MappingAct.at.desc(), MappingAct.id.desc()).limit(ACTS)).all()
    names: dict[UUID, list[str]] = {act.id: [] for act in acts}
    steps = sa.select(MappingStep.act_id, MappingStep.before).where(MappingStep.act_id.in_(names))
    for act_id, before in session.execute(steps):
        if before is not None:
            names[act_id].append(before.name)
    return [OwnAct(act.id, act.kind, tuple(sorted(names[act.id])), act.undone_by_id is not None) for act in acts]


def _all_own(session: Session, access: RoundAccess) -> Sequence[Code]:
    states = [CodeState.PRIVATE, CodeState.MERGED, CodeState.RETIRED]
    return session.scalars(
        sa.select(Code).where(
            Code.round_id == access.round.id, Code.author_id == access.actor.id, Code.state.in_(states)
        )
    ).all()


def _uses(session: Session, access: RoundAccess, without: UUID | None) -> dict[UUID, int]:
    rows = session.execute(
        sa.select(Coding.code_id, sa.func.count())
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Assignment.round_id == access.round.id,
            Assignment.coder_id == access.actor.id,
            Assignment.document_id != without if without else sa.true(),
            Coding.deleted_at.is_(None),
        )
        .group_by(Coding.code_id)
    )
    return {code: count for code, count in rows}


def _end(code_id: UUID, own: Mapping[UUID, Code]) -> UUID:
    """Return what an own label counts as; a code that is not the coder's where the lead has placed it."""
    met: set[UUID] = set()
    while code_id in own and own[code_id].state is CodeState.MERGED and code_id not in met:
        met.add(code_id)
        code_id = own[code_id].into_id or code_id
    return code_id


def _mine(access: RoundAccess) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        MappingAct.round_id == access.round.id,
        MappingAct.actor_id == access.actor.id,
        MappingAct.number.is_(None),
    )


# --- changing ------------------------------------------------------------------------------------


class _Labels:
    """The own labels of the person who works, held until the transaction ends."""

    def __init__(self, session: Session, access: RoundAccess) -> None:
        require_open(session, access)
        hold_own(session, access)
        self.session, self.access = session, access
        self.own = {code.id: code for code in _all_own(session, access)}

    def find(self, identifier: UUID) -> Code:
        """Return an own label by its identifier, or by the key under which its coder made it."""
        for known in (identifier, own_code_id(self.access.actor.id, identifier)):
            if known in self.own:
                self.session.refresh(self.own[known])
                return self.own[known]
        raise no_such_thing()

    def require_live(self, code: Code) -> None:
        """Refuse a label that counts as another one, or that is gone."""
        end = _end(code.id, self.own)
        if end not in self.own:
            raise Conflict(
                "label_placed",
                "The lead has given “{name}” its place in the codebook: it can no longer be changed here.",
                name=code.name,
            )
        if code.state is CodeState.MERGED:
            raise Conflict(
                "label_merged",
                "“{name}” counts as “{into}”: take that back first.",
                name=code.name,
                into=self.own[end].name,
            )
        if code.state is CodeState.RETIRED:
            raise Conflict("label_gone", "“{name}” was taken away: take that back first.", name=code.name)

    def below(self, code: Code) -> list[Code]:
        """Return what stands in a group."""
        return [c for c in self.own.values() if c.parent_id == code.id and c.state is CodeState.PRIVATE]

    def last_act_on(self, code: Code) -> UUID | None:
        """Return what was done last to a label."""
        wanted = sa.select(MappingAct.id).join(MappingStep).where(*_mine(self.access), MappingStep.code_id == code.id)
        return self.session.scalar(wanted.order_by(MappingAct.at.desc(), MappingAct.id.desc()).limit(1))

    def enter(self, kind: MappingKind, steps: Sequence[Step], *, undoes: MappingAct | None = None) -> UUID:
        """Do it, if the labels fit one another afterwards; log it in the coder's own stream."""
        self._require_sound(steps)
        act = enter(self.session, self.access, kind, steps, round_id=self.access.round.id, undoes=undoes, private=True)
        told = tuple(events.Remapped.of(step.code.id, step.after) for step in steps)
        subject = steps[0].code.id
        stream = private_stream(self.access)
        self.access.log(self.session, events.OwnLabelsChanged(subject, self.access.round.id, stream, codes=told))
        return act.id

    def _require_sound(self, steps: Sequence[Step]) -> None:
        """Refuse names that are there twice, a group that is none, and labels that would count as nothing of the coder's."""
        after = {code.id: standing(code) for code in self.own.values()} | {s.code.id: s.after for s in steps}
        others = [e for e in round_codes(self.session, self.access) if e.id not in self.own]
        live = {i for i, s in after.items() if s.state is CodeState.PRIVATE}
        names = {(e.level, name_key(e.name)) for e in others}
        names |= {(s.level, name_key(s.name)) for i, s in after.items() if i in live and i not in _ids(steps)}
        concepts = {e.id for e in others if e.level is Level.CONCEPT} | {
            i for i in live if after[i].level is Level.CONCEPT
        }
        for step in (s for s in steps if s.code.id in live):
            key = (step.after.level, name_key(step.after.name))
            if key in names:
                raise Conflict("name_taken", "There is already a code “{name}” at this level.", name=step.after.name)
            names.add(key)
        for i in live:
            if after[i].parent is not None and (after[i].level is Level.CONCEPT or after[i].parent not in concepts):
                raise InvalidInput(
                    "no_parent", "The code above “{name}” does not exist in this codebook.", name=after[i].name
                )
        for step in (s for s in steps if s.after.state is CodeState.MERGED):
            end, met = step.code.id, set[UUID]()
            while end in after and after[end].state is CodeState.MERGED and end not in met:
                met.add(end)
                end = after[end].into or end
            if end not in live:
                raise Conflict(
                    "changed_since",
                    "“{name}” was changed again after this: take that back first.",
                    name=step.after.name,
                )


def _ids(steps: Iterable[Step]) -> Collection[UUID]:
    return {step.code.id for step in steps}


def _require_seen(code: Code, seen: int) -> None:
    if code.revision != seen:
        raise Stale("stale_label", "This label was changed elsewhere. Reload the page to see it as it is.")


def change(session: Session, access: RoundAccess, label: UUID, seen: int, given: LabelChange) -> Done:
    """Rename an own label or group, or put a label into a group or a concept of the codebook; ``seen``: its revision.

    A repeated request whose first answer was lost finds its own result and changes nothing more.
    """
    labels = _Labels(session, access)
    code = labels.find(label)
    was = standing(code)
    after = replace(was, name=given.name or was.name)
    if given.says("parent"):
        after = replace(after, parent=_above(labels, given.parent))
    if after == was and code.revision in {seen, seen + 1}:
        return Done(code, labels.last_act_on(code) if code.revision == seen + 1 else None)
    _require_seen(code, seen)
    labels.require_live(code)
    return Done(code, labels.enter(MappingKind.CHANGED, [Step(code, was, after)]))


def _above(labels: _Labels, parent: UUID | None) -> UUID | None:
    """Return the group or concept that is meant: an own group may be named by the key under which it was made."""
    if parent is None:
        return None
    own = own_code_id(labels.access.actor.id, parent)
    return own if own in labels.own else parent


def merge(session: Session, access: RoundAccess, label: UUID, seen: int, given: MergeOwn) -> Done:
    """Let an own label count as another one from now on; what stands in a group that is merged goes along."""
    labels = _Labels(session, access)
    code, kept = labels.find(label), labels.find(given.into)
    if code.state is CodeState.MERGED and code.into_id == kept.id and code.revision == seen + 1:
        return Done(code, labels.last_act_on(code))
    _require_seen(code, seen)
    labels.require_live(code)
    labels.require_live(kept)
    if code.id == kept.id:
        raise InvalidInput("merge_with_itself", "“{name}” cannot be merged into itself.", name=code.name)
    if code.level is not kept.level:
        raise InvalidInput("merge_group", "A label and a group of labels cannot be merged.")
    was = standing(code)
    steps = [Step(code, was, replace(was, state=CodeState.MERGED, into=kept.id))]
    for below in labels.below(code):
        stood = standing(below)
        steps.append(Step(below, stood, replace(stood, parent=kept.id)))
    return Done(code, labels.enter(MappingKind.MERGED, steps))


def remove(session: Session, access: RoundAccess, label: UUID, seen: int) -> Done:
    """Take away an own label that was never applied, or once and that was taken back, or a group in which nothing stands."""
    labels = _Labels(session, access)
    code = labels.find(label)
    if code.state is CodeState.RETIRED and code.revision == seen + 1:
        return Done(code, labels.last_act_on(code))
    _require_seen(code, seen)
    labels.require_live(code)
    counted = any(c.into_id == code.id and c.state is CodeState.MERGED for c in labels.own.values())
    applied = session.scalars(sa.select(Coding.deleted_at).where(Coding.code_id == code.id).limit(2)).all()
    if len(applied) > 1 or None in applied or counted or labels.below(code):
        raise Conflict("label_used", "“{name}” has been used: merge it into another one instead.", name=code.name)
    was = standing(code)
    return Done(code, labels.enter(MappingKind.RETIRED, [Step(code, was, replace(was, state=CodeState.RETIRED))]))


def undo(session: Session, access: RoundAccess, act_id: UUID) -> Done:
    """Take an own act back, also one that took another back; a repeated request finds it done."""
    labels = _Labels(session, access)
    act = session.scalar(sa.select(MappingAct).where(MappingAct.id == act_id, *_mine(access)))
    if act is None:
        raise no_such_thing()
    stored = session.scalars(sa.select(MappingStep).where(MappingStep.act_id == act.id)).all()
    # The label that was meant stands first, before what went along.
    stored = sorted(stored, key=lambda step: (step.after.state is CodeState.PRIVATE, step.code_id))
    codes = [labels.find(step.code_id) for step in stored]
    if act.undone_by_id is not None:
        return Done(codes[0], act.undone_by_id)
    steps = []
    for code, step in zip(codes, stored, strict=True):
        if _end(code.id, labels.own) not in labels.own:
            labels.require_live(code)
        if standing(code) != step.after:
            raise Conflict(
                "changed_since", "“{name}” was changed again after this: take that back first.", name=code.name
            )
        assert step.before is not None  # making one is no act on what it counts as
        steps.append(Step(code, step.after, step.before))
    return Done(codes[0], labels.enter(MappingKind.UNDONE, steps, undoes=act))
