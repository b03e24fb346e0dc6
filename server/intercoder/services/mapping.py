"""What codes count as, today or at an earlier time, and the one place where that is changed.

Codings are never rewritten: whatever reads them for a figure, a list or a ruling asks here what they count as.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.errors import Conflict, WrongArgument
from intercoder.models import (
    Code,
    CodeState,
    MappingAct,
    MappingKind,
    MappingStep,
    PassageStep,
    Project,
    SplitPassage,
    Standing,
)
from intercoder.services.access import Access
from intercoder.services.code_states import remembered, settled
from intercoder.services.mapped import COUNTING, Mapped, MappedCode, Step, stands
from intercoder.services.numbering import give_numbers
from intercoder.text.canonical import name_key

__all__ = [
    "COUNTING",
    "Mapped",
    "MappedCode",
    "Move",
    "Step",
    "enter",
    "hold",
    "mapping",
    "next_number",
    "require_sound",
    "standing",
]

_TEXT = sa.Uuid(as_uuid=False)
_CODES = Code.metadata.tables[Code.__tablename__].c
_PASSAGES = SplitPassage.metadata.tables[SplitPassage.__tablename__].c


def mapping(session: Session, project_id: UUID, number: int | None = None) -> Mapped:
    """Return the mapping of a project today, or as it was after the act of a number.

    Whoever calls this has made sure that what is told of it is nobody's private label of a round that is open.
    """
    keep = settled if number is None else remembered
    return keep(session, project_id, ("mapping", number), lambda: _read(session, project_id, number))


def _read(session: Session, project_id: UUID, number: int | None) -> Mapped:
    rows = session.execute(
        sa.select(
            sa.type_coerce(_CODES.id, _TEXT),
            _CODES.name,
            _CODES.name_key,
            _CODES.level,
            sa.type_coerce(_CODES.parent_id, _TEXT),
            _CODES.state,
            sa.type_coerce(_CODES.into_id, _TEXT),
            _CODES.split_into,
            _CODES.colour,
            _CODES.position,
            _CODES.number,
            sa.type_coerce(_CODES.round_id, _TEXT),
            sa.select(Project.mapping).where(Project.id == project_id).scalar_subquery(),
        ).where(_CODES.project_id == project_id)
    ).all()
    codes = {row[0]: MappedCode._make(row[:-1]) for row in rows}
    # Without a code there never was an act on one.
    today: int = rows[0][-1] if rows else 0
    put = _put(session, project_id) if any(code.state is CodeState.SPLIT for code in codes.values()) else {}
    if number is None or number >= today:
        return Mapped(today, codes, put)
    return _walked_back(session, project_id, number, codes)


def _put(session: Session, project_id: UUID) -> dict[tuple[str, str], dict[str, str]]:
    rows = session.execute(
        sa.select(
            sa.type_coerce(_PASSAGES.coder_id, _TEXT),
            sa.type_coerce(_PASSAGES.key, _TEXT),
            sa.type_coerce(_PASSAGES.code_id, _TEXT),
            sa.type_coerce(_PASSAGES.target_id, _TEXT),
        )
        .join(Code, Code.id == _PASSAGES.code_id)
        .where(Code.project_id == project_id)
    )
    put: dict[tuple[str, str], dict[str, str]] = {}
    for coder, key, code, target in rows:
        put.setdefault((coder, key), {})[code] = target
    return put


def _walked_back(session: Session, project_id: UUID, number: int, codes: dict[str, MappedCode]) -> Mapped:
    """Return the mapping as it was before the act that followed on an earlier one: each later act is taken back, the latest first.

    What coders did to own labels has no number, and is later when it was done after that act: else labels that were
    placed, taken back and merged the other way round in a round that was opened again would lead to one another.
    """
    later = sa.and_(MappingAct.project_id == project_id, MappingAct.number > number)
    following = sa.select(MappingAct.at).where(MappingAct.project_id == project_id, MappingAct.number == number + 1)
    own = sa.and_(
        MappingAct.project_id == project_id, MappingAct.number.is_(None), MappingAct.at >= following.scalar_subquery()
    )
    steps = session.execute(
        sa.select(MappingStep.code_id, MappingStep.before, MappingAct.number, MappingAct.at)
        .join(MappingAct, MappingAct.id == MappingStep.act_id)
        .where(sa.or_(later, own))
        .order_by(MappingAct.number)
    ).all()
    # An act with a number follows on those with smaller ones, also where somebody set the clock back in between.
    latest = datetime.min.replace(tzinfo=UTC)
    placed = []
    for step in steps:
        latest = latest if step.number is None else max(latest, step.at)
        placed.append((step.at, math.inf, step) if step.number is None else (latest, step.number, step))
    for _, _, step in sorted(placed, key=itemgetter(0, 1), reverse=True):
        code, before = codes[str(step.code_id)], step.before
        # A code that was made by the act had no codings: out of the codebook it counts for nothing.
        codes[code.id] = code._replace(state=CodeState.RETIRED) if before is None else stands(code, before)
    put = _put(session, project_id)
    moves = session.execute(
        sa.select(PassageStep.coder_id, PassageStep.key, PassageStep.code_id, PassageStep.before)
        .join(MappingAct, MappingAct.id == PassageStep.act_id)
        .where(later)
        .order_by(MappingAct.number.desc())
    )
    for coder, key, code_id, was in moves:
        places = put.setdefault((str(coder), str(key)), {})
        if was is None:
            places.pop(str(code_id), None)
        else:
            places[str(code_id)] = str(was)
    return Mapped(number, codes, put)


# --- changing it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """Where a passage of a split code was put and is to be put; None: it waits."""

    split: UUID
    coder: UUID
    key: UUID
    before: UUID | None
    after: UUID | None


def standing(code: Code) -> Standing:
    """Return what a code is now."""
    return Standing(code.name, code.level, code.parent_id, code.state, code.into_id, tuple(code.split_into))


def hold(session: Session, access: Access) -> None:
    """Keep others from changing what the codes of the project are until the transaction ends: before one is read.

    SQLite's transactions begin with the one write lock.
    """
    if not session.info.get("sqlite"):
        session.execute(sa.select(Project.id).where(Project.id == access.project.id).with_for_update(key_share=True))


def next_number(session: Session, project_id: UUID) -> int:
    """Return the number of the next act of a project; whoever asks holds the project's row until the transaction ends."""
    raised = sa.update(Project).where(Project.id == project_id).values(mapping=Project.mapping + 1)
    number = session.scalar(raised.returning(Project.mapping).execution_options(synchronize_session=False))
    assert number is not None  # the door has loaded the project
    return number


