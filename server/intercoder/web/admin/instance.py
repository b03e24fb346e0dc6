"""The accounts of the instance and its health."""

from importlib.metadata import version
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intercoder import schema
from intercoder.errors import IntercoderError
from intercoder.language import gettext
from intercoder.policy import Permission
from intercoder.services import accounts, projects
from intercoder.services.accounts import Actor
from intercoder.web.admin.blueprint import blueprint
from intercoder.web.i18n import explain
from intercoder.web.pages import page
from intercoder.web.session import database, db


@page(blueprint, "/admin", Permission.ADMINISTER)
def instance() -> str:
    """Show the accounts and whether the instance is well."""
    return render_template(
        "admin/instance.html",
        users=accounts.list_users(db()),
        counts=projects.instance_counts(db()),
        version=version("intercoder"),
        revision=schema.current(database()),
        wanted=schema.head(),
    )


@page(blueprint, "/admin/accounts/<uuid:user>/active", Permission.ADMINISTER, methods=("POST",))
def set_active(actor: Actor, user: UUID) -> Response:
    """Switch an account off or on again."""
    active = request.form.get("active") == "1"
    try:
        changed = accounts.set_active(db(), actor, user, active)
    except IntercoderError as error:
        flash(explain(error), "bad")
    else:
        flash(
            gettext("“{name}” can sign in again.", name=changed.name)
            if active
            else gettext("“{name}” was switched off and signed out everywhere.", name=changed.name),
            "good",
        )
    return redirect(url_for("admin.instance"))
