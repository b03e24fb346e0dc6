"""The paragraph on saturation for a paper: figures, rules, what was declared and withdrawn, the hold-out test, and how to find them again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from intercoder.language import gettext, sentences
from intercoder.models import Round, SamplingUnit
from intercoder.reports.hold_out import paragraph as of_hold_out
from intercoder.reports.judged import met_in_words, rule_in_words, said, saved_in_words
from intercoder.reports.saturation import limits, picture_facts
from intercoder.services import hold_out, judgements, saturation
from intercoder.services.access import Access
from intercoder.services.arriving import Asked
from intercoder.services.hold_out import ReserveShown, Verdict, latest
from intercoder.services.judgements import DeclarationShown, NoteShown, RuleShown
from intercoder.services.saturation import Picture


@dataclass(frozen=True)
class Told:
    """What the paragraph tells of: figures, rules, what was judged, and the test by hold-out."""

    picture: Picture
    rules: Sequence[RuleShown]
    declarations: Sequence[DeclarationShown]
    notes: Sequence[NoteShown]
    reserves: Sequence[ReserveShown]
    found: Verdict | None
    coder: str

    def paragraph(self) -> str:
        """Return it in the language spoken now."""
        return paragraph(self.picture, self.rules, self.declarations, self.notes, self.reserves, self.found, self.coder)


def told(session: Session, access: Access, asked: Asked, rounds: Sequence[Round] | None = None) -> Told:
    """Return what the paragraph tells of, of the rounds that the person may see or of these."""
    seen = saturation.visible_rounds(session, access) if rounds is None else rounds
    picture = saturation.picture(session, access, asked, seen)
    reserves = hold_out.reserves(session, access)
    test = latest(reserves)
    return Told(
        picture,
        judgements.rules(session, access, asked, picture.count),
        judgements.declarations(session, access),
        judgements.notes(session, access),
        reserves,
        hold_out.verdict(session, access, test.row, asked.view) if test else None,
        saturation.coders(session, seen).get(asked.view.coder, ""),
    )


def paragraph(
    picture: Picture,
    rules: Sequence[RuleShown],
    declarations: Sequence[DeclarationShown],
    notes: Sequence[NoteShown],
    reserves: Sequence[ReserveShown],
    found: Verdict | None,
    coder: str = "",
) -> str:
    """Return everything that a methodologist asks for, in one language; ``declarations`` and ``reserves`` the latest first."""
    return sentences(
        *picture_facts(picture, coder),
        *(_rule(rule) for rule in rules),
        *_declared(declarations, coder),
        *(
            gettext(
                "On {day} materials were gathered in another way: {text}", day=n.on.isoformat(), text=_ended(n.text)
            )
            for n in notes
        ),
        *_held_out(reserves, found),
        _made(picture),
        limits(),
    )


def _rule(rule: RuleShown) -> str:
    met = {unit: met_in_words(rule.met[unit], unit) for unit in SamplingUnit}
    before = (
        gettext("before anything had arrived") if rule.before_looking else gettext("when figures could be looked at")
    )
    return gettext(
        "The rule {rule} was saved {before} ({saved}); by documents: {documents}; by cases: {cases}.",
        rule=rule_in_words(rule.rule),
        before=before,
        saved=saved_in_words(rule),
        documents=met[SamplingUnit.DOCUMENT].rstrip("."),
        cases=met[SamplingUnit.CASE].rstrip("."),
    )


def _declared(declarations: Sequence[DeclarationShown], coder: str) -> Iterator[str]:
    if not declarations:
        yield gettext("Saturation was not declared.")
    for one in reversed(declarations):
        words = said(one, coder)
        yield gettext("{title}:", title=words.title)
        yield words.about
        reason = sentences(*one.row.reason.split("\n\n"))
        yield gettext("The reason given: {reason}", reason=_ended(reason))
        yield words.now


def _held_out(reserves: Sequence[ReserveShown], found: Verdict | None) -> Iterator[str]:
    test = latest(reserves)
    yield of_hold_out(list(reserves), test, found) if test else gettext("No hold-out test was made.")


def _made(picture: Picture) -> str:
    made = picture.provenance
    if made.codebook_version is None:
        return gettext(
            "Computed by today’s codes (mapping {mapping}) from documents with the SHA-256 {hash}.",
            mapping=made.mapping,
            hash=made.documents_sha256[:12],
        )
    return gettext(
        "Computed by version {version} of the codebook (mapping {mapping}) from documents with the SHA-256 {hash}.",
        version=made.codebook_version,
        mapping=made.mapping,
        hash=made.documents_sha256[:12],
    )


def _ended(text: str) -> str:
    return text if text[-1:] in ".。!！?？" else gettext("{reason}.", reason=text)