def enter(
    session: Session,
    access: Access,
    kind: MappingKind,
    steps: Sequence[Step],
    moves: Sequence[Move] = (),
    *,
    round_id: UUID | None = None,
    undoes: MappingAct | None = None,
    private: bool = False,
) -> MappingAct:
    """Do an act: every code gets the standing that its step says, every passage its place; refuse what makes no mapping.

    ``private``: of a coder on own labels, without a number that would tell others of it.

    Raises
    ------
    Conflict : a name twice at one level, a code above that is not in the codebook, codes that lead to one another.
    """
    if not private:
        require_sound(mapping(session, access.project.id).after(steps), {str(step.code.id) for step in steps})
    number = None if private else next_number(session, access.project.id)
    act = MappingAct(
        project_id=access.project.id,
        number=number,
        kind=kind,
        actor_id=access.actor.id,
        at=now(),
        round_id=round_id,
        undoes_id=undoes.id if undoes else None,
    )
    session.add(act)
    # New codes first, and those under which others of them stand before these: the database asks whether they are there.
    session.add_all(step.code for step in steps if step.before is None)
    session.flush()
    for step in steps:
        if step.before is not None:
            _stand(step)
    new = [step.code for step in steps if step.code.state is CodeState.ACTIVE and not step.code.number]
    give_numbers(session, access.project.id, new)
    session.flush()
    if undoes is not None:
        _mark(session, undoes, act.id)
    if steps:
        session.execute(
            sa.insert(MappingStep),
            [{"act_id": act.id, "code_id": s.code.id, "before": s.before, "after": s.after} for s in steps],
        )
    _put_passages(session, act, moves)
    return act


def _mark(session: Session, act: MappingAct, undone_by: UUID | None) -> None:
    """Say of an act that it is taken back, or in force again; and of what it took back itself, the opposite."""
    act.undone_by_id = undone_by
    if act.undoes_id is not None:
        _mark(session, session.get_one(MappingAct, act.undoes_id), None if undone_by else act.id)


def _stand(step: Step) -> None:
    code, after = step.code, step.after
    code.name, code.name_key, code.level = after.name, name_key(after.name), after.level
    code.parent_id, code.state, code.into_id, code.split_into = after.parent, after.state, after.into, after.split
    code.revision += 1


def _put_passages(session: Session, act: MappingAct, moves: Sequence[Move]) -> None:
    if not moves:
        return
    for move in moves:
        here = {"code_id": move.split, "coder_id": move.coder, "key": move.key}
        kept = session.get(SplitPassage, tuple(here.values()))
        if move.after is None:
            if kept is not None:
                session.delete(kept)
        elif kept is None:
            session.add(SplitPassage(**here, target_id=move.after))
        else:
            kept.target_id = move.after
    session.flush()
    moved = [
        {"code_id": m.split, "coder_id": m.coder, "key": m.key, "before": m.before, "after": m.after} for m in moves
    ]
    session.execute(sa.insert(PassageStep), [{"act_id": act.id, **move} for move in moved])


def require_sound(mapped: Mapped, touched: Iterable[str] = ()) -> None:
    """Refuse a mapping in which codes lead to one another, stand below nothing, or share a name.

    ``touched``: the codes of the act, one of which is named where a name is taken.
    """
    try:
        _ = mapped.map
    except WrongArgument as refused:
        raise Conflict.saying(refused.code, refused.message, **_named(mapped, refused)) from refused
    active = [code for code in mapped.codes.values() if code.state is CodeState.ACTIVE]
    for code in active:
        above = mapped.codes.get(code.parent) if code.parent else None
        if code.parent and (above is None or above.state is not CodeState.ACTIVE):
            raise Conflict(
                "no_parent_today",
                "The code above “{name}” is not in the codebook: move “{name}” first.",
                name=code.name,
            )
        if above is not None and above.level is not code.level.above:
            raise Conflict(
                "wrong_level",
                "“{name}” is a {level}: the code above it must stand one level higher.",
                name=code.name,
                level=code.level,
            )
    names = Counter((code.level, code.name_key) for code in active)
    given = set(touched)
    for code in active:
        if code.id in given and names[code.level, code.name_key] > 1:
            raise Conflict("name_taken", "There is already a code “{name}” at this level.", name=code.name)


def _named(mapped: Mapped, refused: WrongArgument) -> dict[str, object]:
    """Return the places of a sentence of ``CodeMap``, with the code called by its name."""
    code = mapped.codes.get(str(refused.values.get("name")))
    return {"name": code.name if code else ""}
