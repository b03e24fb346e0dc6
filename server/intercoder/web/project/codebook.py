"""The codebook: its draft as a tree, its published versions, and what each of them changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal
from uuid import UUID

from flask import render_template

from intercoder.interchange.codebook.given import Field
from intercoder.language import gettext
from intercoder.models import Passage
from intercoder.policy import Permission
from intercoder.reports.words import choices, word
from intercoder.services import accounts, lessons, memos, versions
from intercoder.services import codebook as codes
from intercoder.services import rounds as round_services
from intercoder.services.access import Access
from intercoder.services.codebook import Entry
from intercoder.services.quoting import Quotation, quotations
from intercoder.services.versions import Change, ChangeKind
from intercoder.stats.tree import Level
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

#: fields of a code that hold a text, as they are shown
TEXTS = codes.TEXTS


@dataclass
class Node:
    """A code in the tree with the codes below it."""

    entry: Entry
    children: list["Node"] = field(default_factory=list)


class Selected(Query):
    """The code that is shown beside the tree; its part of the page alone when a module asks for it."""

    code: UUID | None = None
    part: Literal["detail"] | None = None


@page(blueprint, "/projects/<uuid:project>/codebook", Permission.CODEBOOK_VIEW, tab="codebook", name="codebook")
def draft(access: Access, project: UUID, query: Selected) -> str:
    """Show the draft codebook, the selected code, and what is not published yet."""
    entries = codes.draft(db(), project)
    published = versions.versions(db(), project)
    changes = versions.unpublished_changes(db(), project, published)
    selected = next((e for e in entries if e.id == query.code), entries[0] if entries else None)
    words = quoted(selected)
    values = {
        "selected": selected,
        "entries": entries,
        "by_id": {e.id: e for e in entries},
        "texts": TEXTS,
        "edit": access.may(Permission.CODEBOOK_EDIT),
        "below": [e for e in entries if selected and e.parent_id == selected.id],
        "change_of": {c.code_id: c for c in changes},
        "quoted": words,
        "values": editable(selected, words) if selected else {},
        "memos": memos.memos(db(), access, selected.id) if selected else [],
        "memo_kinds": choices("memo_kind"),
    }
    if query.part:
        return render_template("project/_code.html", **values)
    waiting, taught = lessons.of_draft(db(), access)
    return render_template(
        "project/codebook.html",
        nodes=tree(entries),
        levels=_levels(entries),
        parents=_parents(entries),
        changes=readable(changes, entries),
        taught=taught,
        lessons=waiting,
        versions=published,
        publishers=accounts.names_of(db(), [v.published_by for v in published]),
        **values,
    )


def tree(entries: Sequence[Entry]) -> list[Node]:
    """Return the codes that have nothing above them, each with what is below it."""
    nodes = {e.id: Node(e) for e in entries}
    roots: list[Node] = []
    for entry in entries:
        above = nodes.get(entry.parent_id) if entry.parent_id else None
        (above.children if above else roots).append(nodes[entry.id])
    return roots


def _levels(entries: Sequence[Entry]) -> list[tuple[Level, int]]:
    counts = Counter(e.level for e in entries)
    return [(level, counts[level]) for level in Level]


def _parents(entries: Sequence[Entry]) -> list[tuple[Level, Level, list[Entry]]]:
    """Return the codes that others may stand below: a level, the one below it, the codes."""
    at: dict[Level, list[Entry]] = {}
    for entry in entries:
        at.setdefault(entry.level, []).append(entry)
    return [(level, below, at.get(level, [])) for below in Level if (level := below.above)]


@dataclass(frozen=True)
class ReadableChange:
    """What happened to a code, for reading."""

    kind: ChangeKind
    name: str
    level: Level
    id: UUID
    #: field → (before, after), with the words of levels
    fields: Mapping[str, tuple[str, str]]


#: fields whose change is told by the words of the passages
QUOTING = frozenset(codes.QUOTING)


def quoted(*entries: Entry | None) -> Mapping[Passage, Quotation]:
    """Return the passages that codes quote, with their words."""
    return quotations(db(), [p for e in entries if e for p in (e.example_at, e.near_miss_at)])


def editable(entry: Entry, words: Mapping[Passage, Quotation]) -> dict[str, object]:
    """Return what the form of a code is filled with."""
    fields = ("name", "other_name", *TEXTS, "colour")
    values: dict[str, object] = {name: getattr(entry, name) for name in fields}
    values |= {"level": entry.level.value, "parent_id": entry.parent_id, "aliases": list(entry.aliases)}
    for name, passage in (("example", entry.example_at), ("near_miss", entry.near_miss_at)):
        values[f"{name}_at"] = asdict(passage) if passage else None
        values[f"{name}_words"] = words[passage].words if passage and passage in words else ""
    return values


def readable(changes: Sequence[Change], entries: Sequence[Entry]) -> list[ReadableChange]:
    """Return changes for reading: words instead of levels and of the places of passages."""
    changed = {c.code_id for c in changes if QUOTING & c.fields.keys()}
    words = {versions.place_of(p): q.words for p, q in quoted(*(e for e in entries if e.id in changed)).items()}

    def shown(name: str, value: str) -> str:
        if name in QUOTING and value:
            return words.get(value, gettext("another passage"))
        return word("level", value) if name == "level" else value

    return [
        ReadableChange(
            c.kind,
            c.name,
            c.level,
            c.code_id,
            {f: (shown(f, before), shown(f, after)) for f, (before, after) in c.fields.items()},
        )
        for c in changes
    ]


@page(blueprint, "/projects/<uuid:project>/codebook/paste", Permission.CODEBOOK_EDIT, tab="codebook")
def paste(access: Access, project: UUID) -> str:
    """Show where a codebook is pasted and looked at; static/js/controllers/paste.js does the rest."""
    fields = {name: word("code_field", name) for name in (*Field, "name", "parent")}
    levels = {level.value: word("level", level) for level in reversed(Level)}
    return render_template("project/paste.html", fields=fields, levels=levels)


class Against(Query):
    """The version with which another one is compared; the one before it when none is named."""

    against: UUID | None = None


@page(blueprint, "/versions/<uuid:version>", Permission.CODEBOOK_VIEW, tab="codebook")
def version(access: Access, version: UUID, query: Against) -> str:
    """Show a published version: its codes, what it changed or in what it differs from another one, and the rounds that use it."""
    row = versions.get_version(db(), access.project.id, version)
    other = versions.get_version(db(), access.project.id, query.against) if query.against else None
    changed = versions.between(db(), row, other) if other else versions.changes_of(db(), row)
    entries = versions.version_entries(db(), version)
    return render_template(
        "project/version.html",
        version=row,
        entries=entries,
        levels=_levels(entries),
        texts=TEXTS,
        changes=readable(changed, entries),
        against=other,
        taught=lessons.behind(db(), access, row, other),
        others=[v for v in versions.versions(db(), access.project.id) if v.id != row.id],
        quoted=quoted(*entries),
        publisher=accounts.names_of(db(), [row.published_by]),
        used_by=round_services.rounds_of_version(db(), version),
    )
