"""Coming in: signing in and out, the set-up link, invitations, registration, language, own account."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from cast import PASSWORD, Cast
from intercoder.db import Database
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import accounts, credentials, members
from intercoder.web.account.entry import safe_next
from web.pages.conftest import Visitor, words

NEW = "seven small boats sail"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "https://evil.example",
        "http:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/ /evil.example",
        "/\x00/evil.example",
        "/\x0b/evil.example",
        "/\u2028/evil.example",
        "/\u00a0/evil.example",
        "\ufeff//evil.example",
        "evil.example",
        "?x=//evil",
        "",
        "/a\\..\\..\\evil",
        "http://[::1",
        "//[::1",
        "/" + "x" * 3000,
    ],
)
@pytest.mark.sqlite
def test_the_address_after_signing_in_never_leads_elsewhere(app: Flask, target: str) -> None:
    with app.test_request_context("/sign-in", base_url="http://127.0.0.1:8000"):
        assert safe_next(target) == "/"


@pytest.mark.parametrize(
    "target", ["/projects/1", "/a?b=c&d=%2F%2Fevil", "/rounds/x#p3", "/%2f%2fevil.example", "/名称"]
)
@pytest.mark.sqlite
def test_an_address_of_this_server_is_followed(app: Flask, target: str) -> None:
    with app.test_request_context("/sign-in", base_url="http://127.0.0.1:8000"):
        assert safe_next(target) == target


def test_signing_in_leads_to_the_page_asked_for_and_signing_out_ends_the_session(
    cast: Cast, visitor: Visitor, database: Database
) -> None:
    wanted = f"/projects/{cast.project}/team"
    refused = visitor.get(wanted)
    assert refused.status_code == 302
    page = refused.headers["Location"]
    assert page.startswith("/sign-in?next=")

    answer = visitor.send("/sign-in", {"email": "LENA@study.example", "password": PASSWORD, "next": wanted}, page=page)
    assert (answer.status_code, answer.headers["Location"]) == (302, wanted)
    assert "Lena" in visitor.read(wanted)

    secret = visitor.secret()
    assert secret
    assert visitor.send("/sign-out", {}, page=wanted).status_code == 302
    assert visitor.get(wanted).status_code == 302
    with database.reading() as session:
        assert credentials.find_session(session, secret) is None


def test_signing_in_begins_a_new_browser_session(cast: Cast, visitor: Visitor) -> None:
    visitor.get("/sign-in")
    with visitor.client.session_transaction() as before:
        before["left_by_a_stranger"] = "x"
        token = before["csrf_token"]
    visitor.send("/sign-in", {"email": "ai@study.example", "password": PASSWORD})
    visitor.get("/account")
    with visitor.client.session_transaction() as after:
        assert "left_by_a_stranger" not in after
        assert after["csrf_token"] != token


@pytest.mark.parametrize(
    ("email", "password"), [("lena@study.example", "not the password"), ("nobody@study.example", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_read_alike(
    cast: Cast, visitor: Visitor, email: str, password: str
) -> None:
    answer = visitor.send("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 401
    assert "This address and password do not go together." in words(answer)
    assert visitor.secret() is None


def test_a_form_without_the_token_of_its_page_is_refused(cast: Cast, visitor: Visitor) -> None:
    answer = visitor.client.post("/sign-in", data={"email": "lena@study.example", "password": PASSWORD})
    assert answer.status_code == 422
    assert visitor.secret() is None


@pytest.mark.sqlite
@pytest.mark.usefixtures("still_clock")
def test_failed_attempts_are_counted_for_each_account_and_successes_are_not(cast: Cast, visitor: Visitor) -> None:
    for _ in range(12):
        assert visitor.send("/sign-in", {"email": "bo@study.example", "password": PASSWORD}).status_code == 302
        visitor.send("/sign-out", {}, page="/account")
    for _ in range(10):
        assert visitor.send("/sign-in", {"email": "lena@study.example", "password": "wrong"}).status_code == 401
    stopped = visitor.send("/sign-in", {"email": " Lena@Study.example", "password": PASSWORD})
    assert stopped.status_code == 429
    assert "Too many attempts" in words(stopped)
    assert visitor.send("/sign-in", {"email": "bo@study.example", "password": PASSWORD}).status_code == 302


def test_the_set_up_link_makes_the_first_admin_and_project_once(database: Database, visitor: Visitor) -> None:
    with database.transaction() as session:
        secret = accounts.make_setup_link(session)
    form = {
        "email": "first@study.example",
        "name": "第一人",
        "password": "short",
        "project": "一项研究",
        "material": "zh",
    }
    refused = visitor.send(f"/setup/{secret}", form)
    assert refused.status_code == 422
    assert "at least 10 characters" in words(refused)

    made = visitor.send(f"/setup/{secret}", {**form, "password": NEW})
    assert made.status_code == 302
    assert "一项研究" in visitor.read(made.headers["Location"])
    assert visitor.get("/admin").status_code == 200
    assert visitor.get(f"/setup/{secret}").status_code == 410


def test_nothing_is_made_when_the_first_project_has_no_name(database: Database, visitor: Visitor) -> None:
    with database.transaction() as session:
        secret = accounts.make_setup_link(session)
    form = {"email": "first@study.example", "name": "A", "password": NEW, "project": "  "}
    assert visitor.send(f"/setup/{secret}", form).status_code == 422
    with database.reading() as session:
        assert accounts.list_users(session) == []
        accounts.check_setup_link(session, secret or "")


def invite(cast: Cast, database: Database, email: str) -> str:
    with database.transaction() as session:
        access = cast.access(session, "lena", Permission.MEMBERS_MANAGE)
        return members.invite(session, access, members.NewInvitation(email=email, roles=(Role.CODER,)))[1]


def test_an_invitation_shows_what_it_is_and_makes_an_account(cast: Cast, database: Database, visitor: Visitor) -> None:
    path = f"/invitations/{invite(cast, database, 'new@study.example')}"
    shown = visitor.read(path)
    assert "九案例：数字化转型中的资源行动" in shown
    assert "Lena invites you" in shown

    joined = visitor.send(path, {"name": "Nia", "password": NEW, "email": "other@study.example"})
    assert joined.status_code == 302
    assert "Nia" in visitor.read(f"/projects/{cast.project}/team")
    with database.reading() as session:
        accounts.check_password(session, "new@study.example", NEW)
    gone = visitor.get(path)
    assert gone.status_code == 410
    assert "already used" in words(gone)


def test_a_signed_in_person_joins_with_one_press(
    cast: Cast, database: Database, visit: Callable[[str], Visitor]
) -> None:
    path = f"/invitations/{invite(cast, database, 'elsewhere@study.example')}"
    otto = visit("otto")
    assert "You are signed in as Otto" in otto.read(path)
    assert otto.send(path, {}).status_code == 302
    assert otto.get(f"/projects/{cast.project}").status_code == 200


def test_an_invitation_to_an_address_with_an_account_says_to_sign_in(
    cast: Cast, database: Database, visitor: Visitor
) -> None:
    path = f"/invitations/{invite(cast, database, 'otto@study.example')}"
    refused = visitor.send(path, {"name": "Somebody", "password": NEW})
    assert refused.status_code == 409
    assert "There is already an account for this address" in words(refused)
    assert visitor.secret() is None
    with database.reading() as session:
        members.check_invitation(session, path.rsplit("/", 1)[1])


@pytest.mark.sqlite
def test_only_an_instance_that_allows_it_takes_registrations(app: Flask, cast: Cast, visitor: Visitor) -> None:
    assert visitor.get("/register").status_code == 404
    app.extensions["settings"] = replace(app.extensions["settings"], self_registration=True)
    made = visitor.send("/register", {"email": "self@study.example", "name": "Self", "password": NEW})
    assert (made.status_code, made.headers["Location"]) == (302, "/")
    assert "self@study.example" in visitor.read("/account")


def test_the_language_is_kept_with_the_browser_and_the_account(
    cast: Cast, database: Database, visit: Callable[[str], Visitor]
) -> None:
    lena = visit("lena")
    answer = lena.send("/language", {"language": "zh", "next": "/account"}, page="/account")
    assert answer.headers["Location"] == "/account"
    assert '<html lang="zh-Hans"' in lena.get("/account").get_data(as_text=True)
    with database.reading() as session:
        user = next(u for u in accounts.list_users(session) if u.email == "lena@study.example")
        assert user.language == "zh"


def test_changing_the_password_needs_the_old_one_and_signs_other_browsers_out(
    cast: Cast, visit: Callable[[str], Visitor], database: Database
) -> None:
    here, elsewhere = visit("bo"), visit("bo")
    refused = here.send("/account/password", {"old": "not it", "password": NEW}, page="/account")
    assert refused.status_code == 422
    assert "This is not your password now." in words(refused)

    assert here.send("/account/password", {"old": PASSWORD, "password": NEW}, page="/account").status_code == 302
    assert "1 other browser was signed out" in here.read("/account")
    assert elsewhere.get("/account").status_code == 302
    with database.reading() as session:
        accounts.check_password(session, "bo@study.example", NEW)


@pytest.mark.usefixtures("still_clock")
def test_the_old_password_cannot_be_guessed_at_a_browser_that_was_left(visit: Callable[[str], Visitor]) -> None:
    here, other = visit("bo"), visit("ai")
    for number in range(10):
        assert (
            here.send("/account/password", {"old": f"guess {number}", "password": NEW}, page="/account").status_code
            == 422
        )
    assert here.send("/account/password", {"old": PASSWORD, "password": NEW}, page="/account").status_code == 429
    assert other.send("/account/password", {"old": PASSWORD, "password": NEW}, page="/account").status_code == 302


def test_sign_out_elsewhere_leaves_this_browser_signed_in(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    here, elsewhere = visit("ai"), visit("ai")
    here.send("/account/sessions/end", {}, page="/account")
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_an_admin_switches_an_account_off_and_nobody_else_can(cast: Cast, visit: Callable[[str], Visitor]) -> None:
    root, bo, lena = visit("root"), visit("bo"), visit("lena")
    path = f"/admin/accounts/{cast.people['bo'].id}/active"
    assert lena.get("/admin").status_code == 403
    assert lena.send(path, {"active": "0"}, page="/account").status_code == 403
    assert bo.get("/account").status_code == 200

    root.send(path, {"active": "0"}, page="/admin")
    assert "was switched off" in root.read("/admin")
    assert bo.get("/account").status_code == 302
    own = f"/admin/accounts/{cast.people['root'].id}/active"
    root.send(own, {"active": "0"}, page="/admin")
    assert "You cannot switch your own account off." in root.read("/admin")
    assert root.send(f"/admin/accounts/{UUID(int=0)}/active", {"active": "0"}, page="/admin").status_code == 302
