"""Drift: what a coder coded twice, at least a day apart, is compared with itself; nothing else is."""

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import drifting
from services.conftest import Clock
from services.settled import RIGHT, coded_as, settled_study


def test_what_came_again_is_compared_with_what_the_coder_made_of_it_first(cast: Cast, clock: Clock) -> None:
    def found() -> drifting.Drifts:
        with cast.database.reading() as session:
            return drifting.drifts(session, cast.access(session, "lena", Permission.ROUND_MANAGE))

    settled_study(cast, "已定甲", "已定乙")
    assert found().coders == (), "nothing came again"
    clock.forward(hours=23)
    sooner = cast.round(documents=("已定乙",), coders=("bo",), unit="sentence")
    coded_as(cast, "bo", sooner, "已定乙", RIGHT.items())
    cast.close(sooner)
    assert found().coders == (), "too soon: it is remembered"

    clock.forward(days=9)
    later = cast.round(documents=("已定甲",), coders=("bo", "olga"), unit="sentence")
    changed = [(place, "l2" if place in {0, 4, 8} else code) for place, code in RIGHT.items()]
    coded_as(cast, "bo", later, "已定甲", changed)
    coded_as(cast, "olga", later, "已定甲", RIGHT.items())
    assert found().coders == (), "an open round tells nothing"
    cast.close(later)

    seen = found()
    by = {seen.names[one.coder]: one for one in seen.coders}
    bo, olga = by["Bo"], by["Olga"]
    assert olga.alpha.value == 1.0
    assert bo.alpha.value is not None
    assert 0.8 < bo.alpha.value < 1.0
    assert bo.alpha.interval is not None
    assert {seen.codes[str(c.code)]: c.direction for c in bo.by_code} == {
        "旧机器接上网": "less",
        "没有信任什么都谈不了": "more",
    }
    assert [(c.first, c.second) for c in bo.by_code] in ([(3, 0), (0, 3)], [(0, 3), (3, 0)])
