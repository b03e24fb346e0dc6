"""Coder sheets as sentences for the methods section."""

from intercoder.language import gettext, sentences
from intercoder.models import CoderSheet


def in_words(sheet: CoderSheet, name: str) -> str:
    """Return what a coder says of themselves as one paragraph; empty where nothing was said. ``name`` as it is to be printed."""
    parts = (
        (sheet.role, gettext("Role: {words}.", words=_ended(sheet.role))),
        (sheet.training, gettext("Training: {words}.", words=_ended(sheet.training))),
        (sheet.languages, gettext("Languages: {words}.", words=_ended(sheet.languages))),
        (sheet.relation, gettext("Relation to the study and the field: {words}.", words=_ended(sheet.relation))),
        (sheet.hours, gettext("Hours: {words}.", words=_ended(sheet.hours))),
    )
    said = [sentence for words, sentence in parts if words]
    return gettext("{name} – {words}", name=name, words=sentences(*said)) if said else ""


def _ended(words: str) -> str:
    return words.strip().rstrip(".。 ")
