"""Attempts at tests: what they come to, who may know of them, and that the answers stay hidden until all is submitted."""

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict
from intercoder.models import Assignment, Role, Round, RoundPurpose
from intercoder.policy import Permission
from intercoder.services import answer_keys, assigning, log, rounds, saturation, scores
from intercoder.services.counting import seen
from intercoder.services.paging import BEGINNING
from services.comparing import give
from services.settled import RIGHT, SENTENCES, coded_as, make_test, settled_study


def test_an_attempt_is_scored_by_code_with_every_miss_once_all_of_it_is_submitted(cast: Cast) -> None:
    source = settled_study(cast, "已定甲", "已定乙")
    give(cast, "lena", Role.LEAD, Role.CODER)
    people = (cast.people["ai"].id, cast.people["lena"].id)
    test = make_test(cast, "已定甲", "已定乙", coders=people)
    coded_as(cast, "ai", test, "已定甲", RIGHT.items())
    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.SCORE_VIEW, "round", test)
        assert scores.scored_attempts(session, access) == [], "half a test is no attempt"
    given = {place: "l2" if place in {0, 4} else code for place, code in RIGHT.items() if place != 2}
    coded_as(cast, "ai", test, "已定乙", given.items())

    with cast.database.reading() as session:
        access = cast.access(session, "ai", Permission.SCORE_VIEW, "round", test)
        [one] = scores.scored_attempts(session, access)
        assert (one.taken.coder_id, one.taken.knows, one.taken.repeats) == (cast.people["ai"].id, False, False)
        assert one.taken.could_read, "Ai was in the project while the answers lay open"
        by = {one.names[c.code]: c for c in one.score.by_code}
        first, second = by["旧机器接上网"], by["没有信任什么都谈不了"]
        assert (first.both, first.missed, first.extra) == (18, 2, 0)
        assert (second.both, second.missed, second.extra) == (19, 1, 2)
        assert one.score.answered == 2 * (SENTENCES + 1)
        assert first.alpha.interval is not None
        assert [(m.start, len(m.missing), len(m.extra)) for m in one.misses] == [(4, 1, 1), (26, 1, 0), (48, 1, 1)]
        assert [(c.code, c.count) for c in one.score.confusions] == [(str(cast.codes["l1"]), 2)]
        assert one.misses[0].text == "第00句说的是𠮷野家。"

    # A lead who takes the test too is blind to the others until it closes; so is nobody who does not.
    for person, known in (("lena", 0), ("ada", 1), ("olga", 1), ("bo", 0)):
        with cast.database.reading() as session:
            access = cast.access(session, person, Permission.SCORE_VIEW, "round", test)
            assert len(scores.scored_attempts(session, access)) == known, person
    with cast.database.reading() as session:
        access = cast.access(session, "ada", Permission.SCORE_VIEW, "round", source)
        assert scores.scored_attempts(session, access) == [], "a round that is no test has none"


def test_the_answers_are_hidden_from_a_trainee_until_all_of_the_test_is_submitted(cast: Cast) -> None:
    source = settled_study(cast, "已定甲", "已定乙")

    def told() -> tuple[bool, bool, int, bool, bool]:
        """Return what Ai may know: codings, rulings, passages, the round in pictures, acts in the round."""
        with cast.database.reading() as session:
            project = cast.access(session, "ai", Permission.CODEBOOK_VIEW)
            round_ = cast.access(session, "ai", Permission.ROUND_VIEW, "round", source)
            passages = sa.select(sa.func.count()).where(Assignment.round_id == source, seen(project))
            return (
                round_.may(Permission.CODINGS_VIEW),
                round_.may(Permission.DISAGREEMENTS_VIEW),
                session.scalar(passages) or 0,
                source in {r.id for r in saturation.visible_rounds(session, project)},
                any(e.round_id == source and not e.public for e in log.rows(session, project, BEGINNING).rows),
            )

    assert told() == (True, True, 4, True, True)
    test = make_test(cast, "已定甲", open=False)
    assert told() == (False, False, 0, False, False), "also while the test is prepared"
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", test) as (session, access):
        rounds.open_round(session, access)
    coded_as(cast, "ai", test, "已定甲", list(RIGHT.items())[:3])
    assert told() == (True, True, 4, True, True)
    with cast.database.reading() as session:
        assert cast.access(session, "bo", Permission.CODINGS_VIEW, "round", source).may(Permission.DISAGREEMENTS_VIEW)

    with cast.acting("lena", Permission.HAND_BACK, "round", test) as (session, access):
        taken = session.scalars(sa.select(Assignment.id).where(Assignment.round_id == test)).all()
        with pytest.raises(Conflict, match="This test was taken"):
            assigning.hand_back(session, access, taken, "nochmal")


def test_a_second_attempt_is_a_second_test_and_both_are_kept(cast: Cast) -> None:
    settled_study(cast, "已定甲")
    for _ in range(2):
        coded_as(cast, "ai", make_test(cast, "已定甲"), "已定甲", RIGHT.items())
    with cast.database.reading() as session:
        later, earlier = scores.taken_tests(session, cast.project)
        assert (later.repeats, earlier.repeats, later.knows) == (True, False, False)
        assert session.scalar(sa.select(sa.func.count(Round.id)).where(Round.name == "测试")) == 2
        assert answer_keys.settled_documents(session, cast.access(session, "lena", Permission.ROUND_MANAGE)), (
            "tests settle nothing, and take nothing away"
        )


def test_who_coded_in_a_training_round_without_answers_knows_the_document_and_is_told_apart_when_added_later(
    cast: Cast,
) -> None:
    settled_study(cast, "已定甲")
    plain = cast.round(documents=("已定甲",), coders=("ai",), unit="sentence", purpose=RoundPurpose.TRAINING)
    coded_as(cast, "ai", plain, "已定甲", RIGHT.items())
    with pytest.raises(Conflict, match=r"coded “已定甲” before"):
        make_test(cast, "已定甲")
    give(cast, "lena", Role.LEAD, Role.CODER)
    test = make_test(cast, "已定甲", coders=(cast.people["lena"].id,))
    # Who is added later is not refused, and not taken for a trainee who learnt: the attempt says what was known.
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", test) as (session, access):
        assigning.add_assignments(session, access, [assigning.Place(cast.documents["已定甲"], cast.people["ai"].id)])
    coded_as(cast, "ai", test, "已定甲", RIGHT.items())
    coded_as(cast, "lena", test, "已定甲", RIGHT.items())
    with cast.database.reading() as session:
        knows = {taken.coder_id: (taken.knows, taken.repeats) for taken in scores.taken_tests(session, cast.project)}
    assert knows == {cast.people["ai"].id: (True, False), cast.people["lena"].id: (False, False)}
