"""The words for values that are kept as codes (roles, states, levels, units), in the language spoken now."""

from collections.abc import Mapping

from intercoder.errors import marked
from intercoder.language import translate

_LEVELS: Mapping[str, str] = {
    "label": marked("Label"),
    "concept": marked("First-order concept"),
    "theme": marked("Second-order theme"),
    "construct": marked("Aggregate construct"),
}
_CODED_BY: Mapping[str, str] = {
    "span": marked("Free span"),
    "sentence": marked("Sentence"),
    "paragraph": marked("Paragraph"),
    "turn": marked("Turn"),
}
#: kind of value → value → its English word; the order is the order of drop-downs
WORDS: Mapping[str, Mapping[str, str]] = {
    "role": {
        "lead": marked("Lead"),
        "coder": marked("Coder"),
        "adjudicator": marked("Adjudicator"),
        "observer": marked("Observer"),
    },
    "role_hint": {
        "lead": marked("designs rounds, manages materials, codebook and team, reads every report"),
        "coder": marked("codes the documents assigned, blind to other coders until the round closes"),
        "adjudicator": marked("decides disagreements of closed rounds"),
        "observer": marked("reads everything that a lead may read, changes nothing"),
    },
    "element_kind": {
        "force": marked("Driving force"),
        "context": marked("Context of the study"),
        "mode": marked("Mode"),
        "mechanism": marked("Mechanism"),
        "moderator": marked("Moderator"),
        "outcome": marked("Outcome"),
    },
    "relation_sort": {
        "causes": marked("causes"),
        "leads_to": marked("leads to"),
        "conditions": marked("makes possible"),
        "intervenes": marked("eases or hinders"),
        "context_of": marked("is the context of"),
        "acts_on": marked("answers to"),
        "part_of": marked("is part of"),
        "contradicts": marked("contradicts"),
        "moderates": marked("moderates"),
    },
    "sign": {"none": marked("no sign"), "positive": marked("more with more"), "negative": marked("less with more")},
    "stroke": {"solid": marked("solid line"), "dashed": marked("dashed line"), "dotted": marked("dotted line")},
    "thin": {
        "one_document": marked("one document only"),
        "one_case": marked("one case only"),
        "secondary": marked("secondary sources only"),
    },
    "backing": {
        "agreed": marked("all agree"),
        "ruled": marked("stands by a ruling"),
        "open": marked("waits for a ruling"),
    },
    "succession": {"before": marked("before it in the text"), "after": marked("after it in the text")},
    "stance": {"for": marked("speaks for it"), "against": marked("speaks against it")},
    "holds": {
        "holds": marked("holds"),
        "no_consensus": marked("does not stand in the consensus any more"),
        "no_coding": marked("its coder took the coding back or changed it"),
        "other_code": marked("counts as another code today"),
        "no_code": marked("its code is not in the codebook any more"),
        "waits": marked("its code was split, and nobody has put it yet"),
        "no_text": marked("its text is not in the study any more"),
    },
    "level": _LEVELS,
    "report_level": {"as_coded": marked("As applied"), **_LEVELS},
    "attribute_kind": {
        "text": marked("Text"),
        "number": marked("Number"),
        "date": marked("Date"),
        "choice": marked("Choice"),
    },
    "source_type": {
        "interview": marked("Interview"),
        "observation": marked("Observation"),
        "meeting": marked("Meeting"),
        "phone": marked("Telephone call"),
        "archive": marked("Archive"),
        "media": marked("Media"),
        "website": marked("Web site"),
        "report": marked("Report"),
        "survey": marked("Survey"),
        "other": marked("Other"),
    },
    "coded_by": _CODED_BY,
    "unit": {**_CODED_BY, "row": marked("Row of a table"), "document": marked("Whole document")},
    "unit_hint": {
        "span": marked(
            "Coders mark any stretch of words. Agreement is then computed on sentences or paragraphs, "
            "and boundaries are compared too."
        ),
        "sentence": marked(
            "Coders code whole sentences, cut by the program in the same way for everybody. Boundaries cannot differ."
        ),
        "paragraph": marked(
            "Coders code whole paragraphs: fewer units, so intervals are wider and many codes meet in one unit."
        ),
        "turn": marked(
            "Coders code what one speaker says until another begins, without the name. What lies in no turn goes by paragraph."
        ),
    },
    "policy": {
        "frozen": marked("Frozen"),
        "proposals": marked("Proposals"),
        "open": marked("Open coding"),
    },
    "policy_hint": {
        "frozen": marked("Only the codes of the chosen version. For rounds whose agreement will be reported."),
        "proposals": marked("Coders propose new labels; what a lead accepts can be used by everybody from then on."),
        "open": marked(
            "Each coder makes own labels, which nobody else sees until the round closes. "
            "They are then aligned and merged."
        ),
    },
    "report_coefficient": {
        "alpha": marked("Krippendorff’s alpha, on exact sets of codes"),
        "mv_alpha": marked("mv-alpha, for units with several codes"),
        "masi": marked("Alpha with MASI distance"),
        "percent": marked("Agreement in percent"),
        "holsti": marked("Holsti’s K"),
        "holsti_reliability": marked("Holsti’s R"),
        "kappa": marked("Cohen’s kappa, of pairs"),
        "ac1": marked("Gwet’s AC1, a check"),
    },
    "drawn": {
        "document": marked("whole documents"),
        "unit": marked("single units"),
    },
    "names": {
        "real": marked("by their names"),
        "letters": marked("by letters, the same in every file"),
    },
    "purpose": {
        "main": marked("Main round"),
        "pilot": marked("Pilot"),
        "training": marked("Training"),
        "hold_out": marked("Hold-out"),
        "drift": marked("Check of drift"),
    },
    "purpose_hint": {
        "main": marked("Its agreement is reported and its consensus is the result."),
        "pilot": marked("Tries codebook and unit on a few documents; definitions and coders change after it."),
        "training": marked("Coders learn; what they code is compared with what is settled."),
        "hold_out": marked("Documents kept back, to see whether what was found holds there."),
        "drift": marked("What was coded before is coded again, to see whether coders have stayed the same."),
    },
    "difficulty": {
        "any": marked("any, by chance alone"),
        "mixed": marked("easy and hard ones in turn"),
        "easy": marked("those on which coders agreed most"),
        "hard": marked("those on which coders agreed least"),
    },
    "coding_order": {
        "given": marked("as in the materials"),
        "random": marked("by chance, for each coder another one"),
        "least_coded": marked("what fewest have coded so far first"),
    },
    "advice_role": {
        "headline": marked("first"),
        "beside": marked("beside it"),
        "avoid": marked("avoid"),
    },
    "sheet_readers": {
        "leads": marked("the leads"),
        "team": marked("everybody in the project"),
    },
    "progress_by": {
        "round": marked("Round"),
        "coder": marked("Coder"),
        "case": marked("Case"),
    },
    "spread_by": {
        "case": marked("Cases"),
        "source_type": marked("Kinds of source"),
    },
    "stands": {
        "agreed": marked("all agree"),
        "ruled": marked("stands by a ruling"),
        "waits": marked("waits for a ruling"),
        "left_out": marked("left out by a ruling"),
    },
    "round_state": {
        "draft": marked("Draft"),
        "open": marked("Open for coding"),
        "closed": marked("Closed"),
        "settled": marked("Settled"),
    },
    "memo_kind": {
        "theoretical": marked("Theoretical memo"),
        "methodological": marked("Methodological memo"),
        "reflexive": marked("Reflexive memo"),
    },
    "memo_about": {
        "project": marked("on the project"),
        "code": marked("on a code"),
        "case": marked("on a case"),
        "document": marked("on a document"),
        "passage": marked("on a passage"),
        "relation": marked("on a relation"),
    },
    "memo_readers": {
        "all": marked("all, after their author's round"),
        "leads": marked("leads, after their author's round"),
        "own": marked("only their author"),
    },
    "verdict": {
        "later": marked("Later"),
        "accept": marked("Accept"),
        "join": marked("Join to a label that there is"),
        "decline": marked("Decline"),
    },
    "proposal_state": {
        "proposed": marked("waits for the lead; you can use it already"),
        "active": marked("accepted"),
        "merged": marked("joined to a label"),
        "declined": marked("declined"),
        "retired": marked("taken out of the codebook since"),
        "split": marked("split since"),
    },
    "assignment_state": {
        "assigned": marked("Not started"),
        "in_progress": marked("In progress"),
        "submitted": marked("Submitted"),
    },
    "standing": {
        "assigned": marked("Not started"),
        "in_progress": marked("In progress"),
        "handed_back": marked("Handed back"),
        "submitted": marked("Submitted"),
    },
    "disagreement_state": {
        "open": marked("Undecided"),
        "ruled": marked("Ruled"),
        "deferred": marked("Deferred"),
        "discussion": marked("In discussion"),
        "twice": marked("For two adjudicators"),
        "void": marked("No longer there"),
    },
    "ground": {
        "unanimous": marked("Unanimous"),
        "ruled": marked("Ruled"),
        "both_stand": marked("both readings stand"),
        "nothing": marked("Ruled: no code stands"),
        "undecided": marked("Undecided"),
    },
    "resolution": {
        "majority": marked("The reading of the majority"),
        "minority": marked("The reading of a minority"),
        "nobody": marked("A reading that nobody had"),
        "both_stand": marked("both readings stand"),
        "undecided": marked("Undecided"),
    },
    "drawn_from": {
        "open": marked("Open places, two rulings each"),
        "ruled": marked("Ruled places, a second ruling as a check"),
    },
    "twice_state": {
        "waits": marked("Not both have ruled"),
        "agreed": marked("Both let the same stand"),
        "differed": marked("They differ"),
        "ended": marked("Ended before both had ruled"),
    },
    "disagreement_kind": {
        "different_code": marked("Different codes"),
        "boundary": marked("Boundaries"),
        "omission": marked("Left uncoded by some"),
    },
    "certainty": {
        "even": marked("No reading has more than half"),
        "majority": marked("A majority against several"),
        "all_but_one": marked("All but one"),
    },
    "queue_order": {
        "text": marked("Order of the texts"),
        "leverage": marked("Leverage: what raises alpha most"),
        "age": marked("Found first"),
        "alike": marked("Alike together"),
    },
    "ruling_tag": {
        "ambiguous": marked("The text is ambiguous"),
        "definition": marked("The definition leaves a gap"),
        "boundary_rule": marked("No rule for boundaries"),
        "slip": marked("A slip of a coder"),
        "both_stand": marked("Two meanings, both stand"),
        "other_reason": marked("Something else"),
    },
    "lesson_rule": {"include": marked("Include when"), "exclude": marked("Exclude when")},
    "lesson_quote": {"example": marked("Example"), "near_miss": marked("Near miss")},
    "lesson_state": {
        "waiting": marked("waits for a lead"),
        "accepted": marked("in the draft of the codebook"),
        "declined": marked("declined by a lead"),
    },
    "thread_kind": {"talk": marked("Talk about a place"), "contest": marked("Contest of a ruling")},
    "thread_state": {"open": marked("open talk"), "resolved": marked("resolved")},
    "norming_state": {
        "voting": marked("Blind vote"),
        "revealed": marked("Revealed, in talk"),
        "voting_again": marked("Second blind vote"),
        "revealed_again": marked("Revealed again"),
        "closed": marked("Room closed"),
    },
    "settling_rule": {
        "union": marked("Same codes: all that their codings cover"),
        "intersection": marked("Same codes: what all codings cover"),
        "longest": marked("Same codes: the longest coding"),
        "majority_span": marked("Same codes: the boundaries that most chose"),
        "majority": marked("The codes that most coders have"),
        "child": marked("One code above the other: the lower one"),
        "parent": marked("One code above the other: the higher one"),
        "one_coder": marked("What one coder has"),
        "as_ruled": marked("As a ruling at a place like these"),
    },
    "kinship": {
        "sibling": marked("codes under the same concept"),
        "ancestor": marked("one code stands above the other"),
        "other": marked("codes from different branches"),
    },
    "code_field": {
        "name": marked("Name"),
        "other_name": marked("Name in the other language"),
        "aliases": marked("Also called"),
        "number": marked("Number of the code"),
        "level": marked("Level"),
        "parent": marked("Above it"),
        "parent_id": marked("Above it"),
        "definition": marked("Definition"),
        "include": marked("Include when"),
        "exclude": marked("Exclude when"),
        "example": marked("Typical example"),
        "near_miss": marked("Near miss"),
        "example_at": marked("Quoted as the example"),
        "near_miss_at": marked("Quoted as the near miss"),
        "colour": marked("Colour"),
        "position": marked("Position"),
    },
    "change": {
        "added": marked("New"),
        "changed": marked("Changed"),
        "removed": marked("Taken out"),
    },
    "log_group": {
        "people": marked("Project and people"),
        "materials": marked("Materials"),
        "codebook": marked("Codebook"),
        "rounds": marked("Rounds and tasks"),
        "codings": marked("Codings"),
        "comparison": marked("Comparison and rulings"),
        "theory": marked("Theory"),
    },
    "job": {
        "import": marked("Import of documents"),
        "compare": marked("Comparison of a round"),
        "agreement": marked("Agreement report"),
        "align": marked("Proposals for the alignment"),
        "measure": marked("Agreement before and after the alignment"),
    },
    "job_state": {
        "queued": marked("Waiting"),
        "running": marked("Running"),
        "done": marked("Done"),
        "failed": marked("Failed"),
        "cancelled": marked("Cancelled"),
    },
}


def word(kind: str, value: str) -> str:
    """Return the word for a value; the value itself when there is none."""
    english = WORDS[kind].get(str(value))
    return translate(english) if english else str(value)


def choices(kind: str) -> list[tuple[str, str]]:
    """Return all values of a kind with their words, in order."""
    return [(value, translate(english)) for value, english in WORDS[kind].items()]
