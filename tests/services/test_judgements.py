"""What was judged of saturation, as it is shown: to whom, and whether it still holds."""

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import declared, judgements
from intercoder.services.declared import DeclareIn
from services.settled import make_test, settled_study

JUDGE = Permission.SATURATION_JUDGE


def test_who_takes_a_test_on_the_rounds_it_rests_on_is_not_shown_it(cast: Cast) -> None:
    settled_study(cast, "甲", "乙")
    given = {"kind": "codes", "level": "concept", "view": "union", "reason": "no news", "despite": "x"}
    with cast.acting("lena", JUDGE) as (session, access):
        declared.declare(session, access, DeclareIn.model_validate(given))

    def sees(person: str) -> bool:
        with cast.database.reading() as session:
            return bool(judgements.declarations(session, cast.access(session, person, Permission.SATURATION_VIEW)))

    assert sees("ai")
    make_test(cast, "甲")
    trainees = {person for person in ("ai", "bo", "ada", "olga") if not sees(person)}
    assert trainees, "somebody takes the test"
    assert sees("lena")
