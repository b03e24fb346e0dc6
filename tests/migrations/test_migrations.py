"""The schema: one line of revisions, up and down and up with data in it, and no drift from the models."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cast import Cast, make_cast, store
from intercoder import queue, schema
from intercoder.db import Database
from intercoder.errors import Conflict
from intercoder.jobs.runner import run_next
from intercoder.models import (
    AlignmentProposal,
    Case,
    Code,
    Coding,
    Compared,
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Document,
    Event,
    ImportFiles,
    Job,
    JobKind,
    MakeReport,
    ReportLevel,
    Round,
    Ruling,
    Unit,
    all_tables,
)
from intercoder.models.values import Json
from intercoder.models.work import RESAMPLES
from intercoder.policy import Permission
from intercoder.services import adjudication, codebook, ingest, materials
from intercoder.services.adjudication import Span
from intercoder.stats.tree import Level
from services.comparing import consensus_of, disagreements_of, rule
from services.test_alignment import openly_coded
from text.text_files import zipped


def test_there_is_one_newest_revision() -> None:
    assert ScriptDirectory.from_config(schema._config()).get_heads() == [schema.head()]


def test_the_migrated_schema_is_the_one_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_up_down_up_with_data_in_every_table_works(cast: Cast) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Coding)) == 7
    schema.downgrade(cast.database, "base")
    assert schema.current(cast.database) is None
    left = set(sa.inspect(cast.database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    schema.upgrade(cast.database)
    again = make_cast(cast.database)
    again.compared_round()
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.action == "round.closed")) == 1


def test_a_database_that_is_not_migrated_is_refused_with_the_command(cast: Cast) -> None:
    schema.downgrade(cast.database, "base")
    with pytest.raises(Conflict, match="intercoder migrate"):
        schema.require_current(cast.database)


def test_jobs_of_an_earlier_version_find_their_round_and_later_ones_take_it_back(cast: Cast) -> None:
    round_id = cast.compared_round()
    with cast.database.transaction() as session:
        lead = cast.people["lena"].id
        made = queue.enqueue(session, cast.project, lead, MakeReport(Unit.PARAGRAPH, resamples=7), round_id=round_id)
        imported = queue.enqueue(session, cast.project, lead, ImportFiles((uuid4(),)))
        ids = (made.id, imported.id)
    schema.downgrade(cast.database, "0003")
    rows = sa.table("job", sa.column("id", sa.Uuid()), sa.column("kind", sa.Text()), sa.column("parameters", Json))
    with cast.database.transaction() as session:
        kept = {kind: parameters for kind, parameters in session.execute(sa.select(rows.c.kind, rows.c.parameters))}
        assert kept["compare"] == {"round": str(round_id)}
        assert kept["agreement"] == {"unit": "paragraph", "level": "as_coded", "resamples": 7, "round": str(round_id)}
        assert "round" not in kept["import"]
        # as the demo of 0.1.0 enqueued one, and one of a round that is not there
        old = {"round": str(round_id), "unit": "sentence", "level": "concept"}
        session.execute(sa.update(rows).where(rows.c.id == ids[0]).values(parameters=old))
        session.execute(
            sa.update(rows).where(rows.c.id == ids[1]).values(parameters={"files": [], "round": str(uuid4())})
        )
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        report, other = (session.get_one(Job, i) for i in ids)
        assert (report.round_id, other.round_id) == (round_id, None)
        assert report.task == MakeReport(Unit.SENTENCE, ReportLevel.CONCEPT, RESAMPLES)
        assert other.task == ImportFiles(())
        compared = session.scalars(sa.select(Job).where(Job.kind == JobKind.COMPARE)).one()
        assert compared.round_id == round_id
        assert isinstance(compared.outcome, Compared)
        assert compared.outcome.places["unanimous"] == 1


def test_a_round_without_a_codebook_gets_an_empty_version_in_an_earlier_schema(cast: Cast) -> None:
    made = [cast.round(policy="open", codebook=False) for _ in range(2)]
    cast.round()
    schema.downgrade(cast.database, "0018")
    rows = "SELECT v.number, (SELECT count(*) FROM version_code c WHERE c.version_id = v.id) FROM codebook_version v"
    with cast.database.reading() as session:
        assert sorted(map(tuple, session.execute(sa.text(rows)))) == [(1, 11), (2, 0), (3, 0)]
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        assert all(session.get_one(Round, i).version_id is not None for i in made)


def test_texts_that_wait_for_their_import_get_their_beginning(cast: Cast) -> None:
    files: dict[str, tuple[bytes, str | None, str | None]] = {
        "访谈.txt": ("\ufeff你好。\r\n再见。".encode(), "utf-8", "你好。\n再见。"),
        "年报.TXT": ("研发投入".encode("gb18030"), "gb18030", "研发投入"),
        "坏.md": (b"\xff\xfe\xfd", None, "\ufffd" * 3),
        "长.txt": (("话" * 9000).encode("utf-16-le"), "utf-16-le", "话" * 400),
        "表.docx": (zipped({"word/document.xml": ""}), None, None),
    }
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        for name, (data, encoding, _) in files.items():
            ingest.stage_file(session, access, name, data).encoding = encoding
    schema.downgrade(cast.database, "0003")
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        previews = {file.name: file.preview for file in ingest.staged_files(session, cast.project)}
    assert previews == {name: begins for name, (_, _, begins) in files.items()}


def test_a_project_of_an_earlier_version_stays_when_its_settings_go_and_has_empty_ones_on_the_way_back(
    cast: Cast,
) -> None:
    cast.compared_round()
    schema.downgrade(cast.database, "0004")
    with cast.database.transaction() as session:
        session.execute(sa.text("""UPDATE project SET settings = '{"panel": true}'"""))
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Coding)) == 7
    schema.downgrade(cast.database, "0004")
    with cast.database.reading() as session:
        settings = sa.table("project", sa.column("settings", Json))
        assert set(map(str, session.scalars(sa.select(settings.c.settings)))) == {"{}"}
    schema.upgrade(cast.database)


def test_documents_and_cases_of_an_earlier_version_are_found_by_pinyin(cast: Cast) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        materials.remove_document(session, access, cast.documents["年报节选"])
        wanted = {d.id: (d.spelling, d.search) for d in session.scalars(sa.select(Document))}
        cases = {c.id: c.search for c in session.scalars(sa.select(Case))}
    assert ("fangtanyi", "访谈一 fty fangtanyi") in wanted.values()
    schema.downgrade(cast.database, "0005")
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        assert {d.id: (d.spelling, d.search) for d in session.scalars(sa.select(Document))} == wanted
        assert {c.id: c.search for c in session.scalars(sa.select(Case))} == cases


def test_names_of_an_earlier_version_get_the_key_of_those_that_read_the_same(cast: Cast) -> None:
    columns = [Case.name_key, Case.search, Document.title_key, Document.search, Code.name_key]
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        materials.create_case(session, access, materials.NewCase(name="⻝品厂"))
        for title in ("⻓期访谈", "⻋间记录"):
            store(session, access, title, f"{title}：一句话。")
        names = [codebook.NewCode(name=name, level=Level.LABEL) for name in ("⻅面礼", "⻢上做")]
        codebook.create_codes(session, access, names)
        wanted = [sorted(session.scalars(sa.select(column))) for column in columns]
    schema.downgrade(cast.database, "0007")
    with cast.database.transaction() as session:
        # as the version before wrote them; one key is another document's already
        session.execute(sa.update(Case).where(Case.name == "⻝品厂").values(name_key="⻝品厂", search="⻝品厂"))
        for title in ("⻓期访谈", "⻋间记录"):
            session.execute(sa.update(Document).where(Document.title == title).values(title_key=title, search=title))
        session.execute(sa.update(Code).where(Code.name == "⻅面礼").values(name_key="⻅面礼"))
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        keys = [sorted(session.scalars(sa.select(column))) for column in columns]
    assert (keys[0], keys[2], keys[4]) == (wanted[0], wanted[2], wanted[4])
    assert "食品厂" in keys[1]
    assert "长期访谈" in keys[3]


def test_a_name_whose_key_is_taken_keeps_the_one_it_had(cast: Cast) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        for title in ("食品厂访谈", "另一份"):
            store(session, access, title, f"{title}：一句话。")
    schema.downgrade(cast.database, "0007")
    with cast.database.transaction() as session:
        other = sa.update(Document).where(Document.title == "另一份")
        session.execute(other.values(title="⻝品厂访谈", title_key="⻝品厂访谈", search="⻝品厂访谈"))
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        rows = session.execute(sa.select(Document.title, Document.title_key, Document.search)).all()
    assert ("⻝品厂访谈", "⻝品厂访谈", "食品厂访谈") in [tuple(row) for row in rows]
    assert ("食品厂访谈", "食品厂访谈") in [(row.title, row.title_key) for row in rows]


def test_a_ruling_that_a_comparison_had_ended_holds_again_and_one_that_was_taken_back_does_not(cast: Cast) -> None:
    round_id = cast.compared_round()
    first, second, _ = disagreements_of(cast, round_id)
    rule(cast, first, 1, [], "以前的")
    rule(cast, first, 2, [], "后来的")
    rule(cast, second, 1, [], "收回的")
    with cast.acting("ada", Permission.ADJUDICATE, "disagreement", second.id) as (session, access):
        adjudication.undo(session, access, second.id, 2)
    with cast.database.transaction() as session:
        session.get_one(Disagreement, first.id).state = DisagreementState.VOID

    def ended() -> dict[str, bool]:
        with cast.database.reading() as session:
            return {ruling.reason: ruling.ended_at is not None for ruling in session.scalars(sa.select(Ruling))}

    assert ended() == {"以前的": True, "后来的": False, "收回的": True}
    schema.downgrade(cast.database, "0024")
    schema.upgrade(cast.database, "0024")
    rows = sa.table("ruling", sa.column("ended_at", sa.DateTime(timezone=True)))
    with cast.database.reading() as session:
        assert all(at is not None for at in session.scalars(sa.select(rows.c.ended_at)))
    schema.upgrade(cast.database)
    assert ended() == {"以前的": True, "后来的": False, "收回的": True}


def test_a_coding_that_stood_twice_in_a_consensus_of_an_earlier_version_stands_once(cast: Cast) -> None:
    round_id = cast.compared_round()
    first, second, _ = disagreements_of(cast, round_id)
    same = Span(code=cast.codes["l2"], start=first.start, end=second.end)
    for d in (first, second):
        rule(cast, d, 1, [same], "连着说的", beyond=True)
    before = consensus_of(cast, round_id)
    schema.downgrade(cast.database, "0041")
    rows = sa.table("consensus_coding", *(sa.column(column.name) for column in ConsensusCoding.__table__.columns))
    with cast.database.transaction() as session:
        held = session.execute(sa.select(rows)).mappings().all()
        later = max(session.scalars(sa.select(sa.type_coerce(Ruling.id, sa.Uuid()))))
        ruling = later.hex if cast.database.sqlite else later
        # Each as another ruling, or nobody's, had it once more.
        for row in held:
            session.execute(sa.insert(rows).values(**{**row, "id": uuid4().hex, "ruling_id": ruling}))
    schema.upgrade(cast.database)
    assert consensus_of(cast, round_id) == before


def test_proposals_of_an_earlier_version_are_found_as_new_ones_are(cast: Cast) -> None:
    openly_coded(cast)
    while run_next(cast.database):
        pass
    kept = sa.select(AlignmentProposal.search, AlignmentProposal.alike, AlignmentProposal.within)
    kept = kept.order_by(AlignmentProposal.position)
    with cast.database.reading() as session:
        wanted = [tuple(row) for row in session.execute(kept)]
    assert "xiantanxinren" in str(wanted)
    schema.downgrade(cast.database, "0025")
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        assert [tuple(row) for row in session.execute(kept)] == wanted
