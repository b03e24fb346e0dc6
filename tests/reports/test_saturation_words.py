"""How saturation reads in words."""

from intercoder.models import SamplingUnit
from intercoder.reports.of_cases import OF_CASES, said_of
from intercoder.stats.saturation.holdout import hold_out
from intercoder.stats.saturation.reading import read
from intercoder.stats.saturation.report import saturation


def test_what_is_said_of_cases_speaks_of_no_document() -> None:
    told: dict[str, str] = {}
    for documents in (
        [],
        [{"a"}],
        [{"a", "b"}] * 3,
        [{"a"}, {"b"}, {"a", "c"}, {"a", "d"}],
        [{"a", str(i)} for i in range(9)],
        [{"a", "b"}, *([{"a"}] * 9)],
        [{str(i // 2)} for i in range(9)],
        [{"a", "b", "c"}, {"a"}, {"b"}, *([{"a", "b"}] * 5)],
    ):
        sets = [frozenset(codes) for codes in documents]
        test = {"concept": hold_out(sets, [len(sets) - 1])} if len(sets) > 2 else None
        reading = read({"concept": saturation(sets, resamples=0)}, hold_outs=test)
        for sentence in (*reading.facts["concept"], *reading.sentences):
            told[sentence.message] = said_of(SamplingUnit.CASE, sentence.message)
            assert said_of(SamplingUnit.DOCUMENT, sentence.message) == sentence.message
    assert len(told) >= 13
    places = [said.replace("{documents}", "") for said in told.values()]
    assert [said for said in places if "document" in said] == []
    assert sum(message in OF_CASES for message in told) >= 10
