"""What every statistic returns: a value or a reason, and what it was computed from."""

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from intercoder.errors import marked

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: What a result is when it is written down.
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
#: What a coefficient was asked for, beside its data.
Parameter: TypeAlias = bool | int | float | str | None

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # agreement
        "no_variation": marked("Undefined: only one category was used, so there is no variation to agree on."),
        "coders_unknown": marked("Counts do not say which coder gave which value."),
        "no_pairable_values": marked("No unit was coded by two coders."),
        "no_expected_disagreement": marked(
            "Undefined: under this distance the values that were used do not differ from one another."
        ),
        "needs_two_coders": marked("This coefficient compares exactly two coders."),
        "coder_without_values": marked("One coder has coded none of these units."),
        "not_used": marked("No coder used this code."),
        "too_many_values": marked(
            "There are too many different values or sets of codes for this coefficient; read the table by code instead."
        ),
        "not_numeric": marked("This level of measurement needs numbers."),
        "mixed_signs": marked("Ratio data cannot hold both positive and negative numbers."),
        # free spans
        "overlapping_units": marked("Undefined: a coder put two codes on the same text."),
        "no_gap": marked("Undefined: every coder marked the whole text."),
        "too_little_shared": marked(
            "Undefined: too little text was coded by two coders to say what chance alone would give."
        ),
        "no_defined_code": marked("No code has a value of its own."),
        "too_few_documents": marked(
            "Too few documents for an interval: at least 10 documents finished by two coders are needed."
        ),
        # intervals
        "too_few_units": marked("Too few units for an interval: at least 10 units coded by two coders are needed."),
        "too_many_undefined": marked("No interval: the coefficient is undefined in more than one of twenty resamples."),
        "no_bca": marked(
            "No bias-corrected interval: the value lies outside all resamples, or rests on a single unit."
        ),
        "centred_elsewhere": marked(
            "No interval: no code is estimated to be missing, and the published interval for that case is centred on another "
            "number, so that it leaves this one out."
        ),
        "leaves_value_out": marked(
            "No interval: the one that this method gives leaves the value itself out. That happens where nearly every value "
            "occurs once, so that resamples repeat them, or where units have very different numbers of values."
        ),
        "no_interval": marked("No interval is given for this coefficient."),
        "not_requested": marked("No interval was asked for."),
        "no_value": marked("There is no value, hence no interval."),
        # how many units to double-code
        "target_out_of_reach": marked(
            "No number of units reaches this target: it is not below the expected agreement."
        ),
        "too_many_units_needed": marked("More than 1,000,000 units would be needed."),
        "too_many_patterns": marked("Too many coders and categories to simulate; read the formula instead."),
        "not_simulated": marked("No simulation was asked for."),
        "needs_more_documents": marked("More documents would have to be coded by several coders than there are."),
        "codes_overlap": marked(
            "A unit can have several of these codes, so there is no one number for all of them; read them code by code."
        ),
        # one coder at two times
        "no_change": marked("Both times the same units got this code, so there is no direction of change."),
        "no_times": marked("The times of both codings are known for fewer than 10 units."),
        # a trainee against the consensus
        "not_in_consensus": marked("The consensus has this code in none of the units that were coded."),
        "not_given_by_trainee": marked("The trainee gave this code to no unit."),
        # saturation
        "no_documents": marked("No document has been finished yet."),
        "no_codes": marked("No code has been applied yet."),
        "needs_2_documents": marked("At least two finished documents are needed."),
        "needs_3_documents": marked("At least three finished documents are needed."),
        "no_coverage": marked("Undefined: every code that occurs rarely occurs in only one document."),
        "not_predictable": marked("Lies further ahead than these data can predict."),
        "no_base": marked("The base documents hold no code, so there is nothing to compare with."),
        "not_enough_documents": marked("There are fewer documents than this rule needs."),
        "no_level_below": marked("Nothing is said of labels: choose concepts, themes or constructs."),
        "not_met": marked("The rule is not met by the documents so far."),
        "beyond_twice": marked("This would need more than twice the documents there are."),
    }
)


