"""Tests for trainees are made of settled documents only, drawn by a seed, and for nobody who knows the answers."""

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    AnswerKey,
    ConsensusCoding,
    Difficulty,
    Disagreement,
    DisagreementKind,
    DisagreementState,
    Event,
    Role,
    RoundPurpose,
)
from intercoder.models import Round as RoundRow
from intercoder.policy import Permission
from intercoder.services import answer_keys, scores
from intercoder.services.answer_keys import Draw
from services.comparing import disagreements_of, give, rule
from services.settled import RIGHT, SENTENCES, coded_as, make_test, settled_study


def test_only_what_is_settled_makes_a_test_and_is_kept_with_it(cast: Cast, compared_round: object) -> None:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        [one] = answer_keys.settled_documents(session, access)
        assert (one.title, one.unanimous, one.differed, one.waiting) == ("访谈一", 1, 3, 3)
        assert one.difficulty == 0.75
    with pytest.raises(InvalidInput, match="Nothing is settled on one"):
        make_test(cast, "年报节选")
    with pytest.raises(InvalidInput, match="at least one document"):
        make_test(cast)

    settled_study(cast, "已定甲", "已定乙")
    test = make_test(cast, "已定甲")
    with cast.database.reading() as session:
        key = session.get_one(AnswerKey, test)
        [held] = key.documents
        assert (held.document, len(held.codings), key.seed) == (cast.documents["已定甲"], len(RIGHT), None)
        round_ = session.get_one(RoundRow, test)
        assert (round_.purpose, round_.live_figures) == (RoundPurpose.TRAINING, False)
        [act] = session.query(Event).where(Event.action == "round.test")
        assert (act.public, act.round_id) == (False, test)


def test_places_that_wait_or_were_put_off_are_in_no_test(cast: Cast) -> None:
    source = settled_study(cast, "已定甲")
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", source) as (session, _):
        session.add(
            Disagreement(
                project_id=cast.project,
                round_id=source,
                document_id=cast.documents["已定甲"],
                revision_id=session.scalars(sa.select(ConsensusCoding.revision_id)).first(),
                start=4,
                end=6,
                kind=DisagreementKind.OMISSION,
                identity="x",
                coders=(),
                position=1,
                version=2,
                state=DisagreementState.DEFERRED,
            )
        )
    test = make_test(cast, "已定甲")
    coded_as(cast, "ai", test, "已定甲", [(place, code) for place, code in RIGHT.items() if place])
    with cast.database.reading() as session:
        [taken] = scores.taken_tests(session, cast.project)
        score = scores.score(session, taken)
        assert (score.units, score.misses) == (SENTENCES, ()), "the first sentence of the sign counts nowhere"


@pytest.mark.parametrize("person", ["bo", "ada"])
def test_who_coded_or_ruled_there_takes_no_test(cast: Cast, person: str, compared_round: object) -> None:
    if person == "ada":
        give(cast, "ada", Role.ADJUDICATOR, Role.CODER)
        rule(cast, disagreements_of(cast, cast.rounds["compared"])[0], 1, [], "都不成立")
        title = "访谈一"
    else:
        settled_study(cast, "已定甲")
        title = "已定甲"
    with pytest.raises(Conflict, match=r"coded “.*” before, or ruled on it"):
        make_test(cast, title, coders=(cast.people[person].id,))


def test_a_seed_draws_the_same_again_and_codes_that_are_wanted_come_first(cast: Cast) -> None:
    titles = [f"已定{sign}" for sign in "甲乙丙丁戊"]
    settled_study(cast, *titles)

    def chosen(**draw: object) -> list[str]:
        with cast.database.reading() as session:
            offered = answer_keys.settled_documents(session, cast.access(session, "lena", Permission.ROUND_MANAGE))
            return [one.title for one in answer_keys.drawn(offered, Draw(**{"documents": 3, **draw}), 20261128)]

    assert chosen() == SAME_EVERYWHERE
    assert sorted(chosen(documents=9, difficulty=Difficulty.MIXED)) == sorted(titles)
    test = make_test(cast, draw=Draw(documents=3, seed=20261128, difficulty=Difficulty.ANY))
    with cast.database.reading() as session:
        key = session.get_one(AnswerKey, test)
        assert {d.document for d in key.documents} == {cast.documents[t] for t in SAME_EVERYWHERE}
        assert (key.seed, key.difficulty) == (20261128, Difficulty.ANY)
    coded_as(cast, "ai", test, SAME_EVERYWHERE[0], RIGHT.items())


#: of five documents, by the seed of this test
SAME_EVERYWHERE = ["已定乙", "已定戊", "已定丙"]
