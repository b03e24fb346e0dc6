"""The pages of attempts and of drift print each figure with its interval."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from cast import Cast, SignedIn
from intercoder.models import Assignment
from intercoder.policy import Permission
from intercoder.services import gates
from services.settled import RIGHT, coded_as, make_test, settled_study


def test_figures_of_attempts_and_of_drift_are_printed_with_their_intervals(cast: Cast, app: Flask) -> None:
    settled_study(cast, "已定甲")
    test = make_test(cast, "已定甲")
    given = [(place, "l2" if place in {0, 4} else code) for place, code in RIGHT.items()]
    coded_as(cast, "ai", test, "已定甲", given)
    with cast.database.transaction() as session:
        for earlier in session.scalars(sa.select(Assignment).where(Assignment.submitted_at.is_not(None))):
            assert earlier.submitted_at is not None
            earlier.submitted_at -= timedelta(days=9)
    again = cast.round(documents=("已定甲",), coders=("bo",), unit="sentence")
    coded_as(cast, "bo", again, "已定甲", given)
    cast.close(again)
    lena = SignedIn(app, cast.database, cast.people["lena"])
    for address in (f"/rounds/{test}/scores", f"/rounds/{test}/scores?level=theme", f"/projects/{cast.project}/drift"):
        answer = lena.call("GET", address)
        shown = answer.get_data(as_text=True)
        assert answer.status_code == 200, address
        assert shown.count('<span class="number">') >= 3, address
        assert shown.count('<span class="faint">') >= 3, address
    main = cast.round(opened=False)
    lena.call("PUT", f"/api/v1/rounds/{main}/gate", {"level": "theme"})
    shown = lena.call("GET", f"/rounds/{main}/gate").get_data(as_text=True)
    assert '<option value="theme" selected>' in " ".join(shown.split())


def test_a_round_in_preparation_names_who_has_not_passed_its_gate(cast: Cast, app: Flask) -> None:
    main = cast.round(opened=False)
    lena = SignedIn(app, cast.database, cast.people["lena"])
    assert "not passed the gate" not in lena.call("GET", f"/rounds/{main}").get_data(as_text=True)
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", main) as (session, access):
        gates.set_gate(session, access, gates.GateIn(alpha=0.8))
    said = lena.call("GET", f"/rounds/{main}").get_data(as_text=True)
    assert "Ai and Bo have not passed the gate of this round" in said
