"""The codebook: its codes as a tree, and the draft that is changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Annotated, Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale, marked
from intercoder.models import Code, CodeState, Level, MappingKind, Passage
from intercoder.models.base import dashed, unread
from intercoder.services import code_rows
from intercoder.services.access import Access, no_such_thing
from intercoder.services.code_rows import Called
from intercoder.services.code_states import remembered
from intercoder.services.command import NAME_LENGTH, Colour, Command, Name, Text, checked, named
from intercoder.services.mapping import Step, enter, hold, standing
from intercoder.services.numbering import give_numbers
from intercoder.services.quoting import PassageIn, passage_of
from intercoder.stats.marks import PRIVATE, Mark, Marked, marks, number_of
from intercoder.stats.tree import CodeTree
from intercoder.text.canonical import canonical, clean_name, name_key
from intercoder.text.pinyin import pinyin

TEXTS = ("definition", "include", "exclude", "example", "near_miss")
#: what is said besides, since versions have it: the digest of an older version does not know it
LATER = ("other_name", "aliases", "example_at", "near_miss_at", "number")
DESCRIPTION = ("name", "level", *TEXTS, "colour", "position", *LATER)
#: the fields that quote a passage
QUOTING = ("example_at", "near_miss_at")
_READ = [
    Code.metadata.tables[Code.__tablename__].c[name]
    for name in ("id", "parent_id", "state", "revision", "into_id", "name_key", *DESCRIPTION)
]
_described = attrgetter(*DESCRIPTION)
TEXT_LENGTH = 5000
ALIASES = 30


class Entry(NamedTuple):
    """A code as it stands in the draft, in a version or in a round, with its place in the tree."""

    id: UUID
    name: str
    level: Level
    parent_id: UUID | None
    definition: str
    include: str
    exclude: str
    example: str
    near_miss: str
    #: as it is stored: a choice, or the colour of the code above; None: computed. ``mark`` is what it looks like
    colour: int | None
    position: int
    other_name: str = ""
    aliases: tuple[str, ...] = ()
    example_at: Passage | None = None
    near_miss_at: Passage | None = None
    number: int = 0
    mark: Mark = PRIVATE
    #: 0 for a code without parent
    depth: int = 0
    state: CodeState = CodeState.ACTIVE
    revision: int = 0
    #: the code as which a merged one counts
    into_id: UUID | None = None
    name_key: str = ""

    @property
    def numbered(self) -> str:
        """The number as it is written; empty when there is none."""
        return number_of(self.level, self.number)

    @property
    def search(self) -> str:
        """What finds it besides its name: pinyin, number, the other name, aliases."""
        return " ".join(filter(None, (pinyin(self.name), self.numbered, self.other_name, *self.aliases)))


#: a row, or the columns of one: of thousands the objects of the ORM take longer than all the rest
Rows = Code | Entry | sa.Row[Any]


def tree_order(rows: Iterable[Rows]) -> list[Entry]:
    """Return the codes as entries, parents before children, siblings by position and name."""
    given = list(rows)
    ids: list[UUID] = [row.id for row in given]
    # By their places among those given: of thousands, hashing their identifiers again and again takes longest.
    places = {code: n for n, code in enumerate(ids)}
    above = [places.get(row.parent_id) if row.parent_id else None for row in given]

    def place(n: int) -> tuple[int, int, str]:
        row = given[n]
        return (-row.level.height, row.position, row.name_key)

    order = list(CodeTree.of(dict(enumerate(above))).downwards(place))
    marked = marks([_marked(n, given[n], above[n]) for n, _ in order])
    return [
        _entry(given[n], ids[n], None if (up := above[n]) is None else ids[up], depth, marked[n]) for n, depth in order
    ]


def _marked(place: int, row: Rows, above: int | None) -> Marked[int]:
    return Marked(place, above, row.level, row.number, row.colour, row.state is not CodeState.ACTIVE)


def _entry(row: Rows, code: UUID, above: UUID | None, depth: int, mark: Mark) -> Entry:
    said = dict(zip(DESCRIPTION, _described(row), strict=True))
    return Entry(
        code,
        parent_id=above,
        mark=mark,
        depth=depth,
        state=row.state,
        revision=row.revision,
        into_id=row.into_id,
        name_key=row.name_key,
        **said,
    )


def ancestors_at(entries: Iterable[Entry], level: Level) -> dict[UUID, UUID | None]:
    """Return each code's ancestor (or itself) at ``level``; None when it has none there."""
    given = list(entries)
    tree = CodeTree.of({e.id: e.parent_id for e in given}, {e.id: e.level for e in given})
    return tree.lift(tree.parents, level)


# --- the draft -----------------------------------------------------------------------------------


def draft(session: Session, project_id: UUID) -> Sequence[Entry]:
    """Return the draft codebook in tree order."""
    rows = sa.select(*_READ).where(_draft_of(project_id))
    return remembered(session, project_id, ("draft",), lambda: tree_order(session.execute(rows)))


def active_codes(session: Session, project_id: UUID) -> Sequence[Code]:
    """Return the codes of the draft as rows."""
    return session.scalars(sa.select(Code).where(Code.project_id == project_id, Code.state == CodeState.ACTIVE)).all()


