"""The free spans of a report for R, with a script that computes its numbers again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from intercoder.errors import Conflict
from intercoder.interchange.archive import zip_parts
from intercoder.interchange.sheets import Value, csv_parts
from intercoder.language import gettext
from intercoder.reports.exports.kinds import File, Form, Making, file
from intercoder.reports.exports.people import called_in
from intercoder.reports.names import codes_of, coefficient
from intercoder.reports.numbers import number
from intercoder.services.agreement import get_report
from intercoder.services.reliability_data import compared_again
from intercoder.services.results import Contents
from intercoder.services.span_sections import tables_of, whole_of
from intercoder.services.spans_compared import ComparedSpans, gather

_SCRIPT = "spans.R"


@dataclass(frozen=True)
class _Data:
    """The spans of a report, and the report; ``called``: coder → how the file calls that person."""

    report: Contents
    spans: ComparedSpans
    called: Mapping[str, str]

    @cached_property
    def coders(self) -> Mapping[str, str]:
        """Coder → short name."""
        return {coder: f"coder_{i}" for i, coder in enumerate(self.called, 1)}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Code → short name."""
        return {code.id: f"k{i}" for i, code in enumerate(self.report.provenance.codes, 1)}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Document → title."""
        return {document.id: document.title for document in self.report.provenance.documents}

    def rows(self) -> Iterator[Sequence[Value]]:
        """Yield the spans; documents by number, as two may have one title."""
        for place, document in enumerate(self.spans.documents, 1):
            for coder, spans in document.spans.items():
                for start, end, code in sorted(spans):
                    yield place, self.coders[coder], self.codes[code], start, end

    def layers(self) -> Iterator[Sequence[Value]]:
        """Yield who finished which document."""
        for place, document in enumerate(self.spans.documents, 1):
            for coder in document.spans:
                yield place, self.titles[document.document], document.length, self.coders[coder]

    def expected(self) -> Iterator[Sequence[Value]]:
        """Yield the numbers of the report that the script is to find."""
        whole = whole_of(self.report.sections)
        assert whole is not None, "a report by free span has its section"
        for key in ("u_alpha", "any_code_u_alpha", "mean_binary_u_alpha"):
            yield "overall", "", key, whole.overall[key].value, whole.overall[key].reason
        for row in tables_of(self.report.sections).by_code:
            yield "code", self.codes[row.code], "binary_u_alpha", row.alpha.value, row.alpha.reason


def spans_for_r(making: Making) -> File:
    """Return the spans of a report by free span with a script for R."""
    with making.open() as (session, access):
        report, comparison = compared_again(session, access, get_report(session, access.project.id, making.thing))
        spans = gather(session, comparison)
        assert spans is not None, "a report by free span is of a round coded by it"
        coders = {coder.id: coder.name for coder in report.provenance.coders}
        data = _Data(report, spans, called_in(session, access, coders, making.choices.names))
    if not spans.documents:
        raise Conflict("no_values", "Nobody submitted a document in this round: there are no values to take away.")
    return file(f"agreement-round-{report.provenance.round.number}-r", Form.ZIP, zip_parts(_members(data)))


def _members(data: _Data) -> Iterator[tuple[str, Iterator[bytes] | list[bytes]]]:
    codes = [(data.codes[code.id], code.name, code.level.value) for code in data.report.provenance.codes]
    yield "spans.csv", csv_parts(["document", "coder", "code", "start", "end"], data.rows())
    yield "layers.csv", csv_parts(["document", "title", "length", "coder"], data.layers())
    yield "expected.csv", csv_parts(["scope", "name", "coefficient", "value", "reason"], data.expected())
    yield "coders.csv", csv_parts(["coder", "name"], [(short, data.called[c]) for c, short in data.coders.items()])
    yield "codes.csv", csv_parts(["code", "name", "level"], codes)
    yield _SCRIPT, [Path(__file__).with_name("scripts").joinpath(_SCRIPT).read_bytes()]
    yield "README.txt", ["\ufeff".encode(), "\r\n".join(_said(data)).encode(), b"\r\n"]


def _said(data: _Data) -> list[str]:
    made, whole = data.report.provenance, whole_of(data.report.sections)
    assert whole is not None, "a report by free span has its section"
    first = whole.first
    return [
        gettext("Data of an agreement report of Intercoder"),
        "",
        gettext("Round {number}: {name}", number=made.round.number, name=made.round.name),
        gettext("Free spans; compared: {level}", level=codes_of(made.level)),
        f"{coefficient(first.method, first.parameters)}: {number(first.value, 6)}",
        "",
        gettext("Run it in this folder: {command}", command=f"Rscript {_SCRIPT}"),
        "",
        gettext("Texts are in none of these files. Offsets are code points from 0, the end is not included."),
        f"SHA-256: {made.layers_sha256}",
        made.software,
    ]
