"""Who may do what: one table, role × permission × state of the round. What is not in it is denied."""

import enum
from dataclasses import dataclass, field

from intercoder.errors import Conflict, Forbidden, IntercoderError, NotFound, marked
from intercoder.models import Role, RoundState

LEAD, CODER, ADJUDICATOR, OBSERVER = Role.LEAD, Role.CODER, Role.ADJUDICATOR, Role.OBSERVER
EVERYBODY = frozenset(Role)
DRAFT, OPEN, CLOSED, SETTLED = RoundState
COMPARED = frozenset({CLOSED, SETTLED})
#: the code of the refusal to decide on own work
OWN_WORK = "own_work"


class Permission(enum.StrEnum):
    """A right, as ``thing:verb``."""

    # Without a project
    PUBLIC = "public"  #: anybody, without an account
    SIGNED_IN = "account:use"  #: anybody with an account, on own things
    BROWSER = "account:secure"  #: the same, signed in with the password: what opens doors is not for a token
    ADMINISTER = "instance:administer"  #: accounts and health of the instance
    # In a project
    PROJECT_VIEW = "project:view"
    PROJECT_EDIT = "project:edit"
    MEMBERS_VIEW = "members:view"
    MEMBERS_MANAGE = "members:manage"
    SHEET_WRITE = "sheet:write"  #: what one says of oneself: for the methods section, and how much one can take
    MATERIALS_VIEW = "materials:view"  #: the list of documents and their texts
    MATERIALS_MANAGE = "materials:manage"
    CODEBOOK_VIEW = "codebook:view"
    CODEBOOK_EDIT = "codebook:edit"
    TEACH = "codebook:teach"  #: put what a ruling taught before whoever edits the codebook
    MEMO_WRITE = "memo:write"  #: own memos on codes
    ALIGN = "alignment:place"  #: give private labels of a compared round their place in the codebook
    ROUND_VIEW = "round:view"
    ROUND_MANAGE = "round:manage"
    PROGRESS_VIEW = "progress:view"  #: who has submitted what
    HAND_BACK = "progress:hand-back"  #: return a submitted document to its coder
    PROPOSALS_DECIDE = "proposals:decide"  #: see and decide coders' proposed codes
    CODE = "coding:write"  #: an own assignment, while the round is open
    CODINGS_VIEW = "coding:view"  #: own codings at any time; everybody's once the round is closed
    AGREEMENT_VIEW = "agreement:view"
    AGREEMENT_RUN = "agreement:run"
    DISAGREEMENTS_VIEW = "disagreements:view"
    ADJUDICATE = "adjudication:rule"
    DISCUSS = "discussion:write"  #: talk about places of a compared round, and contest a ruling on own work
    NORM_HOST = "norming:host"  #: open a norming room over places of a closed round, and lead it
    NORM_VOTE = "norming:vote"  #: vote and talk in one, when invited
    SCORE_VIEW = "score:view"  #: how own work in a test agrees with what is settled
    SCORES_VIEW = "scores:view"  #: everybody's
    DRIFT_VIEW = "drift:view"  #: whether coders have stayed the same
    DRIFT_OWN = "drift:own"  #: whether oneself has, where the project shows it to coders
    SATURATION_VIEW = "saturation:view"
    SATURATION_JUDGE = "saturation:judge"  #: rules, declarations, notes on sampling
    THEORY_VIEW = "theory:view"
    THEORY_EDIT = "theory:edit"  #: the model, relations with their evidence, typical quotations
    LOG_VIEW = "log:view"
    JOBS_VIEW = "jobs:view"


@dataclass(frozen=True)
class Rule:
    """Who has a permission, and in which states of the round that it concerns."""

    roles: frozenset[Role]
    #: None: no round, or any state of it
    states: frozenset[RoundState] | None = None
    #: whether somebody who codes in the round may do it while the round is open
    while_blind: bool = True
    #: whether somebody who coded the place may do it where the project does not allow that
    on_own_work: bool = True
    #: whether somebody may do it who takes a test on documents of the round
    while_tested: bool = True
    #: whether it is of saturation, which some methods reject
    of_saturation: bool = False


def _rule(
    *roles: Role,
    states: frozenset[RoundState] | None = None,
    while_blind: bool = True,
    on_own_work: bool = True,
    while_tested: bool = True,
    of_saturation: bool = False,
) -> Rule:
    return Rule(frozenset(roles), states, while_blind, on_own_work, while_tested, of_saturation)