def undefined_codes(session: Session, project_id: UUID) -> frozenset[str]:
    """Return the codes of the draft without a definition, by their identifiers as text."""
    rows = session.scalars(sa.select(unread(Code.id)).where(_draft_of(project_id), Code.definition == ""))
    return frozenset(map(dashed, rows))


def names_of(session: Session, project_id: UUID, code_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what some codes of the draft are called; others are not found here."""
    if not code_ids:
        return {}
    rows = session.execute(sa.select(Code.id, Code.name).where(_draft_of(project_id), Code.id.in_(code_ids)))
    return dict(rows.all())


def get_code(session: Session, project_id: UUID, code_id: UUID) -> Code:
    """Return a code of the draft; coders' private codes and proposals are not found here."""
    code = session.get(Code, code_id)
    if code is None or code.project_id != project_id or code.state not in {CodeState.ACTIVE, CodeState.RETIRED}:
        raise no_such_thing()
    return code


def _code_text(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > TEXT_LENGTH:
        raise InvalidInput("long_text", "A text of a code has at most {n} characters.", n=TEXT_LENGTH)
    return kept


def _aliases(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the aliases that say something, each once however it is written."""
    return tuple({name_key(alias): alias for alias in reversed(given) if alias}.values())[::-1]


def _alias(text: str) -> str:
    return clean_name(text)[:NAME_LENGTH]


def _other_name(text: str) -> str:
    name = clean_name(text)
    if len(name) > NAME_LENGTH:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=NAME_LENGTH)
    return name


OtherName = Annotated[str, StringConstraints(max_length=400), checked(_other_name)]
Aliases = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=400), checked(_alias)], ...],
    Field(max_length=ALIASES),
    AfterValidator(_aliases),
]


CodeName = Annotated[Name, named(marked("Give the code a name."))]
CodeText = Annotated[Text, checked(_code_text)]
Position = Annotated[int, Field(ge=0, le=1_000_000)]


class CodeFields(Command):
    """What is said of a code."""

    name: CodeName
    level: Level = Level.LABEL
    parent_id: UUID | None = None
    definition: CodeText = ""
    include: CodeText = ""
    exclude: CodeText = ""
    example: CodeText = ""
    near_miss: CodeText = ""
    other_name: OtherName = ""
    aliases: Aliases = ()
    example_at: PassageIn | None = None
    near_miss_at: PassageIn | None = None
    colour: Colour | None = None
    position: Position | None = None


class NewCode(CodeFields):
    """A new code. ``key`` and ``parent_key`` tie codes of one call to one another."""

    key: Name | None = None
    parent_key: Name | None = None


class CodeChange(Command):
    """A change of a code of the draft; what is not named stays."""

    name: CodeName | None = None
    level: Level | None = None
    parent_id: UUID | None = None
    definition: CodeText | None = None
    include: CodeText | None = None
    exclude: CodeText | None = None
    example: CodeText | None = None
    near_miss: CodeText | None = None
    other_name: OtherName | None = None
    aliases: Aliases | None = None
    example_at: PassageIn | None = None
    near_miss_at: PassageIn | None = None
    colour: Colour | None = None
    position: Position | None = None


def create_codes(session: Session, access: Access, given: Sequence[NewCode]) -> list[Code]:
    """Add codes to the draft, all or none, and return them in the order given.

    A code may carry a ``key`` of the caller's choice, by which others of the same call name it as
    their ``parent_key``; an existing code is named by ``parent_id``.
    """
    if not given:
        raise InvalidInput("nothing_given", "There is no code to add.")
    taken = code_rows.alike(session, access.project.id, {name_key(new.name) for new in given})
    above = _those(session, access.project.id, {new.parent_id for new in given if new.parent_id})
    number = code_rows.how_many(session, access.project.id)
    made: dict[int, Code] = {}
    keys: dict[str, UUID] = {}
    # Higher levels first, so that a parent stands before its children whatever the order given.
    for offset, new in sorted(enumerate(given), key=lambda pair: -pair[1].level.height):
        code = Code(
            id=uuid4(),
            project_id=access.project.id,
            created_at=now(),
            author_id=access.actor.id,
            parent_id=None,
            name=new.name,
            name_key=name_key(new.name),
            level=new.level,
            position=number + len(made) + offset if new.position is None else new.position,
            **{field: getattr(new, field) for field in (*TEXTS, "other_name", "aliases")},
            **{field: _quoted(session, access, getattr(new, field)) for field in QUOTING},
        )
        called = Called(code.level, code.name_key)
        if called in taken:
            raise _name_taken(code.name)
        parent_id = keys.get(new.parent_key, code.id) if new.parent_key else new.parent_id
        _place(code, parent_id, above, new.colour)
        above[code.id] = code
        taken.add(called)
        if new.key:
            keys[new.key] = code.id
        made[offset] = code
    created = [made[i] for i in range(len(given))]
    give_numbers(session, access.project.id, created)
    code_rows.add(session, list(made.values()))  # in this order: a parent before those below it
    told = tuple(
        events.MadeCode(c.id, **{field: getattr(c, field) for field in (*DESCRIPTION, "parent_id")}) for c in created
    )
    access.log(session, events.CodesCreated(created[0].id, codes=told))
    return created


def change_code(session: Session, access: Access, code_id: UUID, revision: int | None, change: CodeChange) -> Code:
    """Change a code of the draft; published versions keep what they were."""
    hold(session, access)
    code = get_code(session, access.project.id, code_id)
    if revision is not None and code.revision != revision:
        raise Stale("stale_code", "Somebody changed this code in the meantime. Read it again before you change it.")
    if code.state != CodeState.ACTIVE:
        raise Conflict("code_retired", "This code was taken out of the codebook.")
    of_draft = _draft_of(access.project.id)
    before, was = {field: getattr(code, field) for field in (*DESCRIPTION, "parent_id")}, standing(code)
    _describe(code, change)
    for field in QUOTING:
        if change.says(field):
            setattr(code, field, _quoted(session, access, getattr(change, field)))
    parent_id = change.parent_id if change.says("parent_id") else code.parent_id
    with session.no_autoflush:  # two codes of one name are refused with a sentence, not by the database
        alike = sa.select(Code.id).where(of_draft, Code.level == code.level, Code.name_key == code.name_key)
        if session.scalar(alike.where(Code.id != code.id).limit(1)):
            raise _name_taken(code.name)
        below = sa.select(Code.id).where(of_draft, Code.parent_id == code.id).limit(1)
        if code.level != before["level"] and session.scalar(below):
            raise Conflict(
                "has_children", "Move the codes below “{name}” elsewhere before you change its level.", name=code.name
            )
        above = _those(session, access.project.id, {parent_id} if parent_id else set())
        was_above = session.get(Code, code.parent_id) if code.parent_id else None
    inherited = was_above is not None and was_above.colour == code.colour
    _place(code, parent_id, above, change.colour if change.says("colour") else None if inherited else code.colour)
    if code.level != before["level"]:
        give_numbers(session, access.project.id, [code])
    step = Step(code, was, standing(code))
    if step.changes:
        enter(session, access, MappingKind.CHANGED, [step])
    else:
        code.revision += 1
        session.flush()
    changed = {field: (old, getattr(code, field)) for field, old in before.items() if old != getattr(code, field)}
    access.log(session, events.CodeChanged(code.id, **changed))
    return code


def _describe(code: Code, change: CodeChange) -> None:
    """Say of a code what the change says; a text can be taken away, a name, a level and a place cannot."""
    code.name, code.level = change.name or code.name, change.level or code.level
    code.name_key = name_key(code.name)
    code.position = code.position if change.position is None else change.position
    for field in TEXTS:
        if change.says(field):
            setattr(code, field, getattr(change, field) or "")
    code.other_name = code.other_name if change.other_name is None else change.other_name
    code.aliases = code.aliases if change.aliases is None else change.aliases


def _quoted(session: Session, access: Access, given: PassageIn | None) -> Passage | None:
    return None if given is None else passage_of(session, access.project.id, given)


def retire_code(session: Session, access: Access, code_id: UUID) -> Code:
    """Take a code out of the draft; versions, codings and history keep it."""
    hold(session, access)
    code = get_code(session, access.project.id, code_id)
    if code.state != CodeState.ACTIVE:
        raise Conflict("code_retired", "This code was taken out of the codebook.")
    if session.scalar(sa.select(Code.id).where(Code.parent_id == code.id, Code.state == CodeState.ACTIVE).limit(1)):
        raise Conflict("has_children", "Move the codes below “{name}” elsewhere first.", name=code.name)
    was = standing(code)
    enter(session, access, MappingKind.RETIRED, [Step(code, was, replace(was, state=CodeState.RETIRED))])
    access.log(session, events.CodeRetired(code.id, name=code.name))
    return code


def _draft_of(project_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition of the codes of a draft: to load them all for one more takes longer than all the rest."""
    return sa.and_(Code.project_id == project_id, Code.state == CodeState.ACTIVE)


def _those(session: Session, project_id: UUID, code_ids: Collection[UUID]) -> dict[UUID, Code]:
    if not code_ids:
        return {}
    rows = sa.select(Code).where(_draft_of(project_id), Code.id.in_(code_ids))
    return {code.id: code for code in session.scalars(rows)}


def _place(code: Code, parent_id: UUID | None, above: Mapping[UUID, Code], colour: int | None) -> None:
    """Put the code below its parent, which stands exactly one level higher; ``colour`` is a choice, or none."""
    parent = above.get(parent_id) if parent_id else None
    if parent_id and parent is None:
        raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=code.name)
    if parent is not None and parent.level is not code.level.above:
        raise InvalidInput(
            "wrong_level",
            "“{name}” is a {level}: the code above it must stand one level higher.",
            name=code.name,
            level=code.level,
        )
    code.parent_id = parent.id if parent else None
    code.colour = colour


def _name_taken(name: str) -> Conflict:
    return Conflict("name_taken", "There is already a code “{name}” at this level.", name=name)
