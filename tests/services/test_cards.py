"""What is needed to decide on one disagreement: the words around it, and what every coder has there."""

from uuid import UUID

import pytest

from cast import TEXTS, Cast
from intercoder.policy import Permission
from intercoder.services import cards
from services.comparing import disagreements_of

pytestmark = pytest.mark.sqlite


def test_a_card_has_every_coder_with_codes_memo_and_doubt_also_whoever_coded_nothing(
    cast: Cast, compared_round: UUID
) -> None:
    sides = []
    for d in disagreements_of(cast, compared_round):
        with cast.acting("ada", Permission.DISAGREEMENTS_VIEW, "disagreement", d.id) as (session, access):
            card = cards.card(session, access, d.id)
        assert card.before + card.text + card.after in TEXTS["访谈一"]
        assert card.text == TEXTS["访谈一"][d.start : d.end]
        assert {entry.id for entry in card.codes} == {coding.code for side in card.sides for coding in side.codings}
        sides.append({s.name: [(c.name, c.memo, c.doubt) for c in s.codings] for s in card.sides})
    assert sides == [
        {"Ai": [], "Bo": [("旧物改用", "", False)]},
        {"Ai": [("没有信任什么都谈不了", "原话", True)], "Bo": [("平台把数据开放", "", False)]},
        {"Ai": [("平台把数据开放", "", False)], "Bo": [("平台把数据开放", "", False)]},
    ]
