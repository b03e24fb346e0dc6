"""Moving passages of a concept to another one, or splitting them off it, from where passages are compared.

Nobody's coding is changed. Labels of which every passage is chosen move below the other concept; a label of which some are is split in
two. A concept that was applied itself is split among what is left of it and the other one: its labels, and what is said of it, go with
what is left.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.models import Assignment, AssignmentState, Code, CodeState, Coding, Level, MappingAct, MappingKind
from intercoder.services.access import Access
from intercoder.services.codebook import CodeName
from intercoder.services.command import NAME_LENGTH, Command, Offset
from intercoder.services.mapping import Step, hold, mapping, standing
from intercoder.services.quoted import visible
from intercoder.services.remapping import (
    PassageIn,
    PassagesIn,
    Planned,
    SplitIn,
    below_of,
    do,
    put_passages,
    split,
    told,
)
from intercoder.services.targets import Target, live, target_of
from intercoder.text.canonical import name_key


class PlaceOfPassage(Command):
    """Where a passage of the study lies: code points, half-open."""

    revision: UUID
    start: Offset
    end: Offset


class PartIn(Command):
    """Passages of a concept that are to count as another one, or as a new one; ``rest``: what is left is called so (none: as now)."""

    passages: Annotated[tuple[PlaceOfPassage, ...], Field(min_length=1, max_length=500)]
    at: Target
    rest: CodeName | None = None


#: coder and key of a coding -> whether it lies in a chosen passage
Chosen = Mapping[tuple[UUID, UUID], bool]


@dataclass(frozen=True)
class Parting:
    """What parting a concept does: to its own codings, to labels of which all passages are chosen, or some.

    ``below``: all labels right below it.
    """

    code: Code
    own: Chosen
    whole: Mapping[UUID, Chosen]
    some: Mapping[UUID, Chosen]
    below: Mapping[UUID, str]

    def name(self, label: UUID) -> str:
        """Return what a label below the concept is called."""
        return self.below.get(label, "")

    @property
    def own_chosen(self) -> int:
        """How many codings of the concept itself are chosen; where there is one, the concept is split."""
        return sum(self.own.values())


def part(session: Session, access: Access, code_id: UUID, given: PartIn) -> list[MappingAct]:
    """Let passages of a concept count as another one; return the acts, which are taken back from the last on. Raises as ``plan`` does."""
    parted = plan(session, access, code_id, given)
    acts = _move_labels(session, access, parted, given)
    if parted.own_chosen:
        at = _there(session, access, given.at) if acts else given.at
        rest = _rest(parted.code, given.rest, parted.code.parent_id)
        acts += _split(session, access, parted.code, parted.own, rest, at)
    return acts


def plan(session: Session, access: Access, code_id: UUID, given: PartIn) -> Parting:
    """Return what ``part`` would do.

    Raises
    ------
    InvalidInput : the code is no concept, or none of its passages is chosen, or all that it has.
    """
    hold(session, access)
    code = live(session, access, code_id)
    if code.level is not Level.CONCEPT:
        raise InvalidInput("no_concept", "“{name}” is no concept: move it on the board.", name=code.name)
    if given.at.code == code.id:
        raise InvalidInput("merge_with_itself", "“{name}” cannot be merged into itself.", name=code.name)
    behind = _behind(session, access, code, given.passages)
    own = behind.pop(code.id, {})
    touched = {label: chosen for label, chosen in behind.items() if any(chosen.values())}
    if not any(own.values()) and not touched:
        raise InvalidInput("none_chosen", "No passage of “{name}” is chosen.", name=code.name)
    below = below_of(session, code)
    if any(own.values()) and all(own.values()) and all(all(chosen.values()) for chosen in behind.values()):
        left = [label for label in below if label.id not in touched]
        if not left:
            raise InvalidInput(
                "nothing_left", "All passages of “{name}” are chosen: merge the codes instead.", name=code.name
            )
    return Parting(
        code,
        own,
        {label: chosen for label, chosen in touched.items() if all(chosen.values())},
        {label: chosen for label, chosen in touched.items() if not all(chosen.values())},
        {label.id: label.name for label in below},
    )


def _there(session: Session, access: Access, at: Target) -> Target:
    """Return where passages go as a code of the codebook: a new one was made by the act before."""
    if at.code is not None or at.name is None:
        return at
    made = sa.select(Code.id).where(
        Code.project_id == access.project.id,
        Code.state == CodeState.ACTIVE,
        Code.level == Level.CONCEPT,
        Code.name_key == name_key(at.name),
    )
    return Target(code=session.scalars(made).one())


def _rest(code: Code, name: str | None, parent: UUID | None) -> Target:
    """Return what is left of a code: called as before where nothing else is said."""
    return Target(
        name=name or code.name,
        parent=parent,
        definition=code.definition,
        example=code.example,
        near_miss=code.near_miss,
    )


def _split(session: Session, access: Access, code: Code, chosen: Chosen, rest: Target, at: Target) -> list[MappingAct]:
    """Split a code in two and put each of its passages: what is chosen at the second, the first goes on as the code."""
    parted = split(session, access, code.id, SplitIn(into=(rest, at)), goes_on=True)
    left, other = code.split_into
    _describe(session.get_one(Code, left), code)
    put = [PassageIn(coder=coder, key=key, at=other if there else left) for (coder, key), there in chosen.items()]
    return [parted, put_passages(session, access, code.id, PassagesIn(passages=tuple(put)))]


def _describe(left: Code, code: Code) -> None:
    """Let what is left of a code say what that said."""
    left.include, left.exclude, left.colour = code.include, code.exclude, code.colour
    left.example_at, left.near_miss_at = code.example_at, code.near_miss_at


def _move_labels(session: Session, access: Access, parted: Parting, given: PartIn) -> list[MappingAct]:
    code, acts, at = parted.code, [], given.at
    if parted.whole:
        steps: list[Step] = []
        into = target_of(session, access, at, Level.CONCEPT, steps, under=code.parent_id)
        moved = [live(session, access, label) for label in parted.whole]
        steps += [Step(label, was := standing(label), replace(was, parent=into.id)) for label in moved]
        event = events.CodesMoved(
            into.id, names=tuple(label.name for label in moved), codes=told(steps), into=into.name
        )
        acts.append(do(session, access, Planned(MappingKind.CHANGED, steps, (), event)))
        at = Target(code=into.id)
    for label_id, chosen in parted.some.items():
        label = live(session, access, label_id)
        # Two labels of one name could not be told apart where codes are pasted or read from a file.
        name = f"{label.name} · {at.name or live(session, access, at.code or code.id).name}"[:NAME_LENGTH]
        off = Target(name=name, parent=at.code, parent_name=at.name)
        acts += _split(session, access, label, chosen, _rest(label, None, code.id), off)
    return acts


def _behind(
    session: Session, access: Access, code: Code, passages: Iterable[PlaceOfPassage]
) -> dict[UUID, dict[tuple[UUID, UUID], bool]]:
    """Return the codings of compared rounds that count as a concept or a label below it, by what they count as."""
    mapped = mapping(session, access.project.id)
    here = str(code.id)
    wanted = {
        c
        for c in mapped.tree.parents
        if here in mapped.tree.path(c) and mapped.tree.levels[c] in {Level.LABEL, Level.CONCEPT}
    }
    applied = [UUID(c) for c in mapped.codes if wanted.intersection(mapped.map.ends(c))]
    rows = session.execute(
        sa.select(Coding.coder_id, Coding.key, Coding.code_id, Assignment.revision_id, Coding.start, Coding.end)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Assignment.project_id == access.project.id,
            Assignment.state == AssignmentState.SUBMITTED,
            visible(access, Assignment.round_id),
            Coding.code_id.in_(applied),
            Coding.deleted_at.is_(None),
        )
        .order_by(Coding.created_at, Coding.key)
    )
    spans: dict[UUID, list[tuple[int, int]]] = {}
    for passage in passages:
        spans.setdefault(passage.revision, []).append((passage.start, passage.end))
    found: dict[UUID, dict[tuple[UUID, UUID], bool]] = {}
    for coder, key, code_id, revision, start, end in rows:
        counts = mapped.resolved(str(code_id), str(coder), str(key))
        if counts.waits or counts.code not in wanted:
            continue
        inside = _within(spans.get(revision, ()), start, end)
        found.setdefault(UUID(counts.code), {})[coder, key] = inside
    return found


def _within(spans: Collection[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in spans)
