"""Every route: a permission, the roles that get in, and nothing for anybody else."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from cast import Cast, Client
from intercoder.models import Role
from intercoder.policy import GENERAL, TABLE, Permission
from web.world import Ids, other_ids, own_ids

#: the roles that get in, written down a second time: a change of the table must be meant
MATRIX: dict[str, str] = {
    "project:view": "lead coder adjudicator observer",
    "project:edit": "lead",
    "members:view": "lead coder adjudicator observer",
    "members:manage": "lead",
    "sheet:write": "lead coder adjudicator",
    "materials:view": "lead adjudicator observer",
    "materials:manage": "lead",
    "codebook:view": "lead coder adjudicator observer",
    "codebook:edit": "lead",
    "codebook:teach": "lead adjudicator",
    "alignment:place": "lead",
    "memo:write": "lead coder adjudicator",
    "round:view": "lead coder adjudicator observer",
    "round:manage": "lead",
    "progress:view": "lead observer",
    "progress:hand-back": "lead",
    "proposals:decide": "lead",
    "coding:write": "coder",
    "coding:view": "lead coder adjudicator observer",
    "agreement:view": "lead coder adjudicator observer",
    "agreement:run": "lead adjudicator",
    "disagreements:view": "lead coder adjudicator observer",
    "adjudication:rule": "adjudicator",
    "discussion:write": "lead coder adjudicator",
    "norming:host": "lead adjudicator",
    "norming:vote": "lead coder adjudicator",
    "drift:view": "lead",
    "drift:own": "lead coder",
    "score:view": "lead coder adjudicator observer",
    "scores:view": "lead adjudicator observer",
    "saturation:view": "lead coder adjudicator observer",
    "saturation:judge": "lead",
    "theory:view": "lead coder adjudicator observer",
    "theory:edit": "lead",
    "log:view": "lead coder adjudicator observer",
    "jobs:view": "lead adjudicator",
}
PEOPLE = {"lena": Role.LEAD, "ai": Role.CODER, "ada": Role.ADJUDICATOR, "olga": Role.OBSERVER}
#: signing in, links with secrets, health, the API's own description, static files: for anybody
PUBLIC = {
    "account.sign_in",
    "account.setup",
    "account.invitation",
    "account.register",
    "account.set_language",
    "account.words_of_modules",
    "account.sign_out",
    "health.healthz",
    "health.readyz",
    "health.figures",
    "api.openapi",
    "api.judge_password",
}


def rules(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if r.endpoint != "static"]


def view(app: Flask, rule: Rule) -> Any:
    return app.view_functions[rule.endpoint]


def requests_of(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def test_the_table_is_the_one_that_is_written_here() -> None:
    written = {p: frozenset(Role(r) for r in roles.split()) for p, roles in MATRIX.items()}
    assert {p.value: rule.roles for p, rule in TABLE.items()} == written
    assert set(Permission) == set(TABLE) | GENERAL


@pytest.mark.sqlite
class TestRoutes:
    """On SQLite only: what a route answers does not depend on the database."""

    def test_every_route_names_a_permission(self, app: Flask) -> None:
        nameless = [r.rule for r in rules(app) if not isinstance(getattr(view(app, r), "permission", None), Permission)]
        assert nameless == []

    def test_only_these_routes_are_for_anybody(self, app: Flask) -> None:
        public = {r.endpoint for r in rules(app) if view(app, r).permission is Permission.PUBLIC}
        assert public == PUBLIC

    def test_every_route_with_a_project_in_it_goes_through_membership(self, app: Flask) -> None:
        loose = [
            r.rule
            for r in rules(app)
            if view(app, r).permission not in GENERAL
            and (view(app, r).kind is None or view(app, r).kind not in r.arguments)
        ]
        assert loose == []

    @pytest.fixture
    def world(self, cast: Cast, compared_round: UUID) -> tuple[Ids, Ids]:
        own = own_ids(cast, compared_round, cast.coded_round())
        return own, other_ids(cast, own)

    @pytest.fixture
    def clients(self, app: Flask, cast: Cast) -> dict[str, Client]:
        return {name: Client(app, cast.database, cast.people[name]) for name in (*PEOPLE, "otto", "root")}

    def test_a_visitor_gets_into_nothing(self, app: Flask, world: tuple[Ids, Ids]) -> None:
        nobody = Client(app, app.extensions["database"], None)
        for rule, method in requests_of(app):
            if view(app, rule).permission is Permission.PUBLIC:
                continue
            answer = nobody.call(method, world[0].path(rule), {} if method != "GET" else None)
            if rule.rule.startswith("/api/"):
                # A forged request of a browser is refused before anybody is asked who it is.
                assert answer.status_code in {401, 422}, (method, rule.rule, answer.status_code)
                assert method != "GET" or answer.status_code == 401
            else:
                expected = {302} if method == "GET" else {401, 422}
                assert answer.status_code in expected, (method, rule.rule, answer.status_code)

    def test_outsiders_find_nothing_whoever_they_are_elsewhere(
        self, app: Flask, world: tuple[Ids, Ids], clients: dict[str, Client]
    ) -> None:
        own, other = world
        for rule, method in requests_of(app):
            if view(app, rule).permission in GENERAL:
                continue
            strangers = [(clients[who], own) for who in ("otto", "root")]
            strangers += [(clients[who], other) for who in PEOPLE]
            for client, ids in strangers:
                answer = client.call(method, ids.path(rule), {} if method != "GET" else None)
                assert answer.status_code == 404, (method, rule.rule, answer.status_code)

    def test_members_get_in_exactly_where_their_role_says(
        self, app: Flask, world: tuple[Ids, Ids], clients: dict[str, Client]
    ) -> None:
        own = world[0]
        for rule, method in requests_of(app):
            permission = view(app, rule).permission
            if permission in GENERAL or method not in {"GET", "PATCH"}:
                continue  # others change the world: each is tried below, by those who may not
            for name, role in PEOPLE.items():
                answer = clients[name].call(method, own.path(rule), {} if method != "GET" else None)
                allowed = role.value in MATRIX[permission.value].split()
                if not allowed:
                    assert answer.status_code == 403, (name, method, rule.rule, answer.status_code)
                else:
                    assert answer.status_code not in {401, 403, 500}, (name, method, rule.rule, answer.status_code)

    def test_members_without_the_role_change_nothing(
        self, app: Flask, world: tuple[Ids, Ids], clients: dict[str, Client]
    ) -> None:
        own = world[0]
        tried = 0
        for rule, method in requests_of(app):
            permission = view(app, rule).permission
            if permission in GENERAL or method == "GET":
                continue
            for name, role in PEOPLE.items():
                if role.value not in MATRIX[permission.value].split():
                    answer = clients[name].call(method, own.path(rule), {})
                    assert answer.status_code == 403, (name, method, rule.rule, answer.status_code)
                    tried += 1
        assert tried > 50

    def test_a_removed_member_is_out_at_once(self, cast: Cast, clients: dict[str, Client]) -> None:
        path = f"/api/v1/projects/{cast.project}"
        assert clients["olga"].call("GET", path).status_code == 200
        olga = next(m for m in clients["lena"].get(f"{path}/members") if m["name"] == "Olga")
        assert clients["lena"].call("DELETE", f"/api/v1/members/{olga['id']}").status_code == 204
        assert clients["olga"].call("GET", path).status_code == 404

    def test_administration_is_for_admins(self, app: Flask, world: tuple[Ids, Ids], clients: dict[str, Client]) -> None:
        routes = [(r, m) for r, m in requests_of(app) if view(app, r).permission is Permission.ADMINISTER]
        assert routes
        for rule, method in routes:
            assert clients["lena"].call(method, world[0].path(rule), {}).status_code == 403
