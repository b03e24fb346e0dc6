"""A project as a whole: every table of it and its texts in open formats, with hashes, to be kept, checked and brought back."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy.orm import Session

from intercoder import schema
from intercoder.interchange.archive import zip_parts
from intercoder.interchange.archived import FORMAT, MANIFEST, README, Manifest, data_of, scrambled, source_of, text_of
from intercoder.language import gettext
from intercoder.reports.alignment import masks
from intercoder.reports.exports.codings import codings
from intercoder.reports.exports.kinds import Choices, File, Form, Making, Names, file
from intercoder.services import archiving
from intercoder.services.access import Access
from intercoder.services.archiving import Row
from intercoder.services.coding_rows import coders_in_order

Member = tuple[str, Iterable[bytes]]
Change = Callable[[Row], None]
_NAMED = ("name", "name_key")
_CODE = (*_NAMED, "other_name", "definition", "include", "exclude")
#: the texts that stay what they are where words are scrambled, by table: names, titles, definitions, check sums and what only programs read.
#: A text that nobody thought of is scrambled.
KEPT: Mapping[str, Sequence[str]] = {
    "agreement_report": ("coefficient", "reason", "interval_reason", "name"),
    "alignment_proposal": ("search",),
    "case_studied": (*_NAMED, "search"),
    "code": _CODE,
    "code_property": ("name", "low", "high"),
    "coding": ("body_hash",),
    "disagreement": ("identity",),
    "document": ("title", "title_key", "spelling", "search", "source"),
    "model_element": ("name", "grouped"),
    "norming_room": ("name",),
    "project": ("name",),
    "relation_type": _NAMED,
    "report_cells": ("code",),
    "revision": ("sha256",),
    "round": ("name",),
    "saturation_declaration": ("view", "arrival"),
    "source_file": ("name", "sha256", "encoding", "title", "case_name"),
    "user_account": ("email", "email_key", "name", "language"),  # masked already
    "version_code": _CODE,
}
#: what a scrambled archive has not: words that cannot be hidden without breaking what the table proves, or that are all it holds
_NOT_SCRAMBLED = frozenset({"coding_change", "event", "proposal"})
#: what names people in their own words
_OF_PEOPLE = frozenset({"coder_sheet"})


def archive(making: Making) -> File:
    """Return the whole project; ``names``: with letters nobody's name and address are in it."""
    return _archive(making, masked=making.choices.names is Names.LETTERS, hidden=False)


def scrambled_archive(making: Making) -> File:
    """Return the project without its words: each letter is another, lengths and offsets stay, and nobody is named."""
    return _archive(making, masked=True, hidden=True)


def _archive(making: Making, *, masked: bool, hidden: bool) -> File:
    with making.open() as (session, access):
        archiving.require_nothing_open(session, access)
        name = access.project.name

    def members() -> Iterator[Member]:
        with making.open() as (session, access):
            archiving.require_nothing_open(session, access)
            writer = _Writer(session, access, masked=masked, hidden=hidden)
            for n, member in enumerate(writer.members()):
                making.tell(n, len(archiving.tables()))
                yield member
            if not hidden:
                names = Names.LETTERS if masked else Names.REAL
                rows = codings(Making(making.thing, making.open, Choices(Form.CSV, names)))
                yield writer.hashed("codings.csv", rows.parts)
            yield writer.hashed(README, [_readme(name, masked=masked, hidden=hidden)])
            yield MANIFEST, [writer.manifest(name).model_dump_json(indent=1).encode()]

    return file("archive-scrambled" if hidden else "archive", Form.ZIP, zip_parts(members()))


