"""The codes and documents of a report come a part at a time, worst first, and all of them in the end; so they do by the API."""

from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.errors import InvalidInput
from intercoder.services import agreement, results
from intercoder.services.paging import Asked, every, part_of
from intercoder.services.reported_rows import reported_codes, reported_documents


def test_parts_of_a_list_go_on_and_back_and_are_all_of_it() -> None:
    rows = [*range(7)]
    assert [*every(lambda asked: part_of(rows, Asked(asked.cursor, 3)))] == rows
    last = part_of(rows, Asked(part_of(rows, Asked(part_of(rows, Asked(limit=3)).next, 3)).next, 3))
    assert (last.rows, last.next) == ([6], None)
    back = part_of(rows, Asked(last.previous, 4))
    assert (back.rows, part_of(rows, Asked(back.previous, 4)).rows) == ([2, 3, 4, 5], [0, 1])
    assert part_of(rows, Asked(back.previous, 4)).previous is None
    assert part_of(rows, Asked(part_of(rows, Asked(back.previous, 4)).next, 2)).rows == [2, 3]
    assert part_of([], Asked()).rows == []
    with pytest.raises(InvalidInput, match="no place"):
        part_of(rows[:3], Asked(back.next))


def test_all_codes_and_documents_come_worst_first(cast: Cast, compared_round: UUID) -> None:
    with cast.database.reading() as session:
        report = agreement.reports(session, compared_round)[0]
        whole = results.open_report(session, report)
        codes = [*every(lambda asked: reported_codes(session, report, Asked(asked.cursor, 2)))]
        documents = [*every(lambda asked: reported_documents(session, report, Asked(asked.cursor, 1)))]
    assert sorted(codes, key=repr) == sorted(whole.codes, key=repr)
    assert sorted(documents, key=repr) == sorted(whole.documents, key=repr)
    for one, other in pairwise(codes):
        assert (one.few_positives, one.alpha is None) <= (other.few_positives, other.alpha is None)
        if one.few_positives is other.few_positives and one.alpha is not None and other.alpha is not None:
            assert one.alpha <= other.alpha


def test_a_brief_answer_says_where_the_rest_is(app: Flask, cast: Cast, compared_round: UUID) -> None:
    lena = Client(app, cast.database, cast.people["lena"])
    with cast.database.reading() as session:
        address = f"/api/v1/reports/{agreement.reports(session, compared_round)[0].id}"
    whole, brief = lena.get(address), lena.get(f"{address}?brief=true&confusions=1")
    assert (whole["elsewhere"], brief["elsewhere"].keys()) == ({}, {"by_code", "by_document", "spans"})
    assert brief["result"].keys() == whole["result"].keys() - brief["elsewhere"].keys()
    assert brief["result"]["confusions"] == whole["result"]["confusions"][:1]
    assert brief["result"]["overall"] == whole["result"]["overall"]
    assert brief["provenance"] == whole["provenance"]
    for part in ("by_code", "by_document"):
        rows = lena.get(brief["elsewhere"][part])
        assert sorted(rows, key=repr) == sorted(whole["result"][part], key=repr)
    assert lena.get(brief["elsewhere"]["spans"])["spans"] == whole["spans"]
