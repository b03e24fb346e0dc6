"""Rows of the log as sentences: what somebody did, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intercoder.policy import Permission
from intercoder.services import accounts, codebook, log, materials, rounds
from intercoder.services.access import Access
from intercoder.web.i18n import gettext, ngettext
from intercoder.web.session import db
from intercoder.web.words import N_, word

#: groups of the filter → the kinds of things in them
GROUPS: Mapping[str, tuple[str, ...]] = {
    "people": ("project", "member", "invitation"),
    "materials": ("case", "file", "document"),
    "codebook": ("code", "version"),
    "rounds": ("round", "assignment"),
    "codings": ("coding",),
    "comparison": ("report", "disagreement", "saturation"),
}
#: what is news to colleagues: everything but the single codings
NEWS = tuple(kind for group, kinds in GROUPS.items() if group != "codings" for kind in kinds)


@dataclass(frozen=True)
class Names:
    """The names behind the identifiers of some rows; what the reader may not know is not in it."""

    people: Mapping[str, str]
    documents: Mapping[str, str]
    codes: Mapping[str, str]
    rounds: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """One row for reading: who (None for the program), what, when, and in which round."""

    id: UUID
    at: datetime
    who: str | None
    what: str
    action: str
    round: int | None


def lines(access: Access, rows: Sequence[Any]) -> list[Line]:
    """Return the rows of the log as sentences in the language of the request."""
    names = _names(access, rows)
    return [
        Line(
            row.id,
            row.at,
            names.people.get(str(row.actor_id)) if row.actor_id else None,
            sentence(row, names),
            row.action,
            names.rounds.get(str(row.round_id)),
        )
        for row in rows
    ]


def recent(access: Access, limit: int) -> list[Line]:
    """Return the latest news of the project that this person may see."""
    return lines(access, log.rows(db(), access, kinds=NEWS, limit=limit))


def _names(access: Access, rows: Iterable[Any]) -> Names:
    people = {row.actor_id for row in rows if row.actor_id}
    people |= {UUID(v) for row in rows for k in ("user", "coder") if (v := row.detail.get(k))}
    project = access.project.id
    documents = materials.documents(db(), project) if access.may(Permission.MATERIALS_VIEW) else []
    return Names(
        people={str(i): name for i, name in accounts.names_of(db(), people).items()},
        documents={str(d.id): d.title for d in documents},
        codes={str(e.id): e.name for e in codebook.draft(db(), project)},
        rounds={str(r.id): r.number for r in rounds.rounds(db(), project)},
    )


def sentence(row: Any, names: Names) -> str:
    """Return what was done, without the person: "opened round 2 “Pilot”"."""
    special = _SPECIAL.get(row.action)
    if special is not None:
        return special(row, names)
    message = _PLAIN.get(row.action)
    if message is None:
        return str(row.action)
    detail = {k: str(v) for k, v in row.detail.items()}
    known = names.codes.get(str(row.subject_id), "…") if row.subject_kind == "code" else "…"
    return gettext(message, **{"name": known, "title": "…", "number": "…", "codes": "…", **detail})


_PLAIN: Mapping[str, str] = {
    "project.created": N_("started the project"),
    "project.changed": N_("changed the name or the description of the project"),
    "member.uninvited": N_("withdrew an invitation"),
    "case.created": N_("added the case “%(name)s”"),
    "case.changed": N_("changed the case “%(name)s”"),
    "case.deleted": N_("deleted the case “%(name)s”"),
    "file.uploaded": N_("uploaded “%(name)s”"),
    "file.changed": N_("set how “%(name)s” is to be imported"),
    "file.discarded": N_("threw the upload “%(name)s” away"),
    "document.imported": N_("imported the document “%(title)s”"),
    "document.changed": N_("changed what is said of the document “%(title)s”"),
    "document.removed": N_("took the document “%(title)s” out of the study"),
    "code.retired": N_("took the code “%(name)s” out of the codebook"),
    "code.accepted": N_("accepted the proposed label “%(name)s”"),
    "code.declined": N_("declined the proposed label “%(name)s”"),
    "code.proposed": N_("proposed the label “%(name)s”"),
    "code.private": N_("made the own label “%(name)s”"),
    "codebook.published": N_("published version %(number)s of the codebook (%(codes)s codes)"),
    "round.created": N_("prepared round %(number)s “%(name)s”"),
    "round.changed": N_("changed the design of the round “%(name)s”"),
    "round.opened": N_("opened round %(number)s “%(name)s”"),
    "round.closed": N_("closed round %(number)s “%(name)s”"),
    "round.reopened": N_("reopened round %(number)s “%(name)s”; reports made of it are stale"),
    "round.settled": N_("settled round %(number)s “%(name)s”"),
    "assignment.memo": N_("wrote a memo on a document"),
    "coding.created": N_("coded a passage"),
    "coding.changed": N_("changed a coding"),
    "coding.deleted": N_("deleted a coding"),
    "disagreement.ruled": N_("ruled on a disagreement"),
    "disagreement.undone": N_("took a ruling back"),
    "disagreement.deferred": N_("put a disagreement off"),
    "disagreement.discussion": N_("sent a disagreement to discussion"),
    "disagreement.open": N_("put a disagreement back among the open ones"),
}


def _roles(row: Any) -> str:
    return gettext(", ").join(word("role", role) for role in row.detail.get("roles", ()))


def _code_changed(row: Any, names: Names) -> str:
    fields = gettext(", ").join(word("code_field", field) for field in row.detail)
    name = names.codes.get(str(row.subject_id)) or str(row.detail.get("name", ["", "…"])[1])
    return gettext("changed “%(name)s”: %(fields)s", name=name, fields=fields)


def _codes_created(row: Any, _names: Names) -> str:
    made = row.detail.get("codes", ())
    if len(made) == 1:
        return gettext("added the code “%(name)s”", name=made[0]["name"])
    return ngettext("added %(n)d code", "added %(n)d codes", len(made))


def _person(row: Any, names: Names, key: str) -> str:
    return names.people.get(str(row.detail.get(key)), "…")


_SPECIAL: Mapping[str, Callable[[Any, Names], str]] = {
    "member.invited": lambda row, _: gettext("invited somebody as %(roles)s", roles=_roles(row)),
    "member.joined": lambda row, _: gettext("joined as %(roles)s", roles=_roles(row)),
    "member.roles": lambda row, names: gettext(
        "gave %(person)s the roles %(roles)s", person=_person(row, names, "user"), roles=_roles(row)
    ),
    "member.removed": lambda row, names: gettext(
        "took %(person)s out of the project", person=_person(row, names, "user")
    ),
    "code.created": _codes_created,
    "code.changed": _code_changed,
    "round.assigned": lambda row, _: ngettext(
        "gave out %(n)d further document", "gave out %(n)d further documents", len(row.detail.get("assignments", ()))
    ),
    "assignment.submitted": lambda row, names: gettext(
        "submitted “%(title)s”", title=names.documents.get(str(row.detail.get("document")), "…")
    ),
    "assignment.handed_back": lambda row, names: gettext(
        "handed a document back to %(person)s", person=_person(row, names, "coder")
    ),
    "agreement.reported": lambda row, _: gettext(
        "made an agreement report by %(unit)s", unit=word("unit", row.detail.get("unit", "")).lower()
    ),
}
