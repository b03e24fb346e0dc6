"""Mails of requests: rendered within the request, sent after its commit, and never in its way."""

import threading

from flask import current_app, render_template
from sqlalchemy.orm import Session

from intercoder import mailing
from intercoder.config import Settings
from intercoder.db import after_commit


def send_after_commit(session: Session, to: str, template: str, **values: object) -> bool:
    """Send ``mail/<template>.txt`` to an address once the session's work is durable; return whether it will be.

    False when the server sends no mail. The first line of the template is the subject. A mail that cannot be delivered is
    logged; the work it tells of stands.
    """
    settings: Settings = current_app.extensions["settings"]
    if not mailing.sends_mail(settings):
        return False
    message = mailing.written(settings, to, render_template(f"mail/{template}.txt", **values), template)
    if message is None:
        return False
    sending = threading.Thread(target=mailing.send, args=(settings, message, template), name="mail", daemon=True)
    after_commit(session, sending.start)
    return True
