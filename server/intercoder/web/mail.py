"""Mails: rendered within the request, sent after its commit, and never in its way."""

import smtplib
import ssl
import threading
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app, render_template
from sqlalchemy.orm import Session

from intercoder.config import Settings
from intercoder.db import after_commit
from intercoder.logs import get_logger

log = get_logger()
TIMEOUT = 10


def send_after_commit(session: Session, to: str, template: str, **values: object) -> bool:
    """Send ``mail/<template>.txt`` to an address once the session's work is durable; return whether it will be.

    False when the server has no mail, or no public address: a link in a mail must never come from
    what a request says of its host. The first line of the template is the subject. A mail that
    cannot be delivered is logged; the work it tells of stands.
    """
    settings: Settings = current_app.extensions["settings"]
    if not settings.smtp_url or not settings.public_url:
        return False
    subject, _, body = render_template(f"mail/{template}.txt", **values).strip().partition("\n")
    server = urlsplit(settings.smtp_url)
    home = urlsplit(settings.public_url).hostname
    sender = settings.mail_from or unquote(server.username or "") or f"intercoder@{home}"
    message = EmailMessage()
    try:
        message["Subject"], message["From"], message["To"] = " ".join(subject.split()), sender, to
    except ValueError as error:  # an address or a header that no mail server takes
        log.warning("mail.refused", template=template, exc_info=error)
        return False
    message.set_content(body.strip() + "\n")
    after_commit(session, lambda: _start(server, message, template, home or "localhost"))
    return True


def _start(server: SplitResult, message: EmailMessage, template: str, home: str) -> None:
    threading.Thread(target=_send, args=(server, message, template, home), name="mail", daemon=True).start()


def _send(server: SplitResult, message: EmailMessage, template: str, home: str) -> None:
    try:
        with _connected(server, home) as client:
            client.send_message(message)
        log.info("mail.sent", template=template)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.warning("mail.failed", template=template, exc_info=error)


def _connected(server: SplitResult, home: str) -> smtplib.SMTP:
    """Return a connection that is encrypted where the server can; a password never travels in clear.

    ``home`` is what this server calls itself there; without it the name of the machine is looked up, which may take long.
    """
    host = server.hostname or "localhost"
    if server.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            host, server.port or 465, home, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        client = smtplib.SMTP(host, server.port or 587, home, timeout=TIMEOUT)
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=ssl.create_default_context())
    if server.username:
        if server.scheme != "smtps" and not isinstance(client.sock, ssl.SSLSocket):
            client.close()
            raise smtplib.SMTPException("the server offers no encryption: the password was not sent")
        client.login(unquote(server.username), unquote(server.password or ""))
    return client
