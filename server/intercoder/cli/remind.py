"""remind: mails to those who wish them, of own documents that are due."""

import sys

import click

from intercoder import mailing, schema
from intercoder.clock import now
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import Unavailable
from intercoder.logs import configure_logs
from intercoder.reports.reminders import reminder_text
from intercoder.services import reminders


@click.command()
def remind() -> None:
    """Send reminders to everybody who wishes them: own documents that are due within two days, or late.

    Meant for cron or a timer, once a day; nobody is told the same twice. Needs SMTP_URL and PUBLIC_URL. Exit status 1 when
    a mail could not be sent: it is tried again the next time.
    """
    settings = load_settings()
    configure_logs(settings.log_level)
    if not mailing.sends_mail(settings):
        raise Unavailable("no_mail", "This server sends no mails: set SMTP_URL and PUBLIC_URL.")
    database = Database(settings.database_url)
    schema.require_current(database)
    today, home = now().date(), (settings.public_url or "").rstrip("/")
    with database.reading() as session:
        people = reminders.people(session, today)
    sent = failed = 0
    for person in people:
        with database.transaction() as session:
            reminded = reminders.claim(session, person, today)
        if reminded is None:
            continue
        message = mailing.written(settings, reminded.email, reminder_text(reminded, home), "reminder")
        if message is not None and mailing.send(settings, message, "reminder"):
            sent += 1
            continue
        failed += 1
        with database.transaction() as session:
            reminders.give_back(session, reminded)
    click.echo(f"{sent} sent, {failed} failed.")
    if failed:
        sys.exit(1)
