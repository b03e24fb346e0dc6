"""What a code says of itself besides its texts: a second name, aliases, a number, passages that its examples quote."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder import events
from intercoder.models import Event, Level, Passage
from intercoder.services import audit, versions
from intercoder.services.codebook import CodeChange, Entry, NewCode
from services.lead_codes import change, create, entry, passage, publish

pytestmark = pytest.mark.sqlite


def test_a_code_is_found_by_its_number_its_other_name_and_its_aliases() -> None:
    made = Entry(
        uuid4(), "旧物改用", Level.CONCEPT, None, "", "", "", "", "", None, 0, "Repurposing", ("翻新",), number=7
    )
    assert made.search == "jwgy jiuwugaiyong A7 Repurposing 翻新"


def test_aliases_come_once_each_and_are_trimmed(cast: Cast) -> None:
    given = (" Trust ", "ｔｒｕｓｔ", "", "口碑", "口碑\u200b")
    (made,) = create(cast, NewCode(name="信任", other_name=" Trust  first ", aliases=given))
    assert (made.other_name, made.aliases) == ("Trust first", ("Trust", "口碑"))


def test_a_version_keeps_what_is_said_and_tells_what_changed(cast: Cast) -> None:
    quoted = passage(cast, "年报节选", "研发投入")
    change(cast, cast.codes["c1"], CodeChange(other_name="Repurposing", aliases=("翻新",), example_at=quoted, colour=6))
    version = publish(cast)
    with cast.database.reading() as session:
        row = versions.get_version(session, cast.project, version)
        (told,) = versions.changes_of(session, row)
        kept = next(e for e in versions.stored_entries(session, version) if e.id == cast.codes["c1"])
    assert (kept.other_name, kept.aliases, kept.number, kept.mark.hue) == ("Repurposing", ("翻新",), 1, 6)
    assert kept.example_at == Passage(quoted.revision, quoted.start, quoted.end)
    assert set(told.fields) == {"other_name", "aliases", "example_at", "colour"}


def test_the_log_holds_what_is_said_and_the_audit_finds_what_was_changed_behind_it(cast: Cast) -> None:
    quoted = passage(cast, "年报节选", "研发投入")
    (made,) = create(cast, NewCode(name="新", other_name="New", aliases=("新的",), example_at=quoted))
    publish(cast)

    def differences() -> list[str]:
        with cast.database.reading() as session:
            return [d.field for project in audit.audit(session) for d in project.differences]

    assert differences() == []
    with cast.database.transaction() as session:
        session.execute(sa.text("UPDATE code SET number = 99, other_name = 'Old' WHERE id = :id"), {"id": made.id.hex})
        session.execute(sa.text("UPDATE version_code SET aliases = '[]'"))
    assert sorted(differences()) == ["number", "other_name", "sha256"]
    with cast.database.reading() as session:
        logged = session.scalars(sa.select(Event).where(Event.subject_id == made.id)).one()
    act = events.read(logged)
    assert isinstance(act, events.CodesCreated)
    assert act.codes[0].example_at == Passage(quoted.revision, quoted.start, quoted.end)


def test_a_code_that_moves_takes_the_hue_of_where_it_goes_unless_somebody_chose_one(cast: Cast) -> None:
    assert entry(cast, cast.codes["c1"]).mark.hue == 0
    change(cast, cast.codes["c1"], CodeChange(parent_id=cast.codes["t2"]))
    assert entry(cast, cast.codes["l1"]).mark.hue == 2
    change(cast, cast.codes["c1"], CodeChange(colour=5))
    change(cast, cast.codes["c1"], CodeChange(parent_id=cast.codes["t1"]))
    assert entry(cast, cast.codes["l1"]).mark.hue == 5
