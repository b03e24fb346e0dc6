"""The codings of a saved view: those that lie in its passages and stand below their code; files are made of them by page, API and command."""

import io
import json
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import InvalidInput, NotFound
from intercoder.models import Code, Document
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Form
from intercoder.reports.exports.registry import EXPORTS, export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import passage_views
from intercoder.services.codings_of_views import within_view
from intercoder.services.passage_views import NewView

pytestmark = pytest.mark.sqlite


def keep(cast: Cast, name: str, **asked: object) -> UUID:
    with cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        return passage_views.keep(session, access, NewView.model_validate({"name": name} | asked)).id


def taken(cast: Cast, name: str, form: Form, view: UUID | None, person: str = "lena") -> bytes:
    choices = Choices(form, view=view)
    with taking(cast.database, cast.people[person], export_called(name), cast.project, choices) as (file, _):
        return b"".join(file.parts)


def codes_in(cast: Cast, view: UUID | None) -> list[str]:
    rows = taken(cast, "codings", Form.NDJSON, view).decode().splitlines()
    return sorted({row.split('"code":"')[1].split('"')[0] for row in rows})


def test_codings_of_a_view_stand_below_its_code_and_lie_in_its_passages(cast: Cast) -> None:
    cast.compared_round()
    with cast.database.reading() as session:
        names = dict(session.execute(sa.select(Code.id, Code.name)).all())
        below = session.scalars(sa.select(Code.name).where(Code.parent_id == cast.codes["c1"])).all()
    view = keep(cast, "信任", code=cast.codes["c1"])
    assert codes_in(cast, None) != codes_in(cast, view)
    assert set(codes_in(cast, view)) <= {names[cast.codes["c1"]], *below}
    assert codes_in(cast, view)
    by_bo = keep(cast, "Bo 的", coder=cast.people["bo"].id)
    rows = taken(cast, "codings", Form.CSV, by_bo).decode()
    assert "Bo" in rows
    assert "Ai" not in rows
    assert codes_in(cast, keep(cast, "无", words="从来没有人说过")) == []
    one = keep(cast, "一处", code=cast.codes["c4"], words="没有信任")
    lines = taken(cast, "codings", Form.NDJSON, one).decode().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["没有信任什么都谈不了"], (
        "not the other passage of the code in the same text"
    )
    with cast.database.reading() as session:
        assert within_view(session, cast.access(session, "olga", Permission.CODINGS_VIEW), None) is None


def test_tables_and_matrices_say_of_which_view_they_are(cast: Cast) -> None:
    cast.compared_round()
    view = keep(cast, "只看信任", words="从来没有人说过")
    whole, narrow = (taken(cast, "matrices", Form.CSV, asked).decode() for asked in (None, view))
    assert ",1,1,1," in whole
    assert ",1,1,1," not in narrow
    with ZipFile(io.BytesIO(taken(cast, "tables", Form.DOCX, view))) as word:
        assert "只看信任" in word.read("word/document.xml").decode()


def test_a_view_is_refused_where_it_does_not_apply_or_may_not_be_known(cast: Cast) -> None:
    cast.compared_round()
    view = keep(cast, "一份资料", document=cast.documents["访谈一"])
    for export in EXPORTS:
        if not export.of_view and export.scope == "project" and export.name not in {"archive", "archive-scrambled"}:
            with pytest.raises(InvalidInput, match="not made of passages"):
                taken(cast, export.name, export.forms[0], view)
    with pytest.raises(NotFound):
        taken(cast, "codings", Form.CSV, uuid4())
    # What is held out is not told by a view that names it: as if it were not there.
    assert taken(cast, "codings", Form.CSV, view, "olga")
    with cast.database.transaction() as session:
        session.execute(sa.update(Document).where(Document.id == cast.documents["访谈一"]).values(held_out=True))
    for name in ("codings", "matrices"):
        with pytest.raises(NotFound):
            taken(cast, name, Form.CSV, view, "olga")
