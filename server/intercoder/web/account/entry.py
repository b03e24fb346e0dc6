"""Coming in and going out: signing in and out, the first set-up, invitations, registration, language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import flask_login
from flask import current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from intercoder.config import Settings
from intercoder.errors import IntercoderError, NotFound
from intercoder.language import LANGUAGES, gettext, language
from intercoder.models import MaterialLanguage, Role
from intercoder.policy import Permission
from intercoder.services import accounts, members, projects
from intercoder.services.accounts import Actor
from intercoder.services.projects import NewProject
from intercoder.web import browser_words, guard
from intercoder.web.account.blueprint import blueprint
from intercoder.web.compressing import part_of_the_program
from intercoder.web.i18n import explain
from intercoder.web.known import remember_browser
from intercoder.web.pages import page
from intercoder.web.problems import retry_after, status_of, wants_json
from intercoder.web.session import SignedIn, actor_or_none, database, db, release, session_secret

Answer = str | Response | tuple[str, int, dict[str, str]]
#: control characters, which browsers drop or fold, and the backslash, which they read as a slash
_NEVER_IN_A_PATH = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff]")


def safe_next(target: str | None) -> str:
    """Return a path of this server to go to next: the one asked for, or the desk when it would lead elsewhere."""
    home = url_for("desk.desk")
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//"):
        return home
    if _NEVER_IN_A_PATH.search(target):
        return home
    try:
        there = urlsplit(urljoin(request.host_url, target))
    except ValueError:
        return home
    return target if (there.scheme, there.netloc) == (request.scheme, request.host) else home


def enter(actor: Actor, secret: str) -> None:
    """Start a new browser session for a person: nothing of the visitor's one stays but the language."""
    chosen = session.get("language")
    session.clear()
    if chosen and not actor.language:
        session["language"] = chosen
    session.permanent = True
    remember_browser(actor.email)
    flask_login.login_user(SignedIn(actor, secret))


def _agent() -> str:
    return request.user_agent.string


def _again(template: str, error: IntercoderError, **values: object) -> tuple[str, int, dict[str, str]]:
    """Return the form with what was typed and the sentence of the refusal; a program gets the refusal alone."""
    release()
    if wants_json():
        raise error
    again = render_template(template, problem=explain(error), given=request.form, **values)
    return again, status_of(error), retry_after(error)


@page(blueprint, "/sign-in", Permission.PUBLIC, methods=("GET", "POST"))
def sign_in() -> Answer:
    """Sign in with an address and a password."""
    if request.method == "GET":
        if actor_or_none() is not None:
            return redirect(safe_next(request.args.get("next")))
        return render_template("account/sign_in.html", given={}, problem=None)
    release()
    email = request.form.get("email", "")
    try:
        with guard.attempt(*guard.at_the_door(email)), database().reading() as reading:
            user = accounts.check_password(reading, email, request.form.get("password", ""))
            actor = accounts.actor_of(user)
    except IntercoderError as error:
        return _again("account/sign_in.html", error)
    enter(actor, accounts.open_session(db(), user, _agent()))
    return redirect(safe_next(request.form.get("next")))


@page(blueprint, "/sign-out", Permission.PUBLIC, methods=("POST",))
def sign_out() -> Answer:
    """Sign this browser out at once."""
    secret, actor = session_secret(), actor_or_none()
    if secret is not None and actor is not None:
        accounts.end_session(db(), actor.id, secret)
    flask_login.logout_user()
    session.clear()
    return redirect(url_for("account.sign_in"))


