"""The rows of codes as adding one asks and writes them: by statements that are built once."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, make_transient_to_detached

from intercoder.db import within
from intercoder.models import Code, CodeState, Level
from intercoder.prepared import Prepared, change

_CODES = Code.metadata.tables[Code.__tablename__]
_IN_DRAFT = sa.and_(_CODES.c.project_id == sa.bindparam("project"), _CODES.c.state == CodeState.ACTIVE)
_MANY = Prepared(sa.select(sa.func.count()).select_from(_CODES).where(_IN_DRAFT), int)


class Called(NamedTuple):
    """A name of a level, as two codes may not both have it."""

    level: Level
    key: str


_ALIKE = Prepared(
    sa.select(_CODES.c.level, _CODES.c.name_key).where(_IN_DRAFT, _CODES.c.name_key == sa.bindparam("key")), Called
)
_ADD = change(sa.insert(_CODES))
_DEFAULTS = {c.key: c.default.arg if isinstance(c.default, sa.ColumnDefault) else None for c in _CODES.c}


def how_many(session: Session, project_id: UUID) -> int:
    """Return how many codes the draft of a project has."""
    return within(session).first(_MANY, {"project": project_id}) or 0


def alike(session: Session, project_id: UUID, keys: Collection[str]) -> set[Called]:
    """Return which codes of the draft have one of some names, see ``name_key``: one question, however many they are."""
    if len(keys) == 1:
        (key,) = keys
        return set(within(session).every(_ALIKE, {"project": project_id, "key": key}))
    many = sa.select(_CODES.c.level, _CODES.c.name_key).where(_IN_DRAFT, _CODES.c.name_key.in_(keys))
    return {Called(*row) for row in session.execute(many, {"project": project_id})}


def add(session: Session, codes: Sequence[Code]) -> None:
    """Write new codes in the order given, a parent before those below it; from then on they are as if they had been read."""
    for code in codes:
        for name, usual in _DEFAULTS.items():
            if name not in vars(code):
                setattr(code, name, usual)
    within(session).send_rows(_ADD, [{name: getattr(code, name) for name in _DEFAULTS} for code in codes])
    for code in codes:
        make_transient_to_detached(code)
    session.add_all(codes)
