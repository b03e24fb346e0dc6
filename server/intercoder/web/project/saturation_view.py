"""What the saturation page shows: facts, how they read, and what they do not say. No verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from intercoder.charts.saturation import discovery_curve
from intercoder.services.saturation import Picture
from intercoder.web.i18n import format_number, gettext
from intercoder.web.project.report_view import why

#: fewer finished documents say little about what is to come
FEW_DOCUMENTS = 5
#: an interval that ends beyond so many times the codes known is not worth its digits
FAR = 10
CONTINUE, SLOWING, QUIET = "continue", "slowing", "quiet"


@dataclass(frozen=True)
class Fact:
    """One figure: what it is, its value or the reason why there is none, and a line below it."""

    label: str
    shown: str
    beside: str
    note: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One document in order of arrival."""

    id: str
    title: str
    case: str
    at: Any
    #: the new codes that may be named, and how many are new
    new: Sequence[tuple[str, str]]
    found: int
    total: int
    cumulative: int
    #: new codes of the run that ends here, over those of the base
    ratio: str


@dataclass(frozen=True)
class Reading:
    """One of three grades, its sentences, and which rules are not met."""

    grade: str
    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class View:
    """Everything on the page at one level."""

    facts: Sequence[Fact]
    rows: Sequence[Row]
    reading: Reading | None
    reason: str
    chart: Markup | None
    flags: Sequence[str]
    report: str


def view(picture: Picture) -> View:
    """Return what the page shows of a picture, in the language of the request."""
    result = picture.result
    reading = _reading(picture) if result["documents"] else None
    return View(
        facts=_facts(result),
        rows=_rows(picture),
        reading=reading,
        reason=why(result["reason"]) if result["reason"] else "",
        chart=_chart(picture) if result["observed"] else None,
        flags=_flags(picture),
        report=_report(picture, reading) if reading else "",
    )


def _percent(value: float, digits: int = 1) -> str:
    return f"{format_number(100 * value, digits)}\u202f%"


def _one(value: float) -> str:
    return format_number(value, 1)


def level_word(level: str, n: float) -> str:
    """Return the plural name of a level inside a sentence."""
    del n  # Chinese and these English sentences use one form
    return {
        "label": gettext("labels"),
        "concept": gettext("first-order concepts"),
        "theme": gettext("second-order themes"),
        "construct": gettext("aggregate constructs"),
    }[level]


# --- figures -------------------------------------------------------------------------------------


def _facts(result: Mapping[str, Any]) -> list[Fact]:
    guest = result["guest2020"]
    latest = guest["runs"][-1] if guest["runs"] else None
    found = [_guest_fact(guest, latest)]
    coverage, news = result["coverage"], result["expected_new_next"]
    found.append(
        _fact(
            gettext("Coverage"),
            coverage,
            _percent,
            gettext("share of what a next document says that is said with codes already known"),
        )
    )
    found.append(
        _fact(
            gettext("Expected new in the next document"),
            news,
            _one,
            gettext("if it is like the documents so far"),
        )
    )
    total = result["chao2"]
    found.append(
        Fact(
            gettext("At least so many exist"),
            "–" if total is None else format_number(total["estimate"], 0),
            "" if total is None else _interval(total["ci95"], result["observed"]),
            gettext("Chao2, a lower bound; {n} are known", n=format_number(result["observed"], 0)),
            why(result["reason"] or "no_codes") if total is None else "",
        )
    )
    last = result["discovery"]["last_document_with_new_code"]
    n = result["documents"]
    found.append(
        Fact(
            gettext("Last document with something new"),
            format_number(last, 0) if last else "–",
            gettext("of {n}", n=n) if last else "",
            _since(n - last) if last else "",
            "" if last else why("no_codes" if n else "no_documents"),
        )
    )
    return found


def _since(documents: int) -> str:
    if documents == 0:
        return gettext("the latest document still brought something new")
    return gettext("{n} documents since then brought nothing new", n=documents)