TABLE: dict[Permission, Rule] = {
    Permission.PROJECT_VIEW: Rule(EVERYBODY),
    Permission.PROJECT_EDIT: _rule(LEAD),
    Permission.MEMBERS_VIEW: Rule(EVERYBODY),
    Permission.MEMBERS_MANAGE: _rule(LEAD),
    Permission.SHEET_WRITE: _rule(LEAD, CODER, ADJUDICATOR),
    Permission.MATERIALS_VIEW: _rule(LEAD, ADJUDICATOR, OBSERVER),
    Permission.MATERIALS_MANAGE: _rule(LEAD),
    Permission.CODEBOOK_VIEW: Rule(EVERYBODY),
    Permission.CODEBOOK_EDIT: _rule(LEAD),
    Permission.TEACH: _rule(LEAD, ADJUDICATOR, states=COMPARED, while_tested=False),
    Permission.MEMO_WRITE: _rule(LEAD, CODER, ADJUDICATOR),
    Permission.ALIGN: _rule(LEAD, states=COMPARED, while_tested=False),
    Permission.ROUND_VIEW: Rule(EVERYBODY),
    Permission.ROUND_MANAGE: _rule(LEAD),
    Permission.PROGRESS_VIEW: _rule(LEAD, OBSERVER, while_blind=False),
    Permission.HAND_BACK: _rule(LEAD, while_blind=False),
    Permission.PROPOSALS_DECIDE: _rule(LEAD, while_blind=False),
    Permission.CODE: _rule(CODER, states=frozenset({OPEN})),
    Permission.CODINGS_VIEW: _rule(*Role, while_tested=False),
    Permission.AGREEMENT_VIEW: _rule(*Role, states=COMPARED, while_tested=False),
    Permission.AGREEMENT_RUN: _rule(LEAD, ADJUDICATOR, states=COMPARED, while_tested=False),
    Permission.DISAGREEMENTS_VIEW: _rule(*Role, states=COMPARED, while_tested=False),
    Permission.ADJUDICATE: _rule(ADJUDICATOR, states=frozenset({CLOSED}), on_own_work=False, while_tested=False),
    Permission.DISCUSS: _rule(LEAD, CODER, ADJUDICATOR, states=COMPARED, while_tested=False),
    Permission.NORM_HOST: _rule(LEAD, ADJUDICATOR, states=frozenset({CLOSED}), while_tested=False),
    Permission.NORM_VOTE: _rule(LEAD, CODER, ADJUDICATOR, states=frozenset({CLOSED}), while_tested=False),
    Permission.SCORE_VIEW: Rule(EVERYBODY),
    Permission.SCORES_VIEW: _rule(LEAD, ADJUDICATOR, OBSERVER, while_blind=False),
    Permission.DRIFT_VIEW: _rule(LEAD),
    Permission.DRIFT_OWN: _rule(LEAD, CODER),
    Permission.SATURATION_VIEW: _rule(*Role, of_saturation=True),
    Permission.SATURATION_JUDGE: _rule(LEAD, of_saturation=True),
    Permission.THEORY_VIEW: _rule(*Role, states=COMPARED, while_tested=False),
    Permission.THEORY_EDIT: _rule(LEAD, states=COMPARED, while_tested=False),
    Permission.LOG_VIEW: Rule(EVERYBODY),
    Permission.JOBS_VIEW: _rule(LEAD, ADJUDICATOR),
}

#: permissions that need no project
GENERAL = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.BROWSER, Permission.ADMINISTER})


@dataclass(frozen=True)
class Situation:
    """What a decision depends on besides the roles."""

    round_state: RoundState | None = None
    #: the person has an assignment in the round
    codes_in_round: bool = False
    #: the person began to code the document of the place, in its round
    coded_the_place: bool = False
    #: the project lets coders rule on what they coded
    coders_may_rule: bool = False
    #: the person takes a test on documents of the round, and has not submitted all of it
    tested: bool = False
    #: the project argues by information power
    no_saturation: bool = False

    @property
    def blind(self) -> bool:
        """Whether the person must learn nothing of the other coders in this round."""
        return self.codes_in_round and self.round_state in {DRAFT, OPEN}

    @property
    def judges_own_work(self) -> bool:
        """Whether the person would decide on own work where the project does not allow that."""
        return self.coded_the_place and not self.coders_may_rule


@dataclass(frozen=True)
class Decision:
    """Yes, or the refusal to raise."""

    refusal: IntercoderError | None = field(default=None)

    @property
    def allowed(self) -> bool:
        """Whether the answer is yes."""
        return self.refusal is None


def decide(permission: Permission, roles: frozenset[Role], situation: Situation = Situation()) -> Decision:
    """Answer whether somebody with these roles in a project may do this now.

    No role at all reads as "there is no such thing": an outsider must not learn that it exists.
    """
    rule = TABLE.get(permission)
    if rule is None or not roles:
        return Decision(NotFound("not_found", "There is no such thing here, or it is not shared with you."))
    if not roles & rule.roles:
        return Decision(Forbidden("forbidden", "Your role in this project does not allow this."))
    if situation.no_saturation and rule.of_saturation:
        return Decision(
            Conflict(
                "no_saturation",
                "This study argues by information power and does not look at saturation. A lead can change that in its settings.",
            )
        )
    if situation.blind and not rule.while_blind:
        return Decision(
            Conflict("round_open", "You code in this round: what others do in it stays hidden until it closes.")
        )
    if rule.states is not None and situation.round_state is not None and situation.round_state not in rule.states:
        return Decision(_wrong_state(situation.round_state))
    if situation.tested and not rule.while_tested:
        return Decision(
            Conflict(
                "tested",
                "You take a test on documents of this round: what was coded and settled there stays hidden until you have "
                "submitted the whole test.",
            )
        )
    if situation.judges_own_work and not rule.on_own_work:
        return Decision(
            Conflict(
                OWN_WORK,
                "You coded this document in this round, so somebody else decides here. For teams of two a lead can allow "
                "it in the settings of the project.",
            )
        )
    return Decision()


def _wrong_state(state: RoundState) -> IntercoderError:
    sentences = {
        DRAFT: ("round_draft", marked("This round is not open yet.")),
        OPEN: ("round_open", marked("This round is still open: coders work blind until it closes.")),
        CLOSED: ("round_closed", marked("This round is closed.")),
        SETTLED: ("round_settled", marked("This round is settled.")),
    }
    return Conflict.saying(*sentences[state])
