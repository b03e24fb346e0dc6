"""How much there may be: refused before anything is stored, with what is used, what may be, and what to do."""

from dataclasses import replace

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.config import Quota, Quotas, load_settings
from intercoder.errors import Conflict, IntercoderError, InvalidInput
from intercoder.language import speaking
from intercoder.models import Role, SourceFile
from intercoder.policy import Permission
from intercoder.services import accounts, ingest, members, quotas
from intercoder.services.document_list import extent
from intercoder.web.i18n import explain

TEXT = "先有信任，再有合同。".encode()


def allow(cast: Cast, **given: Quota) -> None:
    """Let so much be held, as the settings of a server do."""
    cast.database.hooks["quotas"] = replace(Quotas(), **given)


def upload(cast: Cast, name: str, data: bytes = TEXT) -> None:
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        ingest.stage_file(session, access, name, data)


def refused(cast: Cast, name: str, data: bytes = TEXT) -> str:
    """Return why a file is refused; it must not have been kept."""
    with pytest.raises(Conflict) as refusal:
        upload(cast, name, data)
    assert refusal.value.code == "over_quota"
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        assert name not in [file.name for file in ingest.staged_files(session, access.project.id)]
    return str(refusal.value)


@pytest.mark.parametrize("whose", ["project", "server"])
def test_files_take_so_many_megabytes_and_no_more(cast: Cast, whose: str) -> None:
    allow(cast, megabytes=Quota(2, 9) if whose == "project" else Quota(9, 2))
    upload(cast, "first.txt", b"a" * 1_500_000)
    said = refused(cast, "second.txt", b"b" * 600_000)
    assert f"The files of this {whose} take 2 of 2 MB, and 1 MB more would be too much." in said
    assert "QUOTA_MEGABYTES" in said
    upload(cast, "third.txt", b"c" * 400_000)  # what fits is taken


@pytest.mark.parametrize(
    ("allowed", "fits"),
    [
        ({"megabytes": Quota(2, 9)}, [True, False, True, False]),
        ({"megabytes": Quota(9, 3)}, [True, True, True, False]),
        ({"staged": Quota(3, 9)}, [True, True, True, False]),
    ],
)
def test_of_files_that_come_together_those_are_taken_for_which_there_is_room(
    cast: Cast, allowed: dict[str, Quota], fits: list[bool]
) -> None:
    allow(cast, **allowed)
    files = [(f"{n}.txt", str(n).encode() * size) for n, size in enumerate((1_500_000, 900_000, 400_000, 300_000))]
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        staged = ingest.stage_files(session, access, ingest.looked_over(files))
        assert [isinstance(file, SourceFile) for file in staged] == fits
        assert {file.code for file in staged if isinstance(file, IntercoderError)} == {"over_quota"}
        kept = sorted(file.name for file in ingest.staged_files(session, access.project.id))
        assert kept == [name for (name, _), taken in zip(files, fits, strict=True) if taken]


def test_so_many_files_wait_and_discarding_makes_room(cast: Cast) -> None:
    allow(cast, staged=Quota(2, 9))
    upload(cast, "一.txt")
    upload(cast, "二.txt", TEXT * 2)
    assert "2 files of this project wait to be imported, and at most 2 may." in refused(cast, "三.txt")
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        ingest.discard_file(session, access, ingest.staged_files(session, access.project.id)[0].id)
    upload(cast, "三.txt")


def test_an_import_of_too_many_documents_begins_not_at_all(cast: Cast) -> None:
    upload(cast, "一.txt")
    upload(cast, "二.txt", TEXT * 2)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        there = extent(session, access).documents
    allow(cast, documents=Quota(there + 1, 99))
    for waits in (2, 1):
        with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
            files = [file.id for file in ingest.staged_files(session, access.project.id)][:waits]
            if waits == 1:
                assert ingest.start_import(session, access, files).state == "queued"
                continue
            with pytest.raises(Conflict, match=f"has {there} documents of at most {there + 1}, and 2 more"):
                ingest.start_import(session, access, files)


def test_a_project_has_so_many_members_and_a_server_so_many_accounts(cast: Cast) -> None:
    allow(cast, members=Quota(5, 7))
    with cast.database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ai"].id, [Role.OBSERVER])  # is there already
        with pytest.raises(Conflict, match="This project has 5 members of at most 5"):
            members.add_member(session, cast.project, cast.people["otto"].id, [Role.CODER])
        with pytest.raises(Conflict, match="This project has 5 members of at most 5"):
            quotas.room_for_member(session, cast.project)
        with pytest.raises(Conflict, match="This server has 7 accounts of at most 7"):
            accounts.create_user(session, "new@study.example", "New", "hash")


@pytest.mark.sqlite
def test_a_program_gets_a_problem_and_a_person_the_sentence_in_the_own_language(app: Flask, cast: Cast) -> None:
    allow(cast, staged=Quota(1, 1))
    lena = Client(app, cast.database, cast.people["lena"])
    files = f"/api/v1/projects/{cast.project}/files"
    assert lena.upload(files, "一.txt", TEXT).status_code == 201
    answer = lena.upload(files, "二.txt", TEXT)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "/problems/over_quota" in answer.get_data(as_text=True)
    with pytest.raises(Conflict) as refusal:
        upload(cast, "二.txt")
    with speaking("zh"):
        assert explain(refusal.value).startswith("本项目已有 1 个文件等待导入，上限为 1 个。")


@pytest.mark.parametrize("value", ["2000", "0/5", "9/3", "many/all", "1/2/3", "-1/5", "１０/²"])
def test_a_setting_that_says_no_two_numbers_is_refused(value: str, tmp_path: object) -> None:
    with pytest.raises(InvalidInput, match="QUOTA_STAGED must be two whole numbers"):
        load_settings({"INTERCODER_DATA": str(tmp_path), "QUOTA_STAGED": value})