def check(method: str, value: float | None, reason: str | None, *other_reasons: str | None) -> None:
    """Refuse a result that has not exactly one of a finite value and a known reason: a mistake of ours."""
    if (value is None) == (reason is None):
        raise ValueError(f"{method}: a result has either a value or a reason")
    if value is not None and not math.isfinite(value):
        raise ValueError(f"{method}: the value must be finite")
    for given in (reason, *other_reasons):
        if given is not None and given not in REASONS:
            raise ValueError(f"{method}: unknown reason: {given}")


class Plain:
    """A dataclass that can be written as JSON: its fields under their names, NaN nowhere."""

    __slots__ = ()

    def to_json(self) -> dict[str, Json]:
        """Return plain dictionaries, lists, numbers, texts and None."""
        assert is_dataclass(self)
        return plain_fields(self)


def plain_fields(thing: "DataclassInstance") -> dict[str, Json]:
    """Return a dataclass as a plain dictionary."""
    return {part.name: plain(getattr(thing, part.name)) for part in fields(thing)}


def plain(thing: object) -> Json:
    """Return dataclasses, mappings and sequences as plain dictionaries and lists, a set as a sorted list.

    A value of the data that JSON does not have is the text that Python shows it as.
    """
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, Plain):
        return thing.to_json()
    if isinstance(thing, Mapping):
        return {str(key): plain(value) for key, value in thing.items()}
    if isinstance(thing, (tuple, list)):
        return [plain(value) for value in thing]
    if isinstance(thing, frozenset):
        return [plain(value) for value in sorted(thing, key=str)]
    if is_dataclass(thing) and not isinstance(thing, type):
        return plain_fields(thing)
    if isinstance(thing, numbers.Integral):  # numpy's are not Python's
        return int(thing)
    return repr(thing)


@dataclass(frozen=True, slots=True)
class Interval(Plain):
    """A 95 % interval: by resampling, or from a standard error (then what concerns resamples is None or 0).

    ``below_667`` and ``below_800`` are the shares of the valid resamples below .667 and .800;
    ``undefined`` counts resamples without variation (left out); ``clustered_by`` is what was drawn:
    ``"document"``, ``"unit"`` or ``"pair"`` (Krippendorff's algorithm); ``degenerate`` says that all
    valid resamples had one value.
    """

    low: float
    high: float
    method: str
    resamples: int = 0
    seed: int | None = None
    undefined: int = 0
    clustered_by: str | None = None
    below_667: float | None = None
    below_800: float | None = None
    degenerate: bool = False


@dataclass(frozen=True, slots=True)
class Estimate(Plain):
    """One number with what it was computed from, or the reason why there is none.

    ``value`` is finite or None, and None exactly when ``reason`` (a key of ``REASONS``) is given.
    ``n_units`` counts units, ``n_pairable`` those with values of at least two coders, ``n_values`` the
    values and ``n_missing`` the absent ones (coders x units - values). ``interval_reason`` says why
    there is no interval. ``se`` is the analytic standard error where one exists and was asked for.
    """

    value: float | None
    reason: str | None
    n_units: int
    n_pairable: int
    n_values: int
    n_missing: int
    coders: int
    method: str
    parameters: dict[str, Parameter] = field(default_factory=dict)
    interval: Interval | None = None
    interval_reason: str | None = None
    se: float | None = None

    def __post_init__(self) -> None:
        check(self.method, self.value, self.reason, self.interval_reason)

    def with_interval(self, interval: Interval | None, reason: str | None) -> "Estimate":
        """Return the same number with its interval, or with the reason why there is none."""
        return Estimate(
            self.value,
            self.reason,
            self.n_units,
            self.n_pairable,
            self.n_values,
            self.n_missing,
            self.coders,
            self.method,
            self.parameters,
            interval,
            reason,
            self.se,
        )


def worst_first(value: float | None) -> tuple[bool, float]:
    """Return a sort key: low values first, those without a value last."""
    return (value is None, 0.0 if value is None else value)
