"""Where coders differ and what was decided, a row for each place, as a table in somebody's language."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from intercoder.interchange.sheets import Sheet, Value, csv_parts, xlsx_parts
from intercoder.language import gettext, inline
from intercoder.models import DisagreementState, RulingTag
from intercoder.reports.exports.kinds import File, Form, Making, Names, file
from intercoder.reports.exports.people import called, rulers_called
from intercoder.reports.numbers import letters
from intercoder.reports.words import word
from intercoder.services import masks
from intercoder.services.access import RoundAccess
from intercoder.services.disagreement_rows import PlaceRow, place_rows

_WIDTHS = (8, 28, 16, 18, 10, 10, 60, 50, 9, 9, 8, 8, 12, 14, 26, 30, 26, 40, 18, 20)


def disagreements(making: Making) -> File:
    """Return the places of a round with what each coder gave them and how each was settled."""
    with making.open() as (session, access):
        assert isinstance(access, RoundAccess)
        number = access.round.number
        names: Mapping[UUID, str] = {} if masks.hidden(access) else called(session, access, making.choices.names)
        rulers = {} if making.choices.names is Names.REAL else rulers_called(session, access)
    name = f"disagreements-round-{number}"
    if making.choices.form is Form.CSV:
        return file(name, Form.CSV, csv_parts(_headings(), _rows(making, names, rulers)))
    sheet = Sheet(gettext("Disagreements"), _headings(), _rows(making, names, rulers), _WIDTHS)
    return file(name, Form.XLSX, xlsx_parts(gettext("Disagreements"), [sheet]))


def _headings() -> list[str]:
    return [
        gettext("Number"),
        gettext("Document"),
        gettext("Case"),
        gettext("Kind"),
        gettext("From character"),
        gettext("To character"),
        gettext("Words"),
        gettext("Who gave it which codes"),
        gettext("Coders who judged it"),
        gettext("Behind the commonest reading"),
        gettext("Doubts"),
        gettext("Memos"),
        gettext("Leverage (alpha)"),
        gettext("State"),
        gettext("Outcome"),
        gettext("What stands"),
        gettext("Why coders differ"),
        gettext("Reason"),
        gettext("Ruled by"),
        gettext("Ruled at (UTC)"),
    ]


def _rows(making: Making, names: Mapping[UUID, str], rulers: Mapping[UUID, str]) -> Iterator[Sequence[Value]]:
    with making.open() as (session, access):
        assert isinstance(access, RoundAccess)
        for row in place_rows(session, access):
            yield _row(row, names, rulers)


def _row(row: PlaceRow, names: Mapping[UUID, str], rulers: Mapping[UUID, str]) -> Sequence[Value]:
    d, decided = row.place, row.decided
    letter = letters([str(coder) for coder, _ in row.given])
    given = "; ".join(
        f"{names.get(coder) or letter[str(coder)]}: {' + '.join(codes) or '–'}" for coder, codes in row.given
    )
    ruling = decided.ruling if decided else None
    return (
        d.position,
        d.document.title,
        row.case,
        word("disagreement_kind", d.kind),
        d.start,
        d.end,
        row.words,
        given,
        d.judged,
        d.behind,
        d.doubts,
        d.memos,
        None if d.leverage is None else d.leverage / 1_000_000,
        word("disagreement_state", d.state),
        _outcome(row),
        " + ".join(decided.stands) if decided else "",
        word("ruling_tag", ruling.tag) if ruling and ruling.tag else "",
        ruling.reason if ruling else "",
        rulers.get(decided.ruling.adjudicator_id, decided.by) if decided else "",
        f"{ruling.created_at:%Y-%m-%d %H:%M}" if ruling else "",
    )


def _outcome(row: PlaceRow) -> str:
    """Return how the place was settled; that both readings stand is an outcome of its own."""
    if row.decided is None or row.place.state is not DisagreementState.RULED:
        return gettext("not settled")
    if row.decided.ruling.tag is RulingTag.BOTH_STAND:
        return gettext("both readings stand")
    return inline(gettext("No code stands") if not row.decided.stands else gettext("Ruled"))
