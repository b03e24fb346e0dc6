"""Merging and splitting codes, placing private labels, putting passages, and taking any of it back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import (
    Assignment,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    MappingAct,
    MappingKind,
    MappingStep,
    Round,
    RoundState,
    User,
)
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.command import Command
from intercoder.services.mapping import Mapped, Move, Step, enter, hold, mapping, standing
from intercoder.services.targets import Target, live, of_project, target_of


class MergeIn(Command):
    """Codes that are to count as another one."""

    codes: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2000)]
    into: UUID


class SplitIn(Command):
    """The codes among which the passages of one are put."""

    into: Annotated[tuple[Target, ...], Field(max_length=50)]


class PassageIn(Command):
    """A passage, and where it is put; ``at`` is null where it waits again."""

    coder: UUID
    key: UUID
    at: UUID | None


class PassagesIn(Command):
    """Passages of a split code."""

    passages: Annotated[tuple[PassageIn, ...], Field(min_length=1, max_length=2000)]


class Placement(Command):
    """Private labels of a round that are to count as one code."""

    labels: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2000)]
    at: Target


class PlaceIn(Command):
    """Where private labels are placed, all or none. ``seen``: the number of the last act on the codes that was seen."""

    placements: Annotated[tuple[Placement, ...], Field(min_length=1, max_length=2000)]
    seen: int | None = None


@dataclass(frozen=True)
class Planned:
    """What an act would do: shown before it is done, with the sentence that would be logged."""

    kind: MappingKind
    steps: Sequence[Step]
    moves: Sequence[Move]
    event: events.Act
    round_id: UUID | None = None
    undoes: MappingAct | None = None


def do(session: Session, access: Access, planned: Planned) -> MappingAct:
    """Do what was planned, and log it."""
    act = enter(
        session,
        access,
        planned.kind,
        planned.steps,
        planned.moves,
        round_id=planned.round_id,
        undoes=planned.undoes,
    )
    access.log(session, planned.event)
    return act


# --- merging and splitting -----------------------------------------------------------------------


def merge(session: Session, access: Access, given: MergeIn) -> MappingAct:
    """Let codes count as another one of their level from now on; what stands below them moves below that one."""
    return do(session, access, plan_merge(session, access, given))


def plan_merge(session: Session, access: Access, given: MergeIn) -> Planned:
    """Return what ``merge`` would do."""
    hold(session, access)
    kept = live(session, access, given.into)
    gone = [live(session, access, code_id) for code_id in dict.fromkeys(given.codes)]
    steps = []
    for code in gone:
        if code.id == kept.id:
            raise InvalidInput("merge_with_itself", "“{name}” cannot be merged into itself.", name=code.name)
        if code.level is not kept.level:
            raise InvalidInput(
                "merge_levels",
                "“{name}” is a {level} and “{into}” a {other}: only codes of one level can be merged.",
                name=code.name,
                level=code.level,
                into=kept.name,
                other=kept.level,
            )
        steps += [_step(below, parent=kept.id) for below in below_of(session, code)]
        steps.append(_step(code, state=CodeState.MERGED, into=kept.id))
    event = events.CodesMerged(kept.id, into=kept.name, names=tuple(c.name for c in gone), codes=told(steps))
    return Planned(MappingKind.MERGED, steps, (), event)


def split(session: Session, access: Access, code_id: UUID, given: SplitIn, *, goes_on: bool = False) -> MappingAct:
    """Split a code: each of its passages is put at one of the others by a person, and waits until then.

    ``goes_on``: the first of them is what is left of it. What stands below it moves there, and what is said of it is said of that one.
    """
    return do(session, access, plan_split(session, access, code_id, given, goes_on=goes_on))


def plan_split(session: Session, access: Access, code_id: UUID, given: SplitIn, *, goes_on: bool = False) -> Planned:
    """Return what ``split`` would do."""
    hold(session, access)
    code = live(session, access, code_id)
    below = below_of(session, code)
    if below and not goes_on:
        raise Conflict("has_children", "Move the codes below “{name}” elsewhere first.", name=code.name)
    made: list[Step] = []
    parts = [target_of(session, access, target, code.level, made, under=code.parent_id) for target in given.into]
    ids = tuple(dict.fromkeys(part.id for part in parts))
    if len(ids) < 2 or code.id in ids:
        raise InvalidInput(
            "split_targets", "Name at least two other codes among which “{name}” is split.", name=code.name
        )
    steps = [_step(code, state=CodeState.SPLIT, split=ids, into=ids[0] if goes_on else None), *made]
    steps += [_step(label, parent=ids[0]) for label in below]
    event = events.CodeSplit(code.id, name=code.name, names=tuple(p.name for p in parts), codes=told(steps))
    return Planned(MappingKind.SPLIT, steps, (), event)


def put_passages(session: Session, access: Access, code_id: UUID, given: PassagesIn) -> MappingAct:
    """Put passages of a split code at one of its parts, or let them wait again."""
    hold(session, access)
    code = of_project(session, access, code_id)
    if code.state is not CodeState.SPLIT:
        raise Conflict("not_split", "“{name}” is not split: its passages have their place.", name=code.name)
    mapped = mapping(session, access.project.id)
    wanted = {(p.coder, p.key): p.at for p in given.passages}
    found = _codings(session, access, wanted)
    moves = []
    for (coder, key), at in wanted.items():
        applied = found.get((coder, key))
        put = mapped.put.get((str(coder), str(key)), {})
        if applied is None or not _reaches(mapped, str(applied), str(code.id), put):
            raise no_such_thing()
        if at is not None and at not in code.split_into:
            raise InvalidInput("not_a_part", "“{name}” was not split into this code.", name=code.name)
        was = put.get(str(code.id))
        moves.append(Move(code.id, coder, key, UUID(was) if was else None, at))
    moves = [move for move in moves if move.before != move.after]
    if not moves:
        raise Conflict("nothing_moved", "These passages are there already.")
    event = events.PassagesPut(code.id, name=code.name, passages=told_moves(moves))
    return do(session, access, Planned(MappingKind.ASSIGNED, (), moves, event))


def _codings(session: Session, access: Access, wanted: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """Return the codes of codings of compared rounds of the project, by coder and key."""
    rows = session.execute(
        sa.select(Coding.coder_id, Coding.key, Coding.code_id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .join(Round, Round.id == Assignment.round_id)
        .where(
            Assignment.project_id == access.project.id,
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Coding.key.in_({key for _, key in wanted}),
        )
    )
    return {(coder, key): code for coder, key, code in rows}


def _reaches(mapped: Mapped, code: str, split_code: str, put: Mapping[str, str]) -> bool:
    """Whether a coding comes by a split code on its way."""
    before_it = {key: value for key, value in put.items() if key != split_code}
    end = mapped.map.resolved(code, before_it)
    return end.waits and end.code == split_code


# --- private labels ------------------------------------------------------------------------------


def place(session: Session, access: RoundAccess, given: PlaceIn) -> MappingAct:
    """Let private labels of a compared round count as codes of the project, all or none.

    Raises
    ------
    Stale : somebody placed one of the labels since ``given.seen``.
    """
    return do(session, access, plan_place(session, access, given))


def plan_place(session: Session, access: RoundAccess, given: PlaceIn) -> Planned:
    """Return what ``place`` would do."""
    hold(session, access)
    steps: list[Step] = []
    count = 0
    held = _labels(session, access, {label for placement in given.placements for label in placement.labels})
    if given.seen is not None:
        _require_seen(session, held, given.seen)
    for placement in given.placements:
        labels = [held[label] for label in dict.fromkeys(placement.labels)]
        level = labels[0].level
        if any(label.level is not level for label in labels):
            raise InvalidInput("place_levels", "Labels and groups of labels cannot be placed at one code.")
        target = target_of(session, access, placement.at, level, steps, under=placement.at.parent)
        for label in labels:
            steps.append(_step(label, state=CodeState.MERGED, into=target.id))
            count += 1
    placed = [step.code.id for step in steps]
    if len(set(placed)) < len(placed):
        raise InvalidInput("placed_twice", "A label can be placed at one code only.")
    event = events.LabelsPlaced(access.round.id, access.round.id, labels=count, codes=told(steps))
    return Planned(MappingKind.PLACED, steps, (), event, round_id=access.round.id)


def _labels(session: Session, access: RoundAccess, wanted: Collection[UUID]) -> dict[UUID, Code]:
    """Return private labels of the round, placed or not; refuse where one is none."""
    rows = session.scalars(sa.select(Code).where(Code.id.in_(wanted), Code.round_id == access.round.id))
    labels = {code.id: code for code in rows}
    if len(labels) < len(wanted) or access.round.policy is not CodebookPolicy.OPEN:
        raise no_such_thing()
    return labels


def _require_seen(session: Session, labels: Mapping[UUID, Code], seen: int) -> None:
    """Refuse where somebody did something to one of these labels since; say who, and what it counts as now."""
    later = session.execute(
        sa.select(MappingStep.code_id, User.name)
        .join(MappingAct, MappingAct.id == MappingStep.act_id)
        .join(User, User.id == MappingAct.actor_id)
        .where(MappingStep.code_id.in_(labels), MappingAct.number > seen)
        .order_by(MappingAct.number.desc())
    ).first()
    if later is None:
        return
    label, person = labels[later[0]], later[1]
    if label.into_id is None:
        raise Stale(
            "stale_label",
            "{person} took back where “{name}” was placed in the meantime. Look at it again.",
            person=person,
            name=label.name,
        )
    raise Stale(
        "stale_label",
        "{person} placed “{name}” at “{into}” in the meantime. Look at it again.",
        person=person,
        name=label.name,
        into=session.get_one(Code, label.into_id).name,
    )


# --- what the verbs share ------------------------------------------------------------------------


def _step(code: Code, **fields: object) -> Step:
    was = standing(code)
    return Step(code, was, replace(was, **fields))  # type: ignore[arg-type]


def told(steps: Iterable[Step]) -> tuple[events.Remapped, ...]:
    """Return what the log keeps of steps."""
    return tuple(events.Remapped.of(step.code.id, step.after) for step in steps)


def told_moves(moves: Iterable[Move]) -> tuple[events.PutPassage, ...]:
    """Return what the log keeps of passages that were put."""
    return tuple(events.PutPassage(move.coder, move.key, move.after) for move in moves)


def below_of(session: Session, code: Code) -> list[Code]:
    """Return the codes of the codebook right below a code."""
    return list(session.scalars(sa.select(Code).where(Code.parent_id == code.id, Code.state == CodeState.ACTIVE)))
