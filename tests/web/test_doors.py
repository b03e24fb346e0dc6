"""The table of what the security log watches: whoever adds a door to an account or a project decides about it."""

import pytest
from flask import Flask

from intercoder.policy import Permission
from intercoder.web.requests import WATCHED

pytestmark = pytest.mark.sqlite

DOORS = {Permission.PUBLIC, Permission.SIGNED_IN, Permission.BROWSER, Permission.ADMINISTER, Permission.MEMBERS_MANAGE}
#: they change what a person sees, or make something new that only this person is in
NO_DOOR = {"account.change_profile", "account.set_language", "api.create_project", "api.judge_password"}


def test_every_door_that_can_be_opened_or_shut_is_watched(app: Flask) -> None:
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        and getattr(app.view_functions[rule.endpoint], "permission", None) in DOORS
    }
    assert changing - NO_DOOR == set(WATCHED)