def _guest_fact(guest: Mapping[str, Any], latest: Mapping[str, Any] | None) -> Fact:
    label = gettext("New in the latest run, against the base")
    threshold = _percent(guest["threshold"], 0)
    if latest is None or latest["ratio"] is None:
        return Fact(label, "–", "", "", why(guest["reason"] or "no_base"))
    sign = "≤" if latest["ratio"] <= guest["threshold"] + 1e-12 else ">"
    note = gettext(
        "{new} new in documents {first}–{last}, over {base} in the first {n} (Guest, Namey & Chen 2020)",
        new=latest["new_in_run"],
        first=latest["run"][0],
        last=latest["run"][1],
        base=guest["base_codes"],
        n=guest["base"],
    )
    return Fact(label, _percent(latest["ratio"]), f"{sign} {threshold}", note, "")


def _fact(label: str, quantity: Mapping[str, Any], shown: Any, note: str) -> Fact:
    if quantity["value"] is None:
        return Fact(label, "–", "", "", why(quantity["reason"]))
    return Fact(label, shown(quantity["value"]), "", note, "")


def _interval(ci: Sequence[float], observed: int) -> str:
    low, high = ci
    top = f"> {FAR}×" if high > FAR * observed else format_number(high, 0)
    return f"[{format_number(low, 0)}, {top}]"


def _rows(picture: Picture) -> list[Row]:
    result = picture.result
    ratios = {run["run"][1]: run["ratio"] for run in result["guest2020"]["runs"]}
    seen: set[str] = set()
    rows = []
    for place, arrival in enumerate(picture.arrivals, 1):
        found = arrival.codes - seen
        new = sorted(found & arrival.shown, key=lambda code: picture.names[code])
        seen |= arrival.codes
        ratio = ratios.get(place)
        rows.append(
            Row(
                str(arrival.document_id),
                arrival.title,
                arrival.case or "",
                arrival.at,
                [(code, picture.names[code]) for code in new],
                len(found),
                len(arrival.codes),
                len(seen),
                "" if ratio is None else _percent(ratio),
            )
        )
    return rows


def _chart(picture: Picture) -> Markup:
    result = picture.result
    what = level_word(picture.level, 2)
    total = result["chao2"]
    observed = gettext("{n} {what} known", n=result["observed"], what=what)
    least = gettext("at least about {n}", n=format_number(total["estimate"], 0)) if total else ""
    labels = {
        "title": gettext("New {what} over documents", what=what),
        "desc": gettext(
            "{n} finished documents in order of arrival brought {known} {what}; document {last} was the last with "
            "something new. The table beside the figure holds the same numbers.",
            n=result["documents"],
            known=result["observed"],
            what=what,
            last=result["discovery"]["last_document_with_new_code"] or "–",
        ),
        "documents": gettext("finished documents, in order"),
        "codes": what,
        "new": gettext("new in it"),
        "arrival": gettext("so far, as they arrived"),
        "mean": gettext("mean of all orders ± 2 s.d."),
        "extrapolated": gettext("extrapolated"),
        "observed": observed,
        "chao2": least,
    }
    return Markup(discovery_curve(result, labels, names=[a.title for a in picture.arrivals]))  # noqa: S704 - own SVG


def _flags(picture: Picture) -> list[str]:
    result = picture.result
    sentences = {
        "unreliable": gettext("Few documents: every estimate below is unreliable."),
        "single_unique": gettext("The estimates hang on a single code that occurs in one document only."),
        "all_unique": gettext(
            "No code occurs in two documents: only what was observed and the coverage mean anything."
        ),
    }
    found = [sentences[flag] for flag in result["flags"] if flag in sentences]
    if result["observed"] and result["Q"].get("1", 0) == 0 and result["documents"] > 1:
        found.append(
            gettext("No code occurs in only one document. That is not completeness: it can also mean coarse codes.")
        )
    if picture.without_ancestor:
        found.append(
            gettext(
                "{n} codes in use have no code above them at this level and are not counted here.",
                n=picture.without_ancestor,
            )
        )
    if picture.provenance["open_rounds"]:
        numbers = ", ".join(str(n) for n in picture.provenance["open_rounds"])
        found.append(gettext("Round {numbers} is still open: these figures will move.", numbers=numbers))
    return found


# --- how it reads --------------------------------------------------------------------------------


