"""The demo study is whole: what it promises is there, and its checker sees what is wrong."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from demo.study_checks import Place, check, places
from intercoder.cli.demo.study import Code, Study, load_study
from intercoder.models import AssignmentState, Level
from intercoder.text.canonical import canonical
from intercoder.text.transcripts import turns
from intercoder.text.units import sentences


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study()


def level(study: Study, name: str) -> list[Code]:
    return [code for code in study.codes if code.level == name]


def concept_of(study: Study) -> dict[str, str]:
    """Map every label and every concept to its concept."""
    below = {code.key: code.parent or "" for code in level(study, "label")}
    return below | {code.key: code.key for code in level(study, "concept")}


def test_the_study_is_consistent(study: Study) -> None:
    assert check(study) == []


def test_there_are_nine_cases_and_two_dozen_documents_in_two_languages(study: Study) -> None:
    assert len(study.cases) == 9
    assert len(study.documents) == 24
    languages = Counter(document.language for document in study.documents)
    assert languages["en"] >= 4
    assert languages["zh"] > languages["en"]
    assert {document.source_type for document in study.documents} >= {
        "interview",
        "observation",
        "archive",
        "media",
        "website",
        "report",
        "meeting",
        "phone",
    }


def test_most_cases_have_a_primary_and_a_secondary_source(study: Study) -> None:
    kinds = {case.key: {d.primary for d in study.documents if d.case == case.key} for case in study.cases}
    assert sum(kind == {True, False} for kind in kinds.values()) >= 8


def test_the_material_is_long_enough_to_work_with(study: Study) -> None:
    assert sum(len(document.text) for document in study.documents) >= 18_000
    for document in study.documents:
        limits = (700, 1_500) if document.language == "zh" else (1_400, 3_000)
        assert limits[0] <= len(document.text) <= limits[1], document.key


def test_the_texts_are_canonical_already(study: Study) -> None:
    for document in study.documents:
        assert canonical(document.text) == document.text, document.key


def test_no_longer_sentence_stands_twice_in_the_material(study: Study) -> None:
    times = Counter(
        document.text[start:end]
        for document in study.documents
        for start, end in sentences(document.text)
        if end - start >= 12
    )
    assert [sentence for sentence, count in times.items() if count > 1] == []


def test_the_material_holds_the_signs_that_break_careless_offsets(study: Study) -> None:
    corpus = "".join(document.text for document in study.documents)
    for sign in ("𠮷", "㐂", "👨‍👩‍👧", "1️⃣", "😂", "，", "　"):
        assert sign in corpus
    assert any(unicodedata.combining(sign) for sign in corpus)
    texts = {document.key: document.text for document in study.documents}
    assert any("😂" in texts[coding.document][: coding.start] for coding in study.codings)


def test_interviews_and_meetings_are_read_as_transcripts(study: Study) -> None:
    for key in ("01-hengze-chen", "04-shunyi-meeting", "05-lanshan-partner"):
        text = next(document.text for document in study.documents if document.key == key)
        assert len(turns(text)) > 10


def test_the_codebook_has_the_promised_levels(study: Study) -> None:
    counts = Counter(code.level for code in study.codes)
    assert (counts[Level.CONCEPT], counts[Level.THEME], counts[Level.CONSTRUCT]) == (21, 8, 4)
    assert counts[Level.LABEL] >= 84


def test_every_concept_has_labels_and_every_theme_has_concepts(study: Study) -> None:
    parents = Counter(code.parent for code in study.codes)
    assert all(parents[code.key] >= 2 for code in study.codes if code.level != "label")


def test_labels_are_words_of_the_material(study: Study) -> None:
    for code in level(study, "label"):
        han = [sign for sign in code.name if sign >= "\u3400"]
        if han:
            assert 4 <= len(code.name) <= 14, code.name
            share = sum(sign in code.example for sign in han) / len(han)
        else:
            words = re.findall(r"[a-z']+", code.name.lower())
            share = sum(word in code.example.lower() for word in words) / len(words)
        assert share >= 0.6, (code.name, code.example)


def test_the_team_has_three_coders_a_lead_an_adjudicator_and_an_observer(study: Study) -> None:
    roles = Counter(person.role for person in study.people)
    assert roles == {"lead": 1, "coder": 3, "adjudicator": 1, "observer": 1}


def test_the_first_two_rounds_are_closed_and_coded_by_everybody(study: Study) -> None:
    for round_ in study.rounds[:2]:
        assert (round_.state, round_.policy) == ("closed", "frozen")
        done = Counter((c.document, c.coder) for c in study.codings if c.round == round_.key)
        assert all(done[document, coder] >= 7 for document in round_.documents for coder in round_.coders)
    assert [round_.unit for round_ in study.rounds] == ["sentence", "span", "span"]


def test_the_third_round_is_open_and_unevenly_far(study: Study) -> None:
    last = study.rounds[2]
    assert (last.state, last.policy) == ("open", "proposals")
    done = Counter((a.coder, a.state) for a in last.assignments)
    first, second, third = last.coders
    submitted = AssignmentState.SUBMITTED
    assert done[first, submitted] > done[second, submitted] > done[third, submitted] > 0
    assert done[third, AssignmentState.IN_PROGRESS] == 1
    assert done[third, AssignmentState.ASSIGNED] == 1


def test_no_document_is_in_two_rounds_and_none_is_left_out(study: Study) -> None:
    used = [document for round_ in study.rounds for document in round_.documents]
    assert used == [document.key for document in study.documents]


def pairwise(study: Study, round_key: str) -> Iterator[float]:
    """Yield, for each pair of coders, the share of the places of either on which they fully agree."""
    compared = places(study, round_key)
    coders = next(round_.coders for round_ in study.rounds if round_.key == round_key)
    for i, first in enumerate(coders):
        for second in coders[i + 1 :]:
            both = [(p.layers[first], p.layers[second]) for p in compared]
            seen = [(a, b) for a, b in both if a or b]
            yield sum(a == b for a, b in seen) / len(seen)


def test_agreement_is_believable_and_better_after_the_pilot(study: Study) -> None:
    pilot, main = list(pairwise(study, "round-1")), list(pairwise(study, "round-2"))
    assert all(0.5 <= share <= 0.7 for share in pilot)
    assert all(0.7 <= share <= 0.8 for share in main)


def kinds(place: Place, concept: dict[str, str]) -> set[str]:
    """Return what kinds of disagreement there are at a place."""
    layers = list(place.layers.values())
    filled = [layer for layer in layers if layer]
    codes = [frozenset(code for code, _start, _end in layer) for layer in filled]
    seen = set()
    if len(filled) == len(layers) - 1:
        seen.add("omitted by one")
    if len(filled) == 1:
        seen.add("found by one only")
    if len(set(codes)) == 1 and len(set(filled)) > 1:
        seen.add("boundary")
    if len(set(codes)) > 1:
        concepts = {frozenset(concept[code] for code in applied) for applied in codes}
        seen.add("sibling" if len(concepts) == 1 else "other concept")
        if any(a < b for a in codes for b in codes):
            seen.add("one code more")
        if any(code in concept.values() for applied in codes for code in applied):
            seen.add("broader code")
    return seen


def test_every_kind_of_disagreement_occurs(study: Study) -> None:
    concept = concept_of(study)
    times = Counter(
        kind
        for round_ in study.rounds[:2]
        for place in places(study, round_.key)
        if not place.agreed
        for kind in kinds(place, concept)
    )
    assert set(times) == {
        "omitted by one",
        "found by one only",
        "boundary",
        "sibling",
        "other concept",
        "one code more",
        "broader code",
    }


def test_one_coder_mixes_up_reading_demand_and_co_developing(study: Study) -> None:
    concept = concept_of(study)
    pair = {"concept-reading-demand", "concept-codeveloping"}
    mixed: Counter[str] = Counter()
    for round_ in study.rounds[:2]:
        for place in places(study, round_.key):
            seen = {coder: {concept[code] for code, _s, _e in layer} for coder, layer in place.layers.items()}
            for coder, own in seen.items():
                others = [layer for other, layer in seen.items() if other != coder]
                if others[0] == others[1] and len(own) == 1 and len(others[0]) == 1 and own | others[0] == pair:
                    mixed[coder] += 1
    assert mixed.most_common(1)[0][0] == "zhou"
    assert mixed["zhou"] >= 8
    assert mixed["lin"] + mixed["marin"] <= 2


def test_one_coder_is_careless_with_boundaries(study: Study) -> None:
    odd: Counter[str] = Counter()
    for place in places(study, "round-2"):
        spans = {coder: {(s, e) for _c, s, e in layer} for coder, layer in place.layers.items()}
        for coder, own in spans.items():
            others = [layer for other, layer in spans.items() if other != coder]
            odd[coder] += bool(own) and others[0] == others[1] and bool(others[0]) and own != others[0]
    assert odd["marin"] > odd["lin"]
    assert odd["marin"] > odd["zhou"]


def test_about_three_fifths_of_the_pilot_are_ruled_and_some_of_the_main_round(study: Study) -> None:
    ruled = Counter(ruling.round for ruling in study.rulings)
    open_places = sum(not place.agreed for place in places(study, "round-1"))
    assert 0.5 <= ruled["round-1"] / open_places <= 0.7
    assert 4 <= ruled["round-2"] <= 12
    assert any(not ruling.codings for ruling in study.rulings)


def test_reasons_and_memos_are_written_one_by_one(study: Study) -> None:
    written = [ruling.reason for ruling in study.rulings] + [c.memo for c in study.codings if c.memo]
    assert len(set(written)) == len(written) >= 60
    assert sum(coding.doubt for coding in study.codings) >= 10


def test_labels_keep_coming_while_concepts_flatten_out(study: Study) -> None:
    concept = concept_of(study)
    labels: set[str] = set()
    concepts: set[str] = set()
    new_labels, new_concepts = [], []
    for document in study.documents:
        # The first coder went furthest; what one coder alone saw must not carry the curve.
        own = {c.code for c in study.codings if c.document == document.key and c.coder == "lin"}
        new_labels.append(len(own - labels))
        new_concepts.append(len({concept[code] for code in own} - concepts))
        labels |= own
        concepts |= {concept[code] for code in own}
    assert all(count > 0 for count in new_labels[:22])
    assert len(concepts) == 21
    assert sum(new_concepts[16:]) == 0
    assert sum(new_concepts[:8]) > sum(new_concepts[8:])


def broken(study: Study, name: str) -> Study:
    """Return the study with one thing spoilt."""
    coding, code, document, ruling = study.codings[0], study.codes[-1], study.documents[0], study.rulings[0]
    shifted = replace(coding, start=coding.start + 1)
    return {
        "quote": replace(study, codings=(replace(coding, quote="…"), *study.codings[1:])),
        "sentence": replace(study, codings=(replace(shifted, quote=coding.quote[1:]), *study.codings[1:])),
        "unknown code": replace(study, codings=(replace(coding, code="nothing"), *study.codings[1:])),
        "nobody assigned": replace(study, codings=(replace(coding, coder="gu"), *study.codings[1:])),
        "doubled coding": replace(study, codings=(*study.codings, coding)),
        "missing parent": replace(study, codes=(*study.codes[:-1], replace(code, parent="nothing"))),
        "doubled name": replace(study, codes=(*study.codes[:-1], replace(code, name=study.codes[-2].name))),
        "one concept less": replace(study, codes=tuple(c for c in study.codes if c.key != "concept-peers")),
        "unused label": replace(study, codings=tuple(c for c in study.codings if c.code != code.key)),
        "unknown case": replace(study, documents=(replace(document, case="nothing"), *study.documents[1:])),
        "ruling elsewhere": replace(study, rulings=(replace(ruling, end=ruling.end + 1), *study.rulings[1:])),
        "no reason": replace(study, rulings=(replace(ruling, reason=""), *study.rulings[1:])),
        "stranger in a round": replace(study, rounds=(replace(study.rounds[0], coders=("vos",)),)),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "quote",
        "sentence",
        "unknown code",
        "nobody assigned",
        "doubled coding",
        "missing parent",
        "doubled name",
        "one concept less",
        "unused label",
        "unknown case",
        "ruling elsewhere",
        "no reason",
        "stranger in a round",
    ],
)
def test_the_checker_says_what_is_wrong(study: Study, name: str) -> None:
    assert check(broken(study, name)) != []
