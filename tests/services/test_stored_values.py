"""Values kept as JSON: plain and readable in the table, their own type in the program."""

import json
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast
from intercoder.db import Database, within
from intercoder.models import CodingChange, CodingContent, Disagreement, Member, Reading, Revision, Role, Ruling
from intercoder.policy import Permission
from intercoder.services import adjudication, coding, disagreements


def plain(database: Database, column: str, table: str) -> list[object]:
    """Return a column as it lies in the table."""
    with database.reading() as session:
        kept = session.execute(sa.text(f"SELECT {column} FROM {table}")).scalars()
        return [json.loads(value) if isinstance(value, str) else value for value in kept]


def test_roles_and_how_a_file_was_read(cast: Cast, database: Database) -> None:
    assert ["lead"] in plain(database, "roles", "member")
    with database.reading() as session:
        assert (Role.LEAD,) in [m.roles for m in session.scalars(sa.select(Member))]
        kept = session.scalars(sa.select(Revision)).first()
        assert kept is not None
        assert kept.reader == Reading("plain 2", "txt", "utf-8")
    usual: dict[str, object] = {
        "encoding": None,
        "replace_bad_bytes": False,
        "numbering": True,
        "without_running_lines": False,
        "speakers": [],
    }
    written = {"reader": "plain 2", "format": "txt", "encoding": "utf-8", "warnings": [], "choices": usual}
    assert written in plain(database, "reader", "revision")


def test_a_coding_before_its_change(cast: Cast, database: Database) -> None:
    round_id = cast.round()
    key = cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    with database.transaction() as session:
        access = cast.access(session, "ai", Permission.CODE, "round", round_id)
        coding.change_coding(
            within(session),
            access.asking(Permission.CODE),
            cast.documents["访谈一"],
            key,
            1,
            coding.CodingPatch(doubt=True),
        )
        change = session.scalars(sa.select(CodingChange)).one()
        session.expire(change)
        assert change.before == CodingContent(
            cast.codes["l1"], change.before.start, change.before.end, "", False, False
        )
    kept = plain(database, "before", "coding_change")
    assert kept == [
        {
            "code": str(cast.codes["l1"]),
            "start": change.before.start,
            "end": change.before.end,
            "memo": "",
            "doubt": False,
            "deleted": False,
            "typical": False,
        }
    ]


def test_coders_of_a_disagreement_and_codings_of_a_ruling(cast: Cast, database: Database, compared_round: UUID) -> None:
    with database.transaction() as session:
        d = session.scalars(sa.select(Disagreement).order_by(Disagreement.position)).first()
        assert d is not None
        side = disagreements.sides_of(session, [d])[d.id][0]
        assert [str(coder) for coder in d.coders] in plain(database, "coders", "disagreement")
        assert all(isinstance(coder, UUID) for coder in d.coders)
        ada = cast.access(session, "ada", Permission.ADJUDICATE, "disagreement", d.id)
        stands = adjudication.Span(code=side.code, start=side.start, end=side.end)
        adjudication.rule(session, ada, d.id, d.version, adjudication.RulingIn(codings=(stands, stands), reason="原话"))
    ruled = [{"code": str(side.code), "start": side.start, "end": side.end}]
    assert plain(database, "codings", "ruling") == [ruled]


def test_what_an_earlier_version_wrote_is_read(cast: Cast, database: Database, compared_round: UUID) -> None:
    """Rulings were written as lists of plain objects before they had a type."""
    old, code = uuid4(), cast.codes["c1"]
    with database.transaction() as session:
        d = session.scalars(sa.select(Disagreement)).first()
        assert d is not None
        session.execute(
            sa.text(
                "INSERT INTO ruling (id, disagreement_id, adjudicator_id, codings, reason, created_at)"
                " VALUES (:id, :d, :who, :codings, 'x', :at)"
            ).bindparams(
                sa.bindparam("id", old, sa.Uuid()),
                sa.bindparam("d", d.id, sa.Uuid()),
                sa.bindparam("who", cast.people["ada"].id, sa.Uuid()),
                sa.bindparam("codings", [{"code": str(code), "start": 1, "end": 3}], sa.JSON()),
                sa.bindparam("at", d.round.created_at, sa.DateTime()),
            )
        )
    with database.reading() as session:
        [standing] = session.get_one(Ruling, old).codings
        assert (standing.code, standing.start, standing.end) == (code, 1, 3)
