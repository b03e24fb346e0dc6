"""The codebook: its draft as a tree, its published versions, and what each of them changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from flask import render_template

from intercoder.policy import Permission
from intercoder.reports.words import word
from intercoder.services import accounts, versions
from intercoder.services import codebook as codes
from intercoder.services import rounds as round_services
from intercoder.services.access import Access
from intercoder.services.codebook import Entry
from intercoder.services.versions import Change, ChangeKind
from intercoder.stats.tree import Level
from intercoder.text.pinyin import pinyin
from intercoder.web.pages import Query, page
from intercoder.web.project.blueprint import blueprint
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
    changes = versions.unpublished_changes(db(), project)
    selected = next((e for e in entries if e.id == query.code), entries[0] if entries else None)
    values = {
        "selected": selected,
        "entries": entries,
        "by_id": {e.id: e for e in entries},
        "texts": TEXTS,
        "edit": access.may(Permission.CODEBOOK_EDIT),
        "below": [e for e in entries if selected and e.parent_id == selected.id],
        "change_of": {c.code_id: c for c in changes},
    }
    if query.part:
        return render_template("project/_code.html", **values)
    published = versions.versions(db(), project)
    return render_template(
        "project/codebook.html",
        nodes=tree(entries),
        levels=_levels(entries),
        changes=readable(changes),
        versions=published,
        publishers=accounts.names_of(db(), [v.published_by for v in published]),
        pinyin=pinyin,
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


@dataclass(frozen=True)
class ReadableChange:
    """What happened to a code, for reading."""

    kind: ChangeKind
    name: str
    level: Level
    id: UUID
    #: field → (before, after), with the words of levels
    fields: Mapping[str, tuple[str, str]]


def readable(changes: Sequence[Change]) -> list[ReadableChange]:
    """Return changes for reading: the words of levels instead of their codes."""

    def shown(name: str, value: str) -> str:
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


@page(blueprint, "/versions/<uuid:version>", Permission.CODEBOOK_VIEW, tab="codebook")
def version(access: Access, version: UUID) -> str:
    """Show a published version: its codes, what it changed, and the rounds that use it."""
    row = versions.get_version(db(), access.project.id, version)
    entries = versions.version_entries(db(), version)
    return render_template(
        "project/version.html",
        version=row,
        entries=entries,
        levels=_levels(entries),
        texts=TEXTS,
        changes=readable(versions.changes_of(db(), row)),
        publisher=accounts.names_of(db(), [row.published_by]),
        used_by=round_services.rounds_of_version(db(), version),
        pinyin=pinyin,
    )
