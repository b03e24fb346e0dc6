"""Rows written many at a time are what the models read."""

from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast
from intercoder.models import ConsensusCoding, Disagreement, DisagreementState
from intercoder.services import rows
from services.comparing import disagreements_of


def test_rows_written_as_text_are_read_as_what_the_models_say(cast: Cast, compared_round: UUID) -> None:
    d = disagreements_of(cast, compared_round)[0]
    standing = ConsensusCoding.metadata.tables["consensus_coding"]
    where = {"project_id": cast.project, "round_id": compared_round, "document_id": d.document_id}
    about = {**where, "revision_id": d.revision_id, "code_id": cast.codes["l2"]}
    new: dict[str, object] = {
        "id": str(uuid4()),
        **{name: str(i) for name, i in about.items()},
        "start": 3,
        "end": 5,
        "ruling_id": None,
    }
    places = Disagreement.metadata.tables["disagreement"]
    with cast.database.transaction() as session:
        rows.insert(standing, [new], session)
        rows.insert(standing, [], session)
        plain = rows.plainly(places)
        rows.execute(session, sa.update(plain).where(plain.c.id == str(d.id)).values(state="deferred"))
    with cast.database.reading() as session:
        row = session.scalars(sa.select(ConsensusCoding).where(ConsensusCoding.start == 3)).one()
        assert (row.code_id, row.ruling_id) == (cast.codes["l2"], None)
        assert session.get_one(Disagreement, d.id).state is DisagreementState.DEFERRED
        assert session.get_one(Disagreement, d.id).coders == d.coders
    with cast.database.transaction() as session:
        rows.drop(standing, [str(new["id"])], session)
        assert session.scalars(sa.select(ConsensusCoding).where(ConsensusCoding.start == 3)).all() == []
