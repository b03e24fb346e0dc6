"""The API of what leaves the program: one address for each export of the registry, and the list of them."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from intercoder.reports.exports.kinds import MEDIA_TYPES, Choices, Export, Form, Names, Scope
from intercoder.reports.exports.registry import EXPORTS
from intercoder.services.access import Access
from intercoder.web import leaving
from intercoder.web.api.endpoint import Sent, endpoint
from intercoder.web.api.shapes import In


class FileQuery(In):
    """Which form (the export's first where none is named), in which language, and how coders are called in it."""

    format: Form | None = None
    language: Literal["en", "zh"] | None = None
    names: Names = Names.REAL


class CodingsFileQuery(FileQuery):
    """Of a project also which round: its compared ones where none is named."""

    round: UUID | None = None


def _sent(export: Export, access: Access, thing: UUID, query: FileQuery, round_id: UUID | None = None) -> Sent:
    choices = Choices(export.form(query.format), query.names, round_id)
    file = leaving.made(export, access, thing, choices, query.language)
    return Sent(file.parts, file.kind, file.name)


def _view(export: Export) -> Callable[..., Sent]:
    """Return the view of an export; what it takes from its address is named as its door is."""
    if export.scope is Scope.PROJECT:

        def of_project(access: Access, project: UUID, query: CodingsFileQuery) -> Sent:
            return _sent(export, access, project, query, query.round)

        return of_project
    if export.scope is Scope.ROUND:

        def of_round(access: Access, round: UUID, query: FileQuery) -> Sent:
            return _sent(export, access, round, query)

        return of_round

    def of_report(access: Access, report: UUID, query: FileQuery) -> Sent:
        return _sent(export, access, report, query)

    return of_report


for _export in EXPORTS:
    _made = _view(_export)
    _made.__name__, _made.__doc__ = f"take_{_export.name.replace('-', '_')}", f"{_export.title}. {_export.holds}"
    _address = f"/{_export.scope}s/<uuid:{_export.scope}>/exports/{_export.name}"
    kinds = tuple(MEDIA_TYPES[form] for form in _export.forms)
    endpoint("GET", _address, _export.permission, tag="exports", kinds=kinds)(_made)
