"""Versions of the codebook: frozen, numbered, and each says what it changed."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, NotFound
from intercoder.models import CodebookVersion, Level
from intercoder.policy import Permission
from intercoder.services import codebook, versions
from intercoder.services.codebook import CodeChange, NewCode

pytestmark = pytest.mark.sqlite


def change(cast: Cast, code: str, change: CodeChange) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.change_code(session, access, cast.codes[code], None, change)


def retire(cast: Cast, code: str) -> None:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, cast.codes[code])


def publish(cast: Cast, note: str = "") -> CodebookVersion:
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return versions.publish(session, access, note)


def names(cast: Cast, version: UUID) -> list[str]:
    with cast.database.reading() as session:
        return [entry.name for entry in versions.version_entries(session, version)]


def test_a_version_stays_what_it_was(cast: Cast) -> None:
    change(cast, "c1", CodeChange(name="旧物新用"))
    retire(cast, "l2")
    second = publish(cast, "after the pilot")
    assert second.number == 2
    assert "旧物改用" in names(cast, cast.version)
    assert "没有信任什么都谈不了" in names(cast, cast.version)
    assert not {"旧物改用", "没有信任什么都谈不了"} & set(names(cast, second.id))


def test_a_version_says_what_it_changed(cast: Cast) -> None:
    change(cast, "c1", CodeChange(name="旧物新用"))
    change(cast, "l1", CodeChange(parent_id=cast.codes["c2"]))
    retire(cast, "l2")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.create_codes(session, access, [NewCode(name="新", level=Level.CONSTRUCT)])
    with cast.database.reading() as session:
        waiting = versions.unpublished_changes(session, cast.project)
    version = publish(cast)
    with cast.database.reading() as session:
        told = versions.changes_of(session, version)
        assert told == waiting
        assert versions.unpublished_changes(session, cast.project) == []
    assert {(c.kind, c.name): dict(c.fields) for c in told} == {
        ("changed", "旧物新用"): {"name": ("旧物改用", "旧物新用")},
        # The parent is called as it was before and as it is called after.
        ("changed", "旧机器接上网"): {"parent": ("旧物新用", "校企合作")},
        ("added", "新"): {},
        ("removed", "没有信任什么都谈不了"): {},
    }


def test_nothing_is_published_twice_and_an_empty_codebook_not_at_all(cast: Cast) -> None:
    with pytest.raises(Conflict, match="since version 1"):
        publish(cast)
    otto = cast.acting("otto", Permission.CODEBOOK_EDIT, "project", cast.other_project)
    with otto as (session, access), pytest.raises(Conflict, match="add a code first"):
        versions.publish(session, access)


def test_a_version_of_another_project_is_not_found(cast: Cast) -> None:
    with cast.database.reading() as session:
        assert versions.get_version(session, cast.project, cast.version).note == "first"
        with pytest.raises(NotFound):
            versions.get_version(session, cast.other_project, cast.version)
        assert session.scalar(sa.select(sa.func.count()).select_from(CodebookVersion)) == 1