@page(blueprint, "/setup/<token>", Permission.PUBLIC, methods=("GET", "POST"))
def setup(token: str) -> Answer:
    """Create the first account, which administers the instance, and the first project."""
    release()
    with database().reading() as reading:
        accounts.check_setup_link(reading, token)
    if request.method == "GET":
        return render_template("account/setup.html", given={}, problem=None)
    form = request.form
    try:
        with guard.attempt(guard.from_here()):
            password_hash = accounts.hash_password(
                form.get("password", ""), form.get("email", ""), form.get("name", "")
            )
        user = accounts.use_setup_link(db(), token, form.get("email", ""), form.get("name", ""), password_hash)
        accounts.set_language(db(), user.id, language())
        study = NewProject(
            name=form.get("project", ""),
            description=form.get("description", ""),
            language=form.get("material", MaterialLanguage.ZH),
        )
        project = projects.create_project(db(), accounts.actor_of(user), study)
    except IntercoderError as error:
        return _again("account/setup.html", error)
    enter(accounts.actor_of(user), accounts.open_session(db(), user, _agent()))
    return redirect(url_for("project.overview", project=project.id))


@dataclass(frozen=True)
class Invited:
    """What an invitation says: into which project, by whom, as what, until when."""

    project: str
    inviter: str
    email: str
    roles: Sequence[Role]
    expires_at: datetime


@page(blueprint, "/invitations/<token>", Permission.PUBLIC, methods=("GET", "POST"))
def invitation(token: str) -> Answer:
    """Show an invitation and take it: with the account that is signed in, or with a new one."""
    actor = actor_or_none()
    release()
    with database().reading() as reading:
        row = members.check_invitation(reading, token)
        inviter = accounts.names_of(reading, [row.invited_by]).get(row.invited_by, "")
        invited = Invited(row.project.name, inviter, row.email, row.roles, row.expires_at)
    if request.method == "GET":
        return render_template("account/invitation.html", given={}, problem=None, invited=invited, token=token)
    try:
        joining = actor or _new_account(invited.email)
        member = members.accept_invitation(db(), token, joining.id)
    except IntercoderError as error:
        return _again("account/invitation.html", error, invited=invited, token=token)
    if actor is None:
        enter(joining, accounts.open_session(db(), joining, _agent()))
    flash(gettext("Welcome to “{project}”.", project=invited.project), "good")
    return redirect(url_for("project.overview", project=member.project_id))


def _new_account(email: str) -> Actor:
    """Create an account from the form; the password is hashed before anything is written."""
    guard.admit(guard.from_here())
    name = request.form.get("name", "")
    password_hash = accounts.hash_password(request.form.get("password", ""), email, name)
    user = accounts.create_user(db(), email, name, password_hash, language=language())
    return accounts.actor_of(user)


@page(blueprint, "/register", Permission.PUBLIC, methods=("GET", "POST"))
def register() -> Answer:
    """Make an account, where the instance allows it."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.self_registration:
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    if request.method == "GET":
        return render_template("account/register.html", given={}, problem=None)
    release()
    try:
        actor = _new_account(request.form.get("email", ""))
    except IntercoderError as error:
        return _again("account/register.html", error)
    enter(actor, accounts.open_session(db(), actor, _agent()))
    return redirect(safe_next(request.form.get("next")))


@page(blueprint, "/words/<language>/<part>.js", Permission.PUBLIC)
def words_of_modules(language: str, part: str) -> Answer:
    """Return the module that makes one joined file speak a language; its address changes with the words of all."""
    if language not in LANGUAGES or part not in browser_words.sentences():
        raise NotFound("not_found", "There is no such thing here, or it is not shared with you.")
    said = browser_words.modules(language).get(part, "")
    response = part_of_the_program(said.encode(), "text/javascript")
    response.cache_control.private = True
    if request.args.get("v") == browser_words.digest(language):
        response.cache_control.immutable = True
        response.cache_control.max_age = 31_536_000
    return response


@page(blueprint, "/language", Permission.PUBLIC, methods=("POST",))
def set_language() -> Answer:
    """Read the pages in another language from now on."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        actor = actor_or_none()
        if actor is not None:
            accounts.set_language(db(), actor.id, wanted)
    return redirect(safe_next(request.form.get("next")))
