"""The passages behind a number of a report, and the page on which the coders stand beside one another in the text."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast
from intercoder.db import Database
from intercoder.models import AgreementReport, Disagreement
from web.pages.reading import Reader, select, words

pytestmark = pytest.mark.sqlite


@pytest.fixture
def reader(app: Flask, database: Database, cast: Cast) -> Reader:
    return Reader(app, database, cast)


def report_of(database: Database, round_id: UUID) -> UUID:
    with database.reading() as session:
        return session.scalars(sa.select(AgreementReport.id).where(AgreementReport.round_id == round_id)).one()


def test_segments_can_be_narrowed_to_where_coders_differ_and_lead_to_the_disagreement(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    address = f"/reports/{report_of(database, compared_round)}/segments"
    everything = select(reader.page("olga", address), ".passages > li")
    differ = select(reader.page("olga", f"{address}?only=differ"), ".passages > li")
    agree = select(reader.page("olga", f"{address}?only=agree"), ".passages > li")
    assert len(everything) == len(differ) + len(agree)
    assert 0 < len(differ) < len(everything)
    with database.reading() as session:
        ids = session.scalars(sa.select(Disagreement.id).where(Disagreement.round_id == compared_round)).all()
    known = {f"/disagreements/{d}" for d in ids}
    leads = [[a.get("href") for a in select(li, "p > a") if "/disagreements/" in a.get("href")] for li in differ]
    assert {href for hrefs in leads for href in hrefs} <= known
    assert all(leads)
    agreed = reader.page("olga", f"{address}?code={cast.codes['l1']}&only=agree")
    assert "把旧机器都接上了网" in words(agreed)
    assert len(select(agreed, ".passages > li")) == 1


@pytest.mark.parametrize("query", ["only=perhaps", "code=17", "cursor=nowhere", "cursor=%00"])
def test_an_address_that_makes_no_sense_is_refused_with_a_sentence(
    reader: Reader, cast: Cast, database: Database, query: str, compared_round: UUID
) -> None:
    page = reader.page("olga", f"/reports/{report_of(database, compared_round)}/segments?{query}", 422)
    assert len(words(page)) > 30


def test_a_passage_opens_the_text_in_which_the_coders_stand_beside_one_another(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    report = report_of(database, compared_round)
    passages = reader.page("olga", f"/reports/{report}/segments?only=differ")
    address = next(a.get("href") for a in select(passages, ".passages a") if "/compare?" in a.get("href"))
    for view in ("stacked", "columns"):
        page = reader.page("olga", f"{address}&view={view}")
        here = select(page, ".compare-line.at")
        assert len(here) == 1
        assert "differs" in here[0].get("class")
        assert select(here[0], "a[data-rule]")[0].get("href").startswith("/disagreements/")
        codes = {a.get("href") for a in select(page, ".compare-line a.chip")}
        assert codes
        assert all(href.startswith("/codes/") and href.endswith("/passages") for href in codes)
    names = [person.name for key, person in cast.people.items() if key in {"ai", "bo"}]
    assert all(name in words(page) for name in names)
    hidden = words(reader.page("olga", f"{address}&names=hidden"))
    main = hidden[hidden.index("Show coder names") :]
    assert not any(name in main for name in names)


def test_passages_are_chosen_by_kind_and_coders_and_what_raises_alpha_most_is_first(
    reader: Reader, cast: Cast, database: Database, compared_round: UUID
) -> None:
    address = f"/reports/{report_of(database, compared_round)}/segments"
    every = select(reader.page("olga", f"{address}?only=differ&kind="), ".passages > li")
    kinds = ("different_code", "boundary", "omission")
    parts = [select(reader.page("olga", f"{address}?only=differ&kind={kind}"), ".passages > li") for kind in kinds]
    assert sum(map(len, parts)) == len(every) > 1
    ai, bo = (cast.people[name].id for name in ("ai", "bo"))
    both = reader.page("olga", f"{address}?only=differ&coder={ai}&other={bo}")
    assert len(select(both, ".passages > li")) == len(every)
    assert select(both, "#s-coder option[selected]")[0].get("value") == str(ai)
