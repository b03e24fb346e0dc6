"""How the figures read, as data: which rules hold where, the facts in sentences, and what they do not say.

There are three grades and none of them is "saturated": whether to stop is the researcher's judgement, about
what was not observed. Sentences are templates with places; whoever shows them translates them and fills the places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from intercoder.errors import marked
from intercoder.stats.results import Plain, check
from intercoder.stats.saturation.stopping import Met, Rule, weller2018

if TYPE_CHECKING:  # who only words a reading needs no numpy
    from intercoder.stats.saturation.holdout import HoldOut
    from intercoder.stats.saturation.report import Saturation

#: What fills a place of a sentence, or belongs to it: a number, a range, the parameters of a rule.
Value: TypeAlias = str | int | float | tuple[float, float] | dict[str, float] | None

CONTINUE, SLOWING, NO_RECENT_NEWS = "continue", "slowing", "no_recent_news"
#: With fewer documents the expected news rests on one or two codes: two documents that happen to share their codes
#: would read as a study without news.
FEWEST_DOCUMENTS = 5

GRADES: Mapping[str, str] = MappingProxyType(
    {
        CONTINUE: marked("Continue collecting"),
        SLOWING: marked("Slowing"),
        NO_RECENT_NEWS: marked("No recent news under the rules chosen"),
    }
)

CAVEATS: Mapping[str, str] = MappingProxyType(
    {
        # of the data at hand, see richness.flags
        "unreliable": marked("Fewer than 5 documents or 10 findings: every estimate is unreliable."),
        "all_unique": marked(
            "Every code occurs in only one document: only what was observed and the coverage mean anything."
        ),
        "single_unique": marked(
            "One code occurs in one document and none in two: the estimates then say that nothing is missing, on thin grounds."
        ),
        "no_uniques": marked(
            "No code occurs in only one document. That is not completeness: it can also mean coarse codes."
        ),
        "more_than_tenfold": marked(
            "The number of codes that exist may be more than ten times those known: these data do not say how many."
        ),
        "provisional": marked("Applications of split codes wait to be coded anew: all curves are provisional."),
        "lucky_split": marked(
            "Most splits of this size would have brought something new: the hold-out may have passed by luck."
        ),
        # always
        "exchangeable": marked(
            "The numbers describe this codebook, these coders, this order and this way of sampling. The documents were chosen "
            "on purpose; the formulas assume exchangeable ones."
        ),
        "unobserved": marked(
            "Saturation is a judgement about what was not observed, made from what was. Say which kind is meant: theoretical, "
            "inductive thematic, a priori thematic or data saturation (Saunders et al. 2018)."
        ),
        "not_generic": marked("As a general mark of quality saturation is not appropriate (O’Reilly & Parker 2013)."),
        "reflexive": marked(
            "In reflexive thematic analysis, where meaning is made and not found, information redundancy is not a coherent "
            "idea; argue with information power instead (Braun & Clarke 2021)."
        ),
        "frequency": marked("How often a code occurs is not how much it matters: a rare code may carry the theory."),
        "merging": marked("Merging codes makes any curve flat."),
    }
)
FIXED = ("exchangeable", "unobserved", "not_generic", "reflexive", "frequency", "merging")


@dataclass(frozen=True, slots=True)
class Sentence(Plain):
    """A template of English text with ``{places}``, and what fills them; shares are 0..1."""

    message: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether one rule holds in one scope (a level, or a level of a stratum).

    ``rule``: ``arrival`` (the rule chosen), ``order_free`` (less than one new code expected of the next
    document, whatever the order) or ``hold_out``. ``reason`` says why it does not hold:
    ``not_met``, ``not_enough_documents``, ``no_base``, ``no_codes``, ``no_documents``, ``needs_2_documents``.
    """

    scope: str
    rule: str
    met: bool
    since: int | None
    reason: str | None

    def __post_init__(self) -> None:
        check("finding", 1.0 if self.met else None, self.reason)


@dataclass(frozen=True, slots=True)
class Reading(Plain):
    """The grade, the facts of every scope in sentences, what holds and what does not, and caveat codes.

    ``grade``: ``continue`` (no rule holds anywhere), ``slowing`` (some rule holds somewhere) or
    ``no_recent_news`` (every rule that was asked holds in every scope).
    """

    grade: str
    rule: Rule
    facts: dict[str, tuple[Sentence, ...]]
    met: tuple[Finding, ...]
    not_met: tuple[Finding, ...]
    sentences: tuple[Sentence, ...]
    caveats: tuple[str, ...]


def read(
    scopes: "Mapping[str, Saturation]",
    rule: Rule | None = None,
    hold_outs: "Mapping[str, HoldOut] | None" = None,
    *,
    provisional: bool = False,
) -> Reading:
    """Return how these figures read under a rule that was chosen in advance.

    Parameters
    ----------
    scopes
        name -> figures: one level, several levels, or a level in several strata. They are read separately
        and never averaged: labels may keep coming while concepts are flat.
    rule
        the arrival rule; Guest, Namey & Chen (2020) with 4/2/5 % when not given.
    hold_outs
        scope -> its hold-out test, where one was opened.
    provisional
        whether applications of split codes wait to be coded anew.

    Notes
    -----
    The arrival rule must hold at the latest documents, not only once on the way. O(n x length of the rule's run)
    per scope.
    """
    chosen, tests = rule or Rule(), hold_outs or {}
    findings: list[Finding] = []
    caveats: list[str] = ["provisional"] if provisional else []
    for scope, figures in scopes.items():
        findings += _findings(scope, figures, chosen, tests.get(scope))
        caveats += [flag for flag in figures.flags if flag not in caveats]
    lucky = any(test.passed and test.share_of_splits_with_nothing_new < 0.5 for test in tests.values())
    met = tuple(finding for finding in findings if finding.met)
    not_met = tuple(finding for finding in findings if not finding.met)
    sentences = [_judged(finding, chosen, scopes[finding.scope], tests.get(finding.scope)) for finding in findings]
    return Reading(
        grade=CONTINUE if not met else SLOWING if not_met else NO_RECENT_NEWS,
        rule=chosen,
        facts={scope: _facts(figures) for scope, figures in scopes.items()},
        met=met,
        not_met=not_met,
        sentences=tuple(sentences),
        caveats=(*caveats, *(("lucky_split",) if lucky else ()), *FIXED),
    )


