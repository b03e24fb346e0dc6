"""Own labels through the API: versions, replays, and what others are told."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import Cast, Client

pytestmark = pytest.mark.sqlite


def test_a_coder_tidies_own_labels_through_the_api(app: Flask, cast: Cast) -> None:
    round_id: UUID = cast.round(policy="open", codebook=False)
    ai, bo, lena = (Client(app, cast.database, cast.people[name]) for name in ("ai", "bo", "lena"))
    base = f"/api/v1/rounds/{round_id}"
    first, second, group = uuid4(), uuid4(), uuid4()
    for key, body in (
        (first, {"name": "旧机器上网"}),
        (second, {"name": "old machines online"}),
        (group, {"name": "就地取材", "level": "concept"}),
    ):
        made = ai.call("PUT", f"{base}/codes/{key}", body)
        assert (made.status_code, (made.json or {})["revision"]) == (201, 1)
    own = f"{base}/own-codes/{first}"
    assert ai.call("PATCH", own, {"name": "旧机器联网"}).status_code == 428
    for _ in range(2):
        changed = ai.call("PATCH", own, {"name": "旧机器联网", "parent": str(group)}, If_Match='"1"')
        assert (changed.status_code, (changed.json or {})["label"]["revision"]) == (200, 2)
    assert ai.call("PATCH", own, {"name": "另一个"}, If_Match='"1"').status_code == 412
    merged = ai.post(f"{base}/own-codes/{second}/merge", {"into": str(first)}, 200, If_Match='"1"')
    listed = {label["name"]: label for label in ai.get(f"{base}/own-codes")}
    assert listed["旧机器联网"]["parent_id"] == listed["就地取材"]["id"]
    assert listed["old machines online"]["into_id"] == listed["旧机器联网"]["id"]
    undone = ai.post(f"{base}/own-acts/{merged['act']}/undo", status=200)
    assert undone["label"]["state"] == "private"
    ai.post(f"{base}/own-acts/{undone['act']}/undo", status=200)  # done again
    assert [(act["kind"], act["names"], act["undone"]) for act in ai.get(f"{base}/own-acts")] == [
        ("merged", ["old machines online"], False),
        ("changed", ["旧机器上网"], False),
    ]
    empty = listed["就地取材"]["id"]
    assert ai.call("DELETE", f"{base}/own-codes/{empty}", If_Match='"1"').status_code == 409
    assert bo.get(f"{base}/own-codes") == lena.get(f"{base}/own-codes") == []
    for identifier in (first, listed["旧机器联网"]["id"]):
        refused = bo.call("PATCH", f"{base}/own-codes/{identifier}", {"name": "我的"}, If_Match='"2"')
        unknown = bo.call("PATCH", f"{base}/own-codes/{uuid4()}", {"name": "我的"}, If_Match='"2"')
        assert refused.status_code == unknown.status_code == 404
        assert refused.get_data() == unknown.get_data()
    assert lena.call("PATCH", own, {"name": "我的"}, If_Match='"2"').status_code == 403
