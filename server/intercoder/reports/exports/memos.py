"""The memos that a person may read, as a table."""

from collections.abc import Sequence

from intercoder.interchange.sheets import Sheet, Value, csv_parts, xlsx_parts
from intercoder.language import gettext
from intercoder.reports.exports.kinds import File, Form, Making, Names, file
from intercoder.reports.exports.people import called
from intercoder.reports.words import word
from intercoder.services.study_memos import StudyMemo, study_memos

_WIDTHS = (16, 30, 20, 26, 80, 18, 18, 18, 30, 60)


def memos(making: Making) -> File:
    """Return the memos of a project, those changed last first."""
    with making.open() as (session, access):
        read = study_memos(session, access)
        letters = {} if making.choices.names is Names.REAL else called(session, access, Names.LETTERS)
    real = making.choices.names is Names.REAL
    rows = [_row(one, one.author if real else letters.get(one.row.author_id, "–")) for one in read]
    if making.choices.form is Form.CSV:
        return file("memos", Form.CSV, csv_parts(_headings(), rows))
    sheet = Sheet(gettext("Memos"), _headings(), rows, _WIDTHS)
    return file("memos", Form.XLSX, xlsx_parts(gettext("Memos"), [sheet]))


def _headings() -> Sequence[str]:
    return (
        gettext("On what"),
        gettext("Name"),
        gettext("Kind of memo"),
        gettext("Title"),
        gettext("Memo"),
        gettext("Author"),
        gettext("Written (UTC)"),
        gettext("Changed (UTC)"),
        gettext("Tied to"),
        gettext("Passages"),
    )


def _row(one: StudyMemo, author: str) -> Sequence[Value]:
    row = one.row
    return (
        word("memo_about", row.about),
        one.of,
        word("memo_kind", row.kind),
        row.title,
        row.text,
        author,
        f"{row.written_at:%Y-%m-%d %H:%M}",
        f"{row.changed_at:%Y-%m-%d %H:%M}",
        "; ".join(name for _, name in one.others),
        "\n".join(passage.cited.words for passage in one.passages),
    )
