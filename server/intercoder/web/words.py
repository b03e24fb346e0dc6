"""The words for values that are kept as codes (roles, states, levels, units), in the language of the request."""

from collections.abc import Mapping

from markupsafe import Markup

from intercoder.web.i18n import gettext


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message for translation where it is only stored."""
    return message


#: kind of value → value → its English word; the order is the order of drop-downs
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "lead": N_("Lead"),
        "coder": N_("Coder"),
        "adjudicator": N_("Adjudicator"),
        "observer": N_("Observer"),
    },
    "role_hint": {
        "lead": N_("designs rounds, manages materials, codebook and team, reads every report"),
        "coder": N_("codes the documents assigned, blind to other coders until the round closes"),
        "adjudicator": N_("decides disagreements of closed rounds"),
        "observer": N_("reads everything that a lead may read, changes nothing"),
    },
    "level": {
        "label": N_("Label"),
        "concept": N_("First-order concept"),
        "theme": N_("Second-order theme"),
        "construct": N_("Aggregate construct"),
    },
    "source_type": {
        "interview": N_("Interview"),
        "observation": N_("Observation"),
        "meeting": N_("Meeting"),
        "phone": N_("Telephone call"),
        "archive": N_("Archive"),
        "media": N_("Media"),
        "website": N_("Web site"),
        "report": N_("Report"),
        "survey": N_("Survey"),
        "other": N_("Other"),
    },
    "unit": {
        "span": N_("Free span"),
        "sentence": N_("Sentence"),
        "paragraph": N_("Paragraph"),
    },
    "unit_hint": {
        "span": N_(
            "Coders mark any stretch of words. Agreement is then computed on sentences or paragraphs, "
            "and boundaries are compared too."
        ),
        "sentence": N_(
            "Coders code whole sentences, cut by the program in the same way for everybody. Boundaries cannot differ."
        ),
        "paragraph": N_(
            "Coders code whole paragraphs: fewer units, so intervals are wider and many codes meet in one unit."
        ),
    },
    "policy": {
        "frozen": N_("Frozen"),
        "proposals": N_("Proposals"),
        "open": N_("Open coding"),
    },
    "policy_hint": {
        "frozen": N_("Only the codes of the chosen version. For rounds whose agreement will be reported."),
        "proposals": N_("Coders propose new labels; what a lead accepts can be used by everybody from then on."),
        "open": N_(
            "Each coder makes own labels, which nobody else sees until the round closes. "
            "They are then aligned and merged."
        ),
    },
    "round_state": {
        "draft": N_("Draft"),
        "open": N_("Open for coding"),
        "closed": N_("Closed"),
        "settled": N_("Settled"),
    },
    "assignment_state": {
        "assigned": N_("Not started"),
        "in_progress": N_("In progress"),
        "submitted": N_("Submitted"),
    },
    "disagreement_state": {
        "open": N_("Waiting for a ruling"),
        "ruled": N_("Ruled"),
        "deferred": N_("Put off"),
        "discussion": N_("In discussion"),
        "void": N_("No longer there"),
    },
    "code_field": {
        "name": N_("Name"),
        "level": N_("Level"),
        "parent": N_("Above it"),
        "parent_id": N_("Above it"),
        "definition": N_("Definition"),
        "include": N_("Include when"),
        "exclude": N_("Exclude when"),
        "example": N_("Typical example"),
        "near_miss": N_("Near miss"),
        "colour": N_("Colour"),
        "position": N_("Position"),
    },
    "change": {
        "added": N_("New"),
        "changed": N_("Changed"),
        "removed": N_("Taken out"),
    },
    "log_group": {
        "people": N_("Project and people"),
        "materials": N_("Materials"),
        "codebook": N_("Codebook"),
        "rounds": N_("Rounds and tasks"),
        "codings": N_("Codings"),
        "comparison": N_("Comparison and rulings"),
    },
    "job": {
        "import": N_("Import of documents"),
        "compare": N_("Comparison of a round"),
        "agreement": N_("Agreement report"),
    },
    "job_state": {
        "queued": N_("Waiting"),
        "running": N_("Running"),
        "done": N_("Done"),
        "failed": N_("Failed"),
        "cancelled": N_("Cancelled"),
    },
}


def word(kind: str, value: str) -> str:
    """Return the word for a value; the value itself when there is none."""
    english = WORDS[kind].get(str(value))
    return gettext(english) if english else str(value)


def lines(text: str) -> Markup:
    """Return a text of several lines with its line breaks."""
    return Markup("<br>").join(text.splitlines())


def choices(kind: str) -> list[tuple[str, str]]:
    """Return all values of a kind with their words, in order."""
    return [(value, gettext(english)) for value, english in WORDS[kind].items()]
