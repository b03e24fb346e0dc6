"""What a person sets for themselves: name, language, password, sessions, access tokens."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from intercoder import mailing
from intercoder.errors import IntercoderError, InvalidInput, NotSignedIn, marked
from intercoder.language import LANGUAGES, gettext, ngettext, translate
from intercoder.policy import Permission
from intercoder.services import accounts, reminders, tokens
from intercoder.services.accounts import Actor
from intercoder.web import guard
from intercoder.web.account.blueprint import blueprint
from intercoder.web.i18n import explain
from intercoder.web.pages import page
from intercoder.web.problems import retry_after, status_of
from intercoder.web.session import database, db, release, session_secret

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


#: what a browser's own description says → its name; the first that occurs counts
BROWSERS = (
    ("MicroMessenger", marked("WeChat")),
    ("DingTalk", marked("DingTalk")),
    ("Lark", marked("Feishu")),
    ("QQBrowser", marked("QQ Browser")),
    ("HuaweiBrowser", marked("Huawei Browser")),
    ("MiuiBrowser", marked("Xiaomi Browser")),
    ("UCBrowser", marked("UC Browser")),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("OpenHarmony", marked("HarmonyOS")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """Return "Firefox, Windows" for what a browser says of itself; the beginning of that when it is unknown."""
    named = [next((translate(name) for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    if all(named):
        return gettext("{browser}, {system}", browser=named[0], system=named[1])
    return "".join(named) or agent[:60]


def _page(actor: Actor, **values: object) -> str:
    secret = session_secret()
    here = accounts.hash_token(secret) if secret else None
    sessions, keys = accounts.sessions_of(db(), actor.id), tokens.tokens_of(db(), actor.id)
    return render_template(
        "account/own.html",
        sessions=sessions,
        here=here,
        tokens=keys,
        # Whoever is here came with one of these, and each has its person.
        reminded=any(person.reminders for person in [*(s.user for s in sessions), *(t.user for t in keys)]),
        mails=mailing.sends_mail(current_app.extensions["settings"]),
        browser=browser,
        **values,
    )


@page(blueprint, "/account", Permission.SIGNED_IN)
def own(actor: Actor) -> Answer:
    """Show what the person can set."""
    return _page(actor)


@page(blueprint, "/account/profile", Permission.SIGNED_IN, methods=("POST",))
def change_profile(actor: Actor) -> Answer:
    """Take another name, read in another language, wish reminders or no longer."""
    try:
        accounts.change_name(db(), actor.id, request.form.get("name", ""))
    except IntercoderError as error:
        return _page(actor, profile_problem=explain(error)), status_of(error)
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        accounts.set_language(db(), actor.id, wanted)
        session["language"] = wanted
    reminders.set_wish(db(), actor.id, wished="reminders" in request.form)
    flash(gettext("Your account was changed."), "good")
    return redirect(url_for("account.own"))


@page(blueprint, "/account/password", Permission.BROWSER, methods=("POST",))
def change_password(actor: Actor) -> Answer:
    """Change the password, which the old one allows; every other browser is signed out."""
    release()
    try:
        _check_old(actor)
        password_hash = accounts.hash_password(request.form.get("password", ""), actor.email, actor.name)
    except IntercoderError as error:
        return _page(actor, password_problem=explain(error)), status_of(error), retry_after(error)
    ended = accounts.change_password(db(), actor.id, password_hash, session_secret())
    flash(gettext("Your password was changed."), "good")
    if ended:
        flash(ngettext("{n} other browser was signed out.", "{n} other browsers were signed out.", ended), "info")
    return redirect(url_for("account.own") + "#password")


def _check_old(actor: Actor) -> None:
    try:
        with guard.attempt(guard.of_own_password(actor)), database().reading() as reading:
            accounts.check_password(reading, actor.email, request.form.get("old", ""))
    except NotSignedIn as error:
        raise InvalidInput("wrong_old_password", "This is not your password now.") from error


@page(blueprint, "/account/sessions/end", Permission.BROWSER, methods=("POST",))
def end_sessions(actor: Actor) -> Answer:
    """Sign every other browser out."""
    ended = accounts.end_other_sessions(db(), actor.id, session_secret())
    flash(ngettext("{n} other browser was signed out.", "{n} other browsers were signed out.", ended), "good")
    return redirect(url_for("account.own") + "#sessions")
