"""A comparison that did not finish, and rulings that what happened to codes has put to sleep, as their readers see them."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast
from intercoder.db import Database
from intercoder.jobs.runner import run_next
from intercoder.models import Job, JobKind, JobState
from intercoder.policy import Permission
from intercoder.services import comparing, remapping, rounds
from intercoder.services.adjudication import Span
from intercoder.services.remapping import SplitIn
from intercoder.services.targets import Target
from services.comparing import disagreements_of, rule
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize(
    ("ended", "said"), [(JobState.FAILED, "failed. Compare it again"), (JobState.CANCELLED, "was stopped")]
)
def test_a_comparison_that_did_not_finish_is_started_again_from_the_page(
    app: Flask, database: Database, cast: Cast, ended: JobState, said: str
) -> None:
    reader, round_id = Reader(app, database, cast), cast.coded_round()
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        rounds.close_round(session, access)
    with database.transaction() as session:
        session.scalars(sa.select(Job).where(Job.kind == JobKind.COMPARE)).one().state = ended
    page = reader.page("lena", f"/rounds/{round_id}")
    assert said in words(page)
    assert len(select(page, f'form[action="/api/v1/rounds/{round_id}/comparison"]')) == 1
    assert (
        select(reader.page("ada", f"/rounds/{round_id}"), f'form[action="/api/v1/rounds/{round_id}/comparison"]') == []
    )
    again(cast, round_id)
    assert len(disagreements_of(cast, round_id)) == 3
    assert said not in words(reader.page("lena", f"/rounds/{round_id}"))


def test_a_card_says_that_a_ruling_does_not_hold_and_why(
    app: Flask, database: Database, cast: Cast, compared_round: UUID
) -> None:
    reader, d = Reader(app, database, cast), disagreements_of(cast, compared_round)[2]
    rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据。")
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        remapping.split(session, access, cast.codes["l3"], SplitIn(into=(Target(name="接口"), Target(name="数据"))))
    again(cast, compared_round)
    (badge,) = select(reader.page("ada", f"/disagreements/{d.id}"), ".rulings .badge")
    assert badge.text_content() == "does not hold: a code of it was split"


def again(cast: Cast, round_id: UUID) -> None:
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
        job = comparing.compare_again(session, access).id
    run_next(cast.database, job)