def _reading(picture: Picture) -> Reading:
    """Return the grade with its sentences: facts first, then which rules are met and which are not."""
    result, what = picture.result, level_word(picture.level, 2)
    guest, n = result["guest2020"], result["documents"]
    latest = guest["runs"][-1] if guest["runs"] else None
    arrival_met = latest is not None and latest["ratio"] is not None and latest["ratio"] <= guest["threshold"] + 1e-12
    news = result["expected_new_next"]["value"]
    order_free_met = news is not None and n >= FEW_DOCUMENTS and news < 1.0
    rule = gettext(
        "base {base}, run {run}, at most {threshold}",
        base=guest["base"],
        run=guest["run"],
        threshold=_percent(guest["threshold"], 0),
    )
    sentences = _facts_in_words(picture)
    if arrival_met and order_free_met:
        first = _quiet_since(guest)
        sentences.append(
            gettext(
                "Under the rule you chose ({rule}) there is no noteworthy news of {what} from document {first} on.",
                rule=rule,
                what=what,
                first=first,
            )
        )
        return Reading(QUIET, gettext("No recent news under this rule"), sentences)
    if arrival_met or order_free_met:
        if arrival_met:
            sentences.append(
                gettext(
                    "The rule you chose ({rule}) is met in the order of arrival, yet regardless of order the next "
                    "document is still expected to bring at least one new code.",
                    rule=rule,
                )
            )
        else:
            sentences.append(
                gettext(
                    "Regardless of order little news is expected, yet the rule you chose ({rule}) is not met by the latest run.",
                    rule=rule,
                )
            )
        return Reading(SLOWING, gettext("Slowing"), sentences)
    if latest is None:
        sentences.append(
            gettext(
                "The rule you chose ({rule}) needs {n} finished documents.",
                rule=rule,
                n=guest["base"] + guest["run"],
            )
        )
    return Reading(CONTINUE, gettext("Continue collecting"), sentences)


def _quiet_since(guest: Mapping[str, Any]) -> int:
    """Return the first document of the runs that, up to the latest, all stay within the threshold."""
    first = guest["runs"][-1]["run"][0]
    for run in reversed(guest["runs"]):
        if run["ratio"] is None or run["ratio"] > guest["threshold"] + 1e-12:
            break
        first = run["run"][0]
    return int(first)


def _facts_in_words(picture: Picture) -> list[str]:
    result, what = picture.result, level_word(picture.level, 2)
    found = []
    news, unique = result["expected_new_next"]["value"], result["p_new_last_exact"]["value"]
    if news is not None and unique is not None:
        found.append(
            gettext(
                "The next document is expected to bring {news} new {what} ({unique} of {n} documents hold one found "
                "nowhere else).",
                news=_one(news),
                what=what,
                unique=round(unique * result["documents"]),
                n=result["documents"],
            )
        )
    coverage, total = result["coverage"]["value"], result["chao2"]
    if coverage is not None and total is not None:
        found.append(
            gettext(
                "About {coverage} of what a new document says is covered; at least about {least} {what} exist "
                "{interval}, {known} are known.",
                coverage=_percent(coverage, 0),
                least=format_number(total["estimate"], 0),
                what=what,
                interval=_interval(total["ci95"], result["observed"]),
                known=result["observed"],
            )
        )
    further = result["further_documents"].get("0.9")
    if further:
        more = format_number(further, 0) if further <= result["documents"] else None
        found.append(
            gettext("About {n} more documents for 90 % of that.", n=more)
            if more
            else gettext("How many more documents nine tenths of that would take, these data cannot predict.")
        )
    return found


def _report(picture: Picture, reading: Reading | None) -> str:
    """Return the text to copy: rule, order, view, level, n, figures, and what they do not say."""
    made = picture.provenance
    views = {"union": gettext("any coder"), "agreed": gettext("at least two coders"), "consensus": gettext("consensus")}
    numbers = ", ".join(str(n) for n in made["rounds"])
    head = gettext(
        "Level: {level}. Codes counted: {view}. Documents: {n}, in the order in which they were finished (round "
        "{rounds}).",
        level=level_word(picture.level, 2),
        view=views[picture.view],
        n=made["documents"],
        rounds=numbers or "–",
    )
    tail = gettext(
        "This holds for this codebook, these coders and this way of sampling only; it is not theoretical saturation. Whether "
        "to stop is the researcher’s judgement, with reasons."
    )
    return " ".join([head, *(reading.sentences if reading else ()), tail])
