"""Each coder against the consensus: what was found, missed and too much, where everything is decided."""

from uuid import UUID

import pytest

from cast import Cast
from intercoder.policy import Permission
from intercoder.services import coders_against
from intercoder.services.adjudication import Span
from intercoder.services.coders_against import Against
from intercoder.stats.agreement.against import CodedAs, against_consensus, coded_as
from intercoder.stats.agreement.coefficients import cohen_kappa, cohen_kappa_se
from intercoder.stats.agreement.training import Answer
from intercoder.stats.reliability import Ratings
from services.comparing import disagreements_of, rule


def against(cast: Cast, round_id: UUID) -> Against:
    with cast.database.reading() as session:
        access = cast.access(session, "lena", Permission.DISAGREEMENTS_VIEW, "round", round_id)
        return coders_against.against(session, access)


def test_only_what_is_decided_counts_and_everybody_is_held_against_what_stands(
    cast: Cast, compared_round: UUID
) -> None:
    before = against(cast, compared_round)
    assert before.undecided > 0
    for d in disagreements_of(cast, compared_round):
        rule(cast, d, 1, [Span(code=cast.codes["l3"], start=d.start, end=d.end)], "数据")
    found = against(cast, compared_round)
    assert (found.undecided, found.units) == (0, before.units + before.undecided)
    assert [found.names[one.coder] for one in found.coders] == ["Ai", "Bo"]
    for one in found.coders:
        assert one.units == found.units
        counted = {code.code: code for code in one.by_code}
        l3 = counted[str(cast.codes["l3"])]
        assert l3.both + l3.missed == 3
        assert one.f1 is not None
    assert sum(of.count for of in found.coded_as if of.ruled == str(cast.codes["l3"])) == sum(
        code.missed for one in found.coders for code in one.by_code if code.code == str(cast.codes["l3"])
    )


A, B, NONE = frozenset({"a"}), frozenset({"b"}), frozenset[str]()


@pytest.mark.sqlite
def test_kappa_of_a_code_has_the_interval_of_its_standard_error() -> None:
    pairs = [(A, A)] * 9 + [(A, NONE)] * 3 + [(NONE, A)] * 2 + [(NONE, NONE)] * 26
    found = against_consensus("x", [Answer(str(n), *pair) for n, pair in enumerate(pairs)], ["a"], resamples=0)
    (code,) = found.by_code
    ratings = Ratings.from_rows([[int(bool(r)) for r, _ in pairs], [int(bool(g)) for _, g in pairs]], coders=("r", "x"))
    kappa, se = cohen_kappa(ratings).value, cohen_kappa_se(ratings).value
    assert kappa is not None
    assert se is not None
    assert code.kappa.value == pytest.approx(kappa, abs=1e-12)
    assert code.kappa.interval is not None
    assert code.kappa.interval.low == pytest.approx(kappa - 1.959963984540054 * se, abs=1e-9)
    assert (code.recall.value, code.precision.value, code.f1) == (9 / 12, 9 / 11, 18 / 23)
    without = against_consensus("x", [Answer(str(n), A, A) for n in range(5)], ["a"], resamples=0)
    assert without.by_code[0].kappa.reason is not None


@pytest.mark.sqlite
def test_what_was_coded_for_what_stands() -> None:
    answers = [Answer("1", A, B), Answer("2", A, NONE), Answer("3", NONE, B), Answer("4", A, A), Answer("5", A, None)]
    assert coded_as({"x": answers, "y": answers[:1]}) == (
        CodedAs("a", "b", 2),
        CodedAs("", "b", 1),
        CodedAs("a", "", 1),
    )
