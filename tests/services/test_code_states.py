"""What is made of all codes of a project is kept until one of them changes: whoever reads sees what stands in the database."""

from collections.abc import Callable, Hashable
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.db import Database
from intercoder.models import Code, Round
from intercoder.policy import Permission
from intercoder.remembered import Remembered
from intercoder.services import codebook, moving, remapping, submitted, versions
from intercoder.services.access import Access
from intercoder.services.code_states import remembered, settled
from intercoder.services.codebook import CodeChange, NewCode
from intercoder.services.mapping import mapping
from intercoder.services.moving import MoveIn
from intercoder.services.remapping import MergeIn, SplitIn
from intercoder.services.targets import Target

Act = Callable[[Cast, Session, Access], object]

#: everything that changes what is made of codes, each after the one before
ACTS: dict[str, Act] = {
    "add": lambda _cast, session, access: codebook.create_codes(session, access, [NewCode(name="新的标签")]),
    "describe": lambda cast, session, access: codebook.change_code(
        session, access, cast.codes["c1"], None, CodeChange(definition="旧设备，新用途。")
    ),
    "colour": lambda cast, session, access: codebook.change_code(
        session, access, cast.codes["t1"], None, CodeChange(colour=5)
    ),
    "rename": lambda cast, session, access: codebook.change_code(
        session, access, cast.codes["c1"], None, CodeChange(name="Reusing what is there")
    ),
    "move": lambda cast, session, access: moving.move(
        session, access, MoveIn(codes=(cast.codes["c2"],), parent=cast.codes["t2"])
    ),
    "publish": lambda _cast, session, access: versions.publish(session, access),
    "merge": lambda cast, session, access: remapping.merge(
        session, access, MergeIn(codes=(cast.codes["l3"],), into=cast.codes["l2"])
    ),
    "split": lambda cast, session, access: remapping.split(
        session, access, cast.codes["l2"], SplitIn(into=(Target(name="谈得拢"), Target(name="谈不拢")))
    ),
    "retire": lambda cast, session, access: codebook.retire_code(session, access, cast.codes["l1"]),
}


def all_of(session: Session, cast: Cast, round_id: UUID) -> tuple[object, ...]:
    return (
        list(codebook.draft(session, cast.project)),
        mapping(session, cast.project),
        mapping(session, cast.project, 0),
        list(submitted.round_codebook(session, session.get_one(Round, round_id))),
        list(versions.unpublished_changes(session, cast.project)),
    )


def test_whoever_reads_sees_every_act_and_whoever_writes_leaves_nothing_behind_that_was_rolled_back(
    cast: Cast, compared_round: UUID
) -> None:
    def read() -> tuple[object, ...]:
        with cast.database.reading() as session:
            return all_of(session, cast, compared_round)

    seen = [read()]
    for act in ACTS.values():
        session = cast.database.session()
        act(cast, session, cast.access(session, "lena", Permission.CODEBOOK_EDIT))
        session.flush()
        all_of(session, cast, compared_round)
        session.rollback()
        session.close()
        assert read() == seen[-1]
        with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            act(cast, session, access)
        with cast.database.transaction() as session:
            stored = all_of(session, cast, compared_round)
        assert read() == stored != seen[-1]
        seen.append(stored)


@pytest.mark.sqlite
def test_nothing_is_made_twice_while_nothing_changed_and_anew_in_another_database(cast: Cast) -> None:
    made = []

    def make() -> int:
        made.append(1)
        return len(made)

    def read(database: Database, about: str = "codes") -> int:
        with database.reading() as session:
            return remembered(session, cast.project, (about,), make)

    assert [read(cast.database), read(cast.database), read(cast.database, "others")] == [1, 1, 2]
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        ACTS["describe"](cast, session, access)
        assert remembered(session, cast.project, ("codes",), make) == 3
    assert [read(cast.database), read(cast.database)] == [4, 4]
    again = Database(cast.database.url)
    assert read(again) == 5
    again.dispose()


@pytest.mark.parametrize("most", [1, 2, 5])
def test_what_was_asked_for_longest_ago_is_given_up(most: int) -> None:
    kept = Remembered(most)
    for n in range(most + 1):
        assert kept.of(n, "then", partial(list, [n])) == [n]
    assert kept.of(most, "then", list) == [most]
    assert kept.of(0, "then", list) == []
    assert kept.of(0, "now", lambda: [7]) == [7]


def test_a_writer_is_given_what_readers_keep_of_the_very_state_that_it_sees(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def asked(session: Session) -> str:
        def make() -> str:
            made.append("made")
            return f"value {len(made)}"

        return settled(session, cast.project, ("kept",), make)

    def change(session: Session) -> None:
        session.execute(sa.update(Code).where(Code.id == cast.codes["l1"]).values(revision=Code.revision + 1))

    with cast.database.transaction() as session:
        assert asked(session) == "value 1", "nobody has read yet, and what a writer makes is not kept"
    with cast.database.reading() as session:
        assert asked(session) == asked(session) == "value 2"
    with cast.database.transaction() as session:
        assert asked(session) == "value 2"
        change(session)
        assert asked(session) == "value 3", "it sees what nobody else does"
        session.rollback()
    kept = Remembered.kept

    def meanwhile(memory: Remembered, about: Hashable, then: Hashable) -> object | None:
        change(session)  # as another writer's commit, seen by whatever is asked from then on
        return kept(memory, about, then)

    monkeypatch.setattr(Remembered, "kept", meanwhile)
    with cast.database.transaction() as session:
        assert asked(session) == "value 4"
        session.rollback()
