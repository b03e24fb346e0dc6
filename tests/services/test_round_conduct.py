"""How a round was done, for the methods section: counted, not remembered."""

from uuid import UUID

from cast import Cast
from intercoder.language import speaking
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.reports.conduct import coders_paragraphs, conduct_paragraph
from intercoder.services import coder_sheets
from intercoder.services.access import RoundAccess
from intercoder.services.round_conduct import RoundConduct, round_conduct
from services.comparing import disagreements_of, give, rule


def conduct(cast: Cast, round_id: UUID, person: str = "lena") -> RoundConduct:
    with cast.database.reading() as session:
        access = cast.access(session, person, Permission.AGREEMENT_VIEW, "round", round_id)
        assert isinstance(access, RoundAccess)
        return round_conduct(session, access)


def test_what_was_coded_by_several_and_what_became_of_the_differences(cast: Cast) -> None:
    give(cast, "olga", Role.CODER)
    made = cast.round(documents=("访谈一", "年报节选"), coders=("ai", "bo", "olga"))
    cast.code("ai", made, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("ai", made, "访谈一", "年报节选")
    cast.submit("bo", made, "访谈一")
    cast.close(made, unfinished=True)
    told = conduct(cast, made)
    assert (told.documents, told.several, sum(told.places.values()), told.rulers) == (2, 1, 1, 0)
    with speaking("en"):
        said = conduct_paragraph(told)
    assert "1 of 2 documents (50" in said
    assert "chosen by hand" in said
    assert "differed at 1 place; of these 0 have been decided" in said
    (place,) = disagreements_of(cast, made)
    rule(cast, place, place.version, [], "nobody means it")
    told = conduct(cast, made)
    assert told.rulers == 1
    with speaking("en"):
        assert "differed at 1 place; all were decided by 1 adjudicator" in conduct_paragraph(told)


def test_coders_say_of_themselves_what_the_reader_may_read(cast: Cast, compared_round: UUID) -> None:
    with cast.acting("ai", Permission.SHEET_WRITE) as (session, access):
        coder_sheets.write(session, access, coder_sheets.SheetIn(role="doctoral student", training="two days"))
    with speaking("en"):
        called = {str(cast.people["ai"].id): "A"}
        (said,) = coders_paragraphs(conduct(cast, compared_round), called)
        assert said.startswith("A – Role: doctoral student.")
        assert coders_paragraphs(conduct(cast, compared_round, "bo"), called) == []