class _Writer:
    """Writes the members of an archive, and keeps count of their rows and hashes."""

    def __init__(self, session: Session, access: Access, *, masked: bool, hidden: bool) -> None:
        self._session, self._project = session, access.project.id
        self._masked, self._hidden = masked, hidden
        self._called = _letters(session, access) if masked else {}
        self._tables: dict[str, int] = {}
        self._files: dict[str, str] = {}

    def manifest(self, name: str) -> Manifest:
        """Return what was written."""
        return Manifest(
            format=FORMAT,
            program=f"Intercoder {version('intercoder')}",
            revision=schema.head(),
            project_id=self._project,
            project=name,
            masked=self._masked,
            scrambled=self._hidden,
            tables=self._tables,
            files=self._files,
        )

    def hashed(self, name: str, parts: Iterable[bytes]) -> Member:
        """Return a member whose hash is kept when it has been written."""

        def read() -> Iterator[bytes]:
            digest = hashlib.sha256()
            for part in parts:
                digest.update(part)
                yield part
            self._files[name] = digest.hexdigest()

        return name, read()

    def members(self) -> Iterator[Member]:
        """Yield the tables, then the files as they were imported and the texts for people to read."""
        left = (_NOT_SCRAMBLED if self._hidden else frozenset()) | (_OF_PEOPLE if self._masked else frozenset())
        for table in archiving.tables():
            if table.name not in left:
                yield self.hashed(data_of(table.name), self._lines(table))
        if self._hidden:
            return
        for source in archiving.sources(self._session, self._project):
            yield self.hashed(source_of(str(source)), [archiving.original(self._session, source)])
        for text in archiving.texts(self._session, self._project):
            yield self.hashed(text_of(text.position, text.title, text.number), [text.text.encode()])

    def _lines(self, table: sa.Table) -> Iterator[bytes]:
        changes = [*self._changes(table)]
        self._tables[table.name] = 0
        for row in archiving.rows(self._session, self._project, table):
            for change in changes:
                change(row)
            self._tables[table.name] += 1
            yield to_json(row) + b"\n"

    def _changes(self, table: sa.Table) -> Iterator[Change]:
        if self._masked and table.name == "user_account":
            yield self._mask_person
        if self._masked and table.name == "agreement_report":
            yield self._mask_report
        words = [c.name for c in table.c if isinstance(c.type, sa.Text) and c.name not in KEPT.get(table.name, ())]
        if self._hidden and words:
            yield lambda row: row.update({name: scrambled(str(row[name])) for name in words if row.get(name)})
        if self._hidden and table.name == "anchor":
            # Who speaks, and what a heading says, stands there once more.
            yield lambda row: row.update({"data": {}})

    def _mask_person(self, person: Row) -> None:
        letter = self._called[str(person["id"])]
        person["name"], person["email"] = letter, f"{person['id']}@pseudonym.invalid"
        person["email_key"] = person["email"]

    def _mask_report(self, report: Row) -> None:
        made = report["provenance"]
        if isinstance(made, dict) and isinstance(made["coders"], list):
            made["coders"] = [
                {**coder, "name": self._called[str(coder["id"])]} for coder in made["coders"] if isinstance(coder, dict)
            ]


def _letters(session: Session, access: Access) -> Mapping[str, str]:
    """Return letters for everybody whom the study names: those who coded first, as in every other file."""
    coders = coders_in_order(session, access)
    others = [person for person in archiving.everybody(session, access.project.id) if person not in coders]
    return {str(person): letter for person, letter in masks([*coders, *others]).items()}


def _readme(name: str, *, masked: bool, hidden: bool) -> bytes:
    said = [
        gettext(
            "Archive of the project “{name}”, made by Intercoder {version}", name=name, version=version("intercoder")
        ),
        "",
        gettext(
            "data/: a file for each table, a row on each line as JSON (https://jsonlines.org); identifiers lead from one to another."
        ),
        gettext("Offsets are code points from 0, the end is not included. Times are in UTC."),
        gettext("manifest.json: what is here, with the SHA-256 of each file."),
    ]
    if hidden:
        said.append(
            gettext(
                "The words of texts, memos and reasons are scrambled: letters are others, lengths stay. Names of codes, cases, files and attributes, "
                "definitions and titles are what they were: look whether they may be shared. The log is left out, since its hashes would no longer hold."
            )
        )
    else:
        said += [
            gettext(
                "texts/: each text as it was coded. sources/: the files as they were imported. codings.csv: each coding in a row."
            ),
            gettext(
                "To check it: intercoder verify FILE. To bring it back into an empty instance: intercoder import FILE."
            ),
        ]
    if masked:
        said.append(
            gettext(
                "People are called by letters, and what they said of themselves is left out. Names that stand in texts, memos, titles "
                "and names of files are still there."
            )
        )
    return ("\ufeff" + "\r\n".join(said) + "\r\n").encode()