def _findings(scope: str, figures: "Saturation", rule: Rule, test: "HoldOut | None") -> list[Finding]:
    arrival: Met = rule.now(figures.discovery.new)
    reason = arrival.reason
    if figures.frequencies.observed == 0:  # where nothing was ever found, silence is no news of anything
        arrival, reason = Met(met=False, since=None, reason="no_codes"), figures.reason or "no_codes"
    findings = [Finding(scope, "arrival", arrival.met, arrival.since, reason)]
    news = figures.estimates["expected_new_next"]
    if news.value is None:
        findings.append(Finding(scope, "order_free", met=False, since=None, reason=news.reason))
    elif figures.frequencies.documents < FEWEST_DOCUMENTS:
        findings.append(Finding(scope, "order_free", met=False, since=None, reason="not_enough_documents"))
    else:
        few = weller2018(news.value)
        findings.append(Finding(scope, "order_free", few, None, None if few else "not_met"))
    if test is not None:
        findings.append(Finding(scope, "hold_out", test.passed, None, None if test.passed else "not_met"))
    return findings


def _judged(finding: Finding, rule: Rule, figures: "Saturation", test: "HoldOut | None") -> Sentence:
    values: dict[str, Value] = {"scope": finding.scope, "documents": figures.frequencies.documents}
    if finding.rule == "hold_out" and test is not None:
        values |= {
            "new": test.new_in_reserved,
            "expected": test.expected_new_if_random_split,
            "share": test.share_of_splits_with_nothing_new,
        }
        return Sentence(
            marked(
                "{scope}: the reserved documents brought {new} new; a random split would have brought {expected} on "
                "average, and {share} of all splits nothing."
            ),
            values,
        )
    if finding.rule == "order_free":
        values["expected"] = figures.estimates["expected_new_next"].value
        if finding.met:
            return Sentence(
                marked(
                    "{scope}: whatever the order, less than one new code is expected of the next document ({expected})."
                ),
                values,
            )
        if values["expected"] is None:
            return Sentence(marked("{scope}: nothing can be expected of the next document yet."), values)
        if finding.reason == "not_enough_documents":
            return Sentence(
                marked("{scope}: with {documents} documents nothing is read from what the next one may bring."),
                values,
            )
        return Sentence(
            marked("{scope}: whatever the order, the next document is expected to bring {expected} new codes."),
            values,
        )
    values |= {"rule": rule.name, "parameters": rule.complete, "since": finding.since}
    if finding.met:
        return Sentence(
            marked("{scope}: under the rule chosen there is no noteworthy news from document {since} on."), values
        )
    if finding.reason == "not_enough_documents":
        return Sentence(marked("{scope}: the rule chosen needs more than {documents} documents."), values)
    return Sentence(marked("{scope}: the latest documents do not meet the rule chosen."), values)


def _facts(figures: "Saturation") -> tuple[Sentence, ...]:
    f = figures.frequencies
    known = marked("{known} codes are known from {documents} documents.")
    if figures.reason is not None or figures.chao2 is None:
        return (Sentence(known, {"documents": f.documents, "known": f.observed}),)
    values = figures.estimates
    sentences = [
        Sentence(
            marked(
                "The next document is expected to bring {news} new codes ({unique} of {documents} documents hold one that "
                "is found nowhere else)."
            ),
            {"news": values["expected_new_next"].value, "unique": figures.uniques, "documents": f.documents},
        ),
        Sentence(
            marked("About {coverage} of what a new document says is covered."),
            {"coverage": values["coverage"].value, "interval": figures.coverage_ci95},
        ),
    ]
    if "all_unique" in figures.flags:
        return (*sentences, Sentence(known, {"documents": f.documents, "known": f.observed}))
    if figures.chao2.interval is None:
        alone = marked("At least about {least} codes exist, {known} are known.")
        return (*sentences, Sentence(alone, {"least": figures.chao2.estimate, "known": f.observed}))
    low, high = figures.chao2.interval
    total: dict[str, Value] = {"least": figures.chao2.estimate, "low": low, "high": high, "known": f.observed}
    message = marked("At least about {least} codes exist ({low}–{high}), {known} are known.")
    if "more_than_tenfold" in figures.flags:
        message = marked(
            "At least about {least} codes exist ({low} to more than ten times those known), {known} are known."
        )
    sentences.append(Sentence(message, total))
    further = figures.further_documents["0.9"]
    if 0 < further <= f.documents:
        sentences.append(
            Sentence(marked("About {further} more documents for {share} of that."), {"further": further, "share": 0.9})
        )
    elif further > f.documents:
        sentences.append(
            Sentence(
                marked("More than {documents} further documents for {share} of that: not predictable from these data."),
                {"documents": f.documents, "share": 0.9},
            )
        )
    return tuple(sentences)
