"""The words of a reminder by mail: of the reader's own work alone, by number, without titles."""

from collections.abc import Sequence

from intercoder.language import LANGUAGES, gettext, ngettext, speaking
from intercoder.models import ReminderKind
from intercoder.services.reminders import Reminded, Waiting


def reminder_text(reminded: Reminded, home: str) -> str:
    """Return a mail in the reader's language, English where none was chosen; its first line is the subject."""
    known = reminded.language
    with speaking(known if known and known in LANGUAGES else "en"):
        return "\n".join(
            [
                _subject(reminded.waiting),
                "",
                gettext("Hello {name},", name=reminded.name),
                "",
                *(_line(one) for one in reminded.waiting),
                "",
                gettext("They stand on your desk:"),
                f"{home}/",
                "",
                gettext("You get this once. On your account page you can end such mails:"),
                f"{home}/account",
            ]
        )


def _subject(waiting: Sequence[Waiting]) -> str:
    late = sum(one.documents for one in waiting if one.kind is ReminderKind.LATE)
    soon = sum(one.documents for one in waiting) - late
    if not late:
        return ngettext("{n} document is due soon", "{n} documents are due soon", soon)
    return ngettext("{n} document waits for you", "{n} documents wait for you", late + soon)


def _line(one: Waiting) -> str:
    said = {"project": one.project, "round": one.round_number, "day": one.due_on.isoformat()}
    if one.kind is ReminderKind.LATE:
        return ngettext(
            "{project}, round {round}: {n} document was due on {day}.",
            "{project}, round {round}: {n} documents were due on {day}.",
            one.documents,
            **said,
        )
    return ngettext(
        "{project}, round {round}: {n} document is due on {day}.",
        "{project}, round {round}: {n} documents are due on {day}.",
        one.documents,
        **said,
    )
