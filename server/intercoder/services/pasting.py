"""A codebook that is pasted into the draft: looked at first, then all of it or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field as Rule
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.interchange.codebook.changes import Changed, Known, aliases_of
from intercoder.interchange.codebook.given import CHARACTERS, LINES, Field, Form, Given, Line, given
from intercoder.interchange.codebook.plan import Decision, Plan, Result, Row, plan
from intercoder.interchange.codebook.reading import read_pasted
from intercoder.models import Code, CodeState, Level, MappingKind
from intercoder.services.access import Access
from intercoder.services.code_files import known_codes, quoted_in
from intercoder.services.codebook import (
    ALIASES,
    DESCRIPTION,
    QUOTING,
    TEXT_LENGTH,
    TEXTS,
    Entry,
    active_codes,
    draft,
    tree_order,
)
from intercoder.services.command import NAME_LENGTH, Command
from intercoder.services.mapping import Step, enter, hold, standing
from intercoder.text.canonical import canonical, clean_name, name_key

LongText = Annotated[str, StringConstraints(max_length=20_000)]


class PastedLine(Command):
    """A code of a codebook that was read from a file, as the look into the file gave it."""

    number: Annotated[int, Rule(ge=1)]
    name: Annotated[str, StringConstraints(max_length=2000)]
    depth: Annotated[int, Rule(ge=0, le=100)]
    level: Level | None = None
    written_number: Annotated[str, StringConstraints(max_length=40)] = ""
    guid: Annotated[str, StringConstraints(max_length=40)] = ""
    above: Annotated[str, StringConstraints(max_length=2000)] | None = None
    said: Mapping[Field, LongText] = {}


class Decided(Command):
    """What was decided of a line, by its place among the lines, counted from 0."""

    place: Annotated[int, Rule(ge=0, le=LINES)]
    decision: Decision


class PastedCodebook(Command):
    """A codebook: as a text (indented, or a table) or as the lines of a file; and what was decided of its lines."""

    text: Annotated[str, StringConstraints(max_length=CHARACTERS)] | None = None
    lines: Annotated[tuple[PastedLine, ...], Rule(max_length=LINES)] | None = None
    #: how the file was written that the lines are from
    form: Form = Form.INDENTED
    #: the level of the outermost lines; none: as they fit
    top: Level | None = None
    decisions: Annotated[tuple[Decided, ...], Rule(max_length=4 * LINES)] = ()


@dataclass(frozen=True)
class Preview:
    """What pasting would do, and how the codebook was read."""

    given: Given
    plan: Plan
    #: codes of the draft that the paste does not name: they stay
    untouched: int


def there(session: Session, access: Access) -> list[Known]:
    """Return the codes of the draft as a paste is compared with them."""
    return _known(session, draft(session, access.project.id))


def _known(session: Session, entries: Sequence[Entry]) -> list[Known]:
    return known_codes(entries, quoted_in(session, entries))


def preview(known: Sequence[Known], pasted: PastedCodebook) -> Preview:
    """Return what pasting would do to these codes; needs no transaction, and changes nothing."""
    read = _read(pasted)
    _check(read.lines)
    decided: dict[int, set[Decision]] = {}
    for each in pasted.decisions:
        decided.setdefault(each.place, set()).add(each.decision)
    made = plan(read, known, top=pasted.top, decided=decided)
    named = {row.code for row in made.rows}
    return Preview(read, made, sum(code.id not in named for code in known))


def _read(pasted: PastedCodebook) -> Given:
    if pasted.lines is None:
        return read_pasted(canonical(pasted.text or ""))
    lines = [
        Line(
            line.number,
            clean_name(line.name),
            line.depth,
            line.level,
            line.written_number,
            _identifier(line.guid),
            None if line.above is None else clean_name(line.above),
            {field: canonical(text).strip() for field, text in line.said.items()},
        )
        for line in pasted.lines
    ]
    return given(pasted.form, [line for line in lines if line.name])


def _identifier(written: str) -> str:
    try:
        return str(UUID(written)) if written else ""
    except ValueError:
        return ""


def _check(lines: Sequence[Line]) -> None:
    """Refuse what no code can hold, and say where it stands."""
    for line in lines:
        if len(line.name) > NAME_LENGTH or len(line.said.get(Field.OTHER_NAME, "")) > NAME_LENGTH:
            raise InvalidInput(
                "long_name",
                "Line {line}: a name has at most {n} characters. What stands there may be a sentence, not a code.",
                line=line.number,
                n=NAME_LENGTH,
            )
        if any(len(text) > TEXT_LENGTH for text in line.said.values()):
            raise InvalidInput(
                "long_text",
                "Line {line}: a text of a code has at most {n} characters.",
                line=line.number,
                n=TEXT_LENGTH,
            )
        if len(aliases_of(line.said.get(Field.ALIASES, ""))) > ALIASES:
            raise InvalidInput(
                "many_aliases", "Line {line}: a code has at most {n} aliases.", line=line.number, n=ALIASES
            )


@dataclass(frozen=True)
class Pasted:
    """What pasting did."""

    new: int
    changed: int


def paste(session: Session, access: Access, pasted: PastedCodebook) -> Pasted:
    """Make and change the codes of a pasted codebook, all or none, as one act of the log and one that can be taken back.

    What it does not name stays; nothing is taken out because it is missing there.
    """
    hold(session, access)
    rows = active_codes(session, access.project.id)
    looked = preview(_known(session, tree_order(rows)), pasted)
    undecided = len(looked.plan.of(Result.OPEN))
    if undecided:
        raise Conflict("undecided", "Decide first what becomes of the lines that are in doubt ({n}).", n=undecided)
    new, changed = looked.plan.of(Result.NEW), looked.plan.of(Result.CHANGED)
    if not new and not changed:
        raise Conflict("nothing_new", "The codebook says all of this already: nothing would change.")
    codes = {code.id: code for code in rows}
    made = _made(access, new, len(rows))
    identifiers = {row.place: row.code for row in looked.plan.rows if row.code} | {p: c.id for p, c in made.items()}

    def above(row: Row) -> UUID | None:
        return identifiers[row.above] if isinstance(row.above, int) else row.above

    for row in new:
        made[row.place].parent_id = above(row)
    # From above: what stands below another new code is written after it.
    steps = [Step(code, None, standing(code)) for code in sorted(made.values(), key=lambda code: -code.level.height)]
    befores = {row.code: _now(codes[row.code]) for row in changed if row.code}
    for row in changed:
        assert row.code is not None
        step = _changed(codes[row.code], row, above(row), codes)
        if step.changes:
            steps.append(step)
        else:
            step.code.revision += 1
    if steps:
        enter(session, access, MappingKind.CHANGED, steps)
    changes = [_told(codes[code], before) for code, before in befores.items()]
    _colour(new, made, [*rows, *made.values()])
    session.flush()
    told = tuple(
        events.MadeCode(c.id, **{field: getattr(c, field) for field in (*DESCRIPTION, "parent_id")})
        for c in made.values()
    )
    first = told[0].id if told else changes[0].id
    access.log(session, events.CodebookPasted(first, codes=told, changes=tuple(changes)))
    return Pasted(len(new), len(changed))


def _made(access: Access, new: Sequence[Row], many: int) -> dict[int, Code]:
    codes = {}
    for row in new:
        assert row.level is not None
        codes[row.place] = Code(
            id=uuid4(),
            project_id=access.project.id,
            created_at=now(),
            author_id=access.actor.id,
            name=row.line.name,
            name_key=name_key(row.line.name),
            level=row.level,
            state=CodeState.ACTIVE,
            split_into=(),
            position=many + row.place,
            other_name=clean_name(row.said.get(Field.OTHER_NAME, "")),
            aliases=aliases_of(row.said.get(Field.ALIASES, "")),
            **{field: row.said.get(Field(field), "") for field in TEXTS},
        )
    return codes


def _colour(new: Sequence[Row], made: Mapping[int, Code], rows: Collection[Code]) -> None:
    """Keep the hues that a file gives new codes, where they would have another one by their place."""
    wanted = {made[row.place].id: hue for row in new if (hue := _hue(row.said.get(Field.COLOUR, ""))) is not None}
    if not wanted:
        return
    hues = {entry.id: entry.mark.hue for entry in tree_order(rows)}
    # From above: a code below one that was given its hue has that too.
    for code in sorted(made.values(), key=lambda code: -code.level.height):
        inherited = hues.get(code.parent_id) if code.parent_id else hues[code.id]
        hues[code.id] = inherited if inherited is not None else hues[code.id]
        if code.id in wanted and wanted[code.id] != hues[code.id]:
            code.colour = hues[code.id] = wanted[code.id]


def _hue(written: str) -> int | None:
    return int(written) - 1 if written in {str(n) for n in range(1, 9)} else None


def _now(code: Code) -> dict[str, object]:
    fields = ("name", "other_name", "aliases", *TEXTS, *QUOTING, "colour", "parent_id")
    return {field: getattr(code, field) for field in fields}


def _told(code: Code, before: Mapping[str, object]) -> events.PastedChange:
    """Return what a code was and is, of the fields that changed."""
    told = {field: (old, new) for field, new in _now(code).items() if (old := before[field]) != new}
    return events.PastedChange(code.id, **told)  # type: ignore[arg-type]


def _changed(code: Code, row: Row, above: UUID | None, codes: Mapping[UUID, Code]) -> Step:
    """Say of a code of the draft what a line says; its name and its place come with the step that is returned."""
    was = after = standing(code)
    for each in row.changes:
        if each.field == "name":
            after = replace(after, name=each.after)
        elif each.field == "parent":
            stood_below = codes.get(code.parent_id) if code.parent_id else None
            code.colour = None if stood_below and stood_below.colour == code.colour else code.colour
            after = replace(after, parent=above)
        else:
            _say(code, each)
    return Step(code, was, after)


def _say(code: Code, each: Changed) -> None:
    if each.field == Field.ALIASES:
        code.aliases = aliases_of(each.after)
    elif each.field == Field.OTHER_NAME:
        code.other_name = clean_name(each.after)
    elif each.field == Field.COLOUR:
        code.colour = _hue(each.after)
    else:
        setattr(code, each.field, each.after)
        if f"{each.field}_at" in QUOTING:  # what was quoted is no longer what is said
            setattr(code, f"{each.field}_at", None)
