"""The API of a coder's own labels in open coding: renamed, grouped, merged, taken away, and each taken back."""

from uuid import UUID

from intercoder.models import Level, MappingKind
from intercoder.policy import Permission
from intercoder.services import own_labels
from intercoder.services.access import RoundAccess
from intercoder.services.own_labels import Done, LabelChange, MergeOwn
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.rounds import OwnCodeOut
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class OwnLabelOut(OwnCodeOut):
    """An own label or group (level concept). ``uses``: own codings that count as it; ``placed``: by the lead, for good."""

    level: Level
    parent_id: UUID | None
    into_id: UUID | None
    placed: bool
    uses: int


class OwnActOut(Out):
    """Something that was done to own labels, with what these were called before."""

    id: UUID
    kind: MappingKind
    names: list[str]
    undone: bool


class OwnDoneOut(Out):
    """An own label as it is now, and the act that can be taken back; null where nothing was to be done."""

    label: OwnCodeOut
    act: UUID | None


def _done(done: Done) -> OwnDoneOut:
    return OwnDoneOut(label=OwnCodeOut.of(done.code), act=done.act)


@endpoint("GET", "/rounds/<uuid:round>/own-codes", Permission.CODINGS_VIEW, tag="codings")
def list_own_codes(access: RoundAccess) -> list[OwnLabelOut]:
    """The caller's own labels and groups in a round of open coding."""
    return [OwnLabelOut.of(label) for label in own_labels.own_labels(db(), access)]


_LABEL = "/rounds/<uuid:round>/own-codes/<uuid:code>"


@endpoint("PATCH", _LABEL, Permission.CODE, tag="codings")
def change_own_code(access: RoundAccess, code: UUID, body: LabelChange, seen: IfMatch) -> OwnDoneOut:
    """Rename an own label, or put it into a group or out of it; If-Match names its revision."""
    return _done(own_labels.change(db(), access, code, seen, body))


@endpoint("DELETE", _LABEL, Permission.CODE, tag="codings")
def remove_own_code(access: RoundAccess, code: UUID, seen: IfMatch) -> OwnDoneOut:
    """Take away an own label that was never applied, or an empty group; If-Match names its revision."""
    return _done(own_labels.remove(db(), access, code, seen))


@endpoint("POST", f"{_LABEL}/merge", Permission.CODE, tag="codings")
def merge_own_code(access: RoundAccess, code: UUID, body: MergeOwn, seen: IfMatch) -> OwnDoneOut:
    """Let an own label count as another own one; If-Match names the revision of the one that is merged."""
    return _done(own_labels.merge(db(), access, code, seen, body))


@endpoint("GET", "/rounds/<uuid:round>/own-acts", Permission.CODINGS_VIEW, tag="codings")
def list_own_acts(access: RoundAccess) -> list[OwnActOut]:
    """What the caller did last to own labels, the latest first."""
    return [OwnActOut.of(act) for act in own_labels.own_acts(db(), access)]


@endpoint("POST", "/rounds/<uuid:round>/own-acts/<uuid:act>/undo", Permission.CODE, tag="codings")
def undo_own_act(access: RoundAccess, act: UUID) -> OwnDoneOut:
    """Take an own act back; to take back what took it back does it again."""
    return _done(own_labels.undo(db(), access, act))
