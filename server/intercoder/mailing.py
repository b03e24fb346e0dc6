"""Mails leave through SMTP: what one is made of, and how it is sent. Nothing here knows who is asked or why."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from intercoder.config import Settings
from intercoder.logs import get_logger

log = get_logger()
TIMEOUT = 10


def sends_mail(settings: Settings) -> bool:
    """Return whether the server can send mails: it has a mail server, and a public address for their links.

    A link in a mail must never come from what a request says of its host.
    """
    return bool(settings.smtp_url and settings.public_url)


def written(settings: Settings, to: str, text: str, what: str) -> EmailMessage | None:
    """Return a mail whose first line is the subject; None, which is logged, for an address that no mail server takes."""
    server, home = urlsplit(settings.smtp_url or ""), _home(settings)
    subject, _, body = text.strip().partition("\n")
    sender = settings.mail_from or unquote(server.username or "") or f"intercoder@{home}"
    message = EmailMessage()
    try:
        message["Subject"], message["From"], message["To"] = " ".join(subject.split()), sender, to
    except ValueError as error:  # an address or a header that no mail server takes
        log.warning("mail.refused", template=what, exc_info=error)
        return None
    message.set_content(body.strip() + "\n")
    return message


def send(settings: Settings, message: EmailMessage, what: str) -> bool:
    """Send a mail now and return whether the mail server took it; that and why not is logged."""
    try:
        with _connected(urlsplit(settings.smtp_url or ""), _home(settings)) as client:
            client.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.warning("mail.failed", template=what, exc_info=error)
        return False
    log.info("mail.sent", template=what)
    return True


def _home(settings: Settings) -> str:
    return urlsplit(settings.public_url or "").hostname or "localhost"


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
