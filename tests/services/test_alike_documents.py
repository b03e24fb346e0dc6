"""Documents of a report chosen by what they have in common, as the API lets one choose them."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast, Client
from intercoder.errors import InvalidInput
from intercoder.jobs.runner import run_next
from intercoder.models import Case, Document, SourceType
from intercoder.policy import Permission
from intercoder.services import agreement, results
from intercoder.services.access import RoundAccess
from intercoder.services.alike_documents import Alike, alike_documents


@pytest.fixture
def round_id(cast: Cast) -> UUID:
    """A compared round of two documents, of which one is an archive of a case, from the north."""
    made = cast.two_documents()
    with cast.database.transaction() as session:
        case = Case(project_id=cast.project, name="甲公司", name_key="甲公司", search="", position=1)
        session.add(case)
        session.flush()
        document = session.get_one(Document, cast.documents["访谈一"])
        document.case_id, document.source_type, document.attributes = (
            case.id,
            SourceType.ARCHIVE,
            {"区域": "北方", "规模": "大"},
        )
    return made


def case_of(cast: Cast) -> UUID:
    with cast.database.reading() as session:
        return session.scalars(sa.select(Case.id).where(Case.name == "甲公司")).one()


def found(cast: Cast, round_id: UUID, alike: Alike, *named: UUID) -> set[UUID]:
    with cast.acting("lena", Permission.AGREEMENT_RUN, "round", round_id) as (session, access):
        assert isinstance(access, RoundAccess)
        return set(alike_documents(session, access, (), named, alike))


def test_documents_are_chosen_by_case_source_and_attribute_and_each_narrows(cast: Cast, round_id: UUID) -> None:
    first = cast.documents["访谈一"]
    other = cast.documents["年报节选"]
    for alike in (
        Alike(cases=[case_of(cast)]),
        Alike(sources=[SourceType.ARCHIVE]),
        Alike(attributes={"区域": "北方"}),
        Alike([case_of(cast), uuid4()], [SourceType.ARCHIVE, SourceType.MEDIA], {"区域": "北方", "规模": "大"}),
    ):
        assert found(cast, round_id, alike) == found(cast, round_id, alike, first, other) == {first}
        with pytest.raises(InvalidInput, match="No document that was submitted"):
            found(cast, round_id, alike, other)
    for alike in (
        Alike(cases=[uuid4()]),
        Alike(sources=[SourceType.MEDIA]),
        Alike(attributes={"区域": "南方"}),
        Alike(cases=[case_of(cast)], attributes={"规模": "小"}),
    ):
        with pytest.raises(InvalidInput, match="Choose fewer"):
            found(cast, round_id, alike)
    assert found(cast, round_id, Alike()) == set(), "all of them"
    assert found(cast, round_id, Alike(), other) == {other}


def test_the_api_makes_a_report_of_the_documents_that_are_alike(cast: Cast, app: Flask, round_id: UUID) -> None:
    lena = Client(app, cast.database, cast.people["lena"])
    address = f"/api/v1/rounds/{round_id}/agreement"
    lena.post(
        address,
        {"unit": "sentence", "resamples": 0, "sources": ["archive"], "attributes": {"区域": "北方"}},
        status=202,
    )
    assert run_next(cast.database)
    with cast.database.reading() as session:
        report = agreement.reports(session, round_id)[0]
        made = results.open_report(session, report).provenance
        assert report.narrowed
        assert [document.id for document in made.documents] == [str(cast.documents["访谈一"])]
    refused = lena.post(address, {"unit": "sentence", "cases": [str(uuid4())]}, status=422)
    assert refused["code"] == "no_such_documents"
