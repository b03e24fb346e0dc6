"""Moving passages of a concept to another one, or splitting them off it, from where passages are compared.

Nobody's coding is changed. Labels of which every passage is chosen move below the other concept; a label of which some are is split in
two; a concept that was applied itself is split among what is left and the other one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.models import Assignment, AssignmentState, Code, Coding, Level, MappingAct, MappingKind
from intercoder.services.access import Access
from intercoder.services.codebook import CodeName
from intercoder.services.command import NAME_LENGTH, Command, Offset
from intercoder.services.mapping import Step, hold, mapping, standing
from intercoder.services.quoted import visible
from intercoder.services.remapping import PassageIn, PassagesIn, Planned, SplitIn, do, put_passages, split, told
from intercoder.services.targets import Target, live, target_of


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


def part(session: Session, access: Access, code_id: UUID, given: PartIn) -> list[MappingAct]:
    """Let passages of a concept count as another one; return the acts, which are taken back from the last on.

    Raises
    ------
    InvalidInput : the code is no concept, or none of its passages is chosen, or all that it has.
    Conflict : a chosen passage has the concept itself, which has labels below it, so that it cannot be split.
    """
    hold(session, access)
    code = live(session, access, code_id)
    if code.level is not Level.CONCEPT:
        raise InvalidInput("no_concept", "“{name}” is no concept: move it on the board.", name=code.name)
    if given.at.code == code.id:
        raise InvalidInput("merge_with_itself", "“{name}” cannot be merged into itself.", name=code.name)
    behind = _behind(session, access, code, given.passages)
    own = behind.pop(code.id, {})
    if not any(own.values()) and not any(any(chosen.values()) for chosen in behind.values()):
        raise InvalidInput("none_chosen", "No passage of “{name}” is chosen.", name=code.name)
    if any(own.values()):
        if all(own.values()) and not behind:
            raise InvalidInput(
                "nothing_left", "All passages of “{name}” are chosen: merge the codes instead.", name=code.name
            )
        rest = Target(name=given.rest or code.name, parent=code.parent_id)
        return _split(session, access, code, own, rest, given.at)
    return _move_labels(session, access, code, behind, given)


def _split(session: Session, access: Access, code: Code, chosen: Chosen, rest: Target, at: Target) -> list[MappingAct]:
    """Split a code in two and put each of its passages: what is chosen at the second."""
    parted = split(session, access, code.id, SplitIn(into=(rest, at)))
    left, other = code.split_into
    put = [PassageIn(coder=coder, key=key, at=other if there else left) for (coder, key), there in chosen.items()]
    return [parted, put_passages(session, access, code.id, PassagesIn(passages=tuple(put)))]


def _move_labels(
    session: Session, access: Access, code: Code, behind: Mapping[UUID, Chosen], given: PartIn
) -> list[MappingAct]:
    whole = [label for label, chosen in behind.items() if all(chosen.values())]
    some = [label for label, chosen in behind.items() if any(chosen.values()) and label not in whole]
    acts = []
    at = given.at
    if whole:
        steps: list[Step] = []
        into = target_of(session, access, at, Level.CONCEPT, steps, under=code.parent_id)
        moved = [live(session, access, label) for label in whole]
        steps += [Step(label, was := standing(label), replace(was, parent=into.id)) for label in moved]
        event = events.CodesMoved(
            into.id, names=tuple(label.name for label in moved), codes=told(steps), into=into.name
        )
        acts.append(do(session, access, Planned(MappingKind.CHANGED, steps, (), event)))
        at = Target(code=into.id)
    for label_id in some:
        label = live(session, access, label_id)
        rest = Target(name=label.name, parent=code.id)
        # Two labels of one name could not be told apart where codes are pasted or read from a file.
        name = f"{label.name} · {at.name or live(session, access, at.code or code.id).name}"[:NAME_LENGTH]
        acts += _split(
            session, access, label, behind[label_id], rest, Target(name=name, parent=at.code, parent_name=at.name)
        )
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
