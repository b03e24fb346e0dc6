"""The API of what leaves the program: one address for each export of the registry, and the list of them.

A form that is made quickly is the answer to GET; one that takes long is asked for by POST at the same address, made by a
worker, and fetched by whoever asked for it.
"""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from intercoder.errors import InvalidInput
from intercoder.language import language
from intercoder.models import Level, MakeFile, SamplingUnit
from intercoder.reports.exports.kinds import MEDIA_TYPES, Choices, Export, Form, Names, Scope
from intercoder.reports.exports.registry import EXPORTS
from intercoder.services import made_files, passage_views
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, asked_in
from intercoder.stats.saturation.study.events import Kind
from intercoder.web import leaving
from intercoder.web.api.endpoint import Accepted, Sent, endpoint, location
from intercoder.web.api.made_files import MadeFileOut, made_file_out
from intercoder.web.api.shapes import In
from intercoder.web.session import db


class FileQuery(In):
    """Which form (the export's first where none is named), in which language, and how coders are called in it."""

    format: Form | None = None
    language: Literal["en", "zh"] | None = None
    names: Names = Names.REAL


class CodingsFileQuery(FileQuery):
    """Of a project also which round: its compared ones where none is named; which figures of saturation: every level where none is.

    ``saved_view``: of what is made of passages those of a view alone.
    """

    round: UUID | None = None
    level: Level | Kind | None = None
    view: Annotated[str, Field(max_length=50)] = "union"
    unit: SamplingUnit = SamplingUnit.DOCUMENT
    order: Annotated[str, Field(max_length=200)] = "finished"
    saved_view: UUID | None = None

    @property
    def figures(self) -> tuple[str, str, str, str] | None:
        """The figures that are asked for, in words."""
        return None if self.level is None else (self.level.value, self.view, self.unit.value, self.order)


def _sent(
    export: Export,
    access: Access,
    thing: UUID,
    query: FileQuery,
    round_id: UUID | None = None,
    figures: Asked | None = None,
    view: UUID | None = None,
) -> Sent:
    form = export.form(query.format or next(iter(export.quick)))
    if form in export.slow:
        raise InvalidInput(
            "made_by_worker",
            "This takes longer than an answer may: send a POST to the same address, and fetch the file when it is made.",
        )
    return leaving.made(export, access, thing, Choices(form, query.names, round_id, figures, view), query.language)


def _started(
    export: Export,
    access: Access,
    thing: UUID,
    body: FileQuery,
    round_id: UUID | None = None,
    figures: tuple[str, str, str, str] | None = None,
    view: UUID | None = None,
) -> Accepted[MadeFileOut]:
    form = export.form(body.format or next(iter(export.slow)))
    if form not in export.slow:
        raise InvalidInput("made_at_once", "This form is made at once: send a GET to the same address.")
    export.ready(db(), access)
    export.require_view(access, view)
    passage_views.wanted(db(), access, view)  # what is none is refused now, not by the worker
    wanted = MakeFile(export.name, thing, form, body.names, body.language or language(), round_id, figures, view)
    job = made_files.start(db(), access, wanted)
    return Accepted(made_file_out(job), location("exports", job.id))


def _view(export: Export) -> Callable[..., Sent]:
    """Return the view of an export; what it takes from its address is named as its door is."""
    if export.scope is Scope.PROJECT:

        def of_project(access: Access, project: UUID, query: CodingsFileQuery) -> Sent:
            return _sent(export, access, project, query, query.round, asked_in(query.figures), query.saved_view)

        return of_project
    if export.scope is Scope.ROUND:

        def of_round(access: Access, round: UUID, query: FileQuery) -> Sent:
            return _sent(export, access, round, query)

        return of_round

    def of_report(access: Access, report: UUID, query: FileQuery) -> Sent:
        return _sent(export, access, report, query)

    return of_report


def _start(export: Export) -> Callable[..., Accepted[MadeFileOut]]:
    """Return the view that has a worker make the file."""
    if export.scope is Scope.PROJECT:

        def of_project(access: Access, project: UUID, body: CodingsFileQuery) -> Accepted[MadeFileOut]:
            asked_in(body.figures)  # what is none is refused now, not by the worker
            return _started(export, access, project, body, body.round, body.figures, body.saved_view)

        return of_project
    if export.scope is Scope.ROUND:

        def of_round(access: Access, round: UUID, body: FileQuery) -> Accepted[MadeFileOut]:
            return _started(export, access, round, body)

        return of_round

    def of_report(access: Access, report: UUID, body: FileQuery) -> Accepted[MadeFileOut]:
        return _started(export, access, report, body)

    return of_report


for _export in EXPORTS:
    _address = f"/{_export.scope}s/<uuid:{_export.scope}>/exports/{_export.name}"
    _called = _export.name.replace("-", "_")
    if _export.quick:
        _made = _view(_export)
        _made.__name__, _made.__doc__ = f"take_{_called}", f"{_export.title}. {_export.holds}"
        kinds = tuple(MEDIA_TYPES[form] for form in _export.quick)
        endpoint("GET", _address, _export.permission, tag="exports", kinds=kinds)(_made)
    if _export.slow:
        _begun = _start(_export)
        _begun.__name__ = f"make_{_called}"
        _begun.__doc__ = f"{_export.title}: have a worker make it ({', '.join(_export.slow)}). {_export.holds}"
        endpoint("POST", _address, _export.permission, tag="exports")(_begun)
