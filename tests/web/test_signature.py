"""What a view says by its signature, and what is refused when it is registered."""

from collections.abc import Callable
from uuid import UUID

import pytest
from werkzeug.datastructures import FileStorage

from intercoder.policy import Permission
from intercoder.services.access import Access, RoundAccess
from intercoder.services.accounts import Actor
from intercoder.web.api.endpoint import Accepted, Created, Put, described
from intercoder.web.api.shapes import In, Out
from intercoder.web.signature import IfMatch, signature_of


class Asked(In):
    """A query."""


class Sent(In):
    """A body."""


class Shown(Out):
    """A result."""


def test_everything_follows_from_the_annotations() -> None:
    def view(access: RoundAccess, document: UUID, body: Sent, query: Asked, seen: IfMatch, part: FileStorage) -> Shown:
        raise NotImplementedError

    signature = signature_of(view, "/rounds/<uuid:round>/documents/<uuid:document>", Permission.CODE)
    assert (signature.kind, signature.person, signature.address) == ("round", "access", ("document",))
    assert signature.models == {"body": Sent, "query": Asked}
    assert (signature.version, signature.file, signature.result) == (("seen", "required"), "part", Shown)


def test_all_files_that_were_sent_are_a_list_of_them() -> None:
    def view(access: Access, form: Sent, parts: list[FileStorage]) -> list[Shown]:
        raise NotImplementedError

    signature = signature_of(view, "/projects/<uuid:project>/uploads", Permission.MATERIALS_MANAGE)
    assert (signature.file, signature.files, signature.models) == (None, "parts", {"form": Sent})


def test_a_version_need_not_be_said_where_none_will_do() -> None:
    def view(seen: IfMatch | None) -> None:
        raise NotImplementedError

    assert signature_of(view, "/codes/<uuid:code>", Permission.CODEBOOK_EDIT).version == ("seen", "optional")


@pytest.mark.parametrize(
    ("result", "content", "statuses"),
    [
        (Shown, Shown, (200,)),
        (list[Shown], list[Shown], (200,)),
        (Created[Shown], Shown, (201,)),
        (Accepted[list[Shown]], list[Shown], (202,)),
        (Put[Shown], Shown, (201, 200)),
        (None, None, (204,)),
    ],
)
def test_the_statuses_follow_from_the_result(result: object, content: object, statuses: tuple[int, ...]) -> None:
    def view() -> None:
        """Say something.

        And more.
        """

    view.__annotations__["return"] = result
    about = described(view, signature_of(view, "/things", Permission.SIGNED_IN), "things")
    assert (about.summary, about.content, about.statuses) == ("Say something.", content, statuses)


def _takes(hint: object, name: str = "value") -> Callable[..., object]:
    def view(**_values: object) -> None:
        raise NotImplementedError

    view.__annotations__.clear()
    view.__annotations__[name] = hint
    return view


@pytest.mark.parametrize(
    ("view", "path", "permission", "why"),
    [
        (_takes(RoundAccess), "/projects/<uuid:project>", Permission.PROJECT_VIEW, "“project” gives no RoundAccess"),
        (_takes(Actor), "/projects/<uuid:project>", Permission.PROJECT_VIEW, "“project” gives no Actor"),
        (_takes(Access), "/me", Permission.SIGNED_IN, "“account:use” gives no Access"),
        (_takes(Actor), "/openapi.json", Permission.PUBLIC, "“public” gives no Actor"),
        (_takes(Access), "/projects", Permission.PROJECT_VIEW, "does not begin with a thing of a project"),
        (_takes(Access), "/nothings/<uuid:nothing>", Permission.PROJECT_VIEW, "does not begin with a thing"),
        (_takes(str, "token"), "/tokens/<uuid:token>", Permission.SIGNED_IN, "“token” is not what the address holds"),
        (_takes(UUID, "document"), "/rounds/<uuid:round>", Permission.CODE, "where document would come from"),
        (_takes(dict, "body"), "/me", Permission.SIGNED_IN, "where body would come from"),
    ],
)
def test_a_view_that_does_not_fit_is_refused(
    view: Callable[..., object], path: str, permission: Permission, why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        signature_of(view, path, permission)


def test_a_door_that_leads_to_a_round_gives_either_access() -> None:
    for hint in (Access, RoundAccess):
        signature = signature_of(_takes(hint, "access"), "/reports/<uuid:report>", Permission.AGREEMENT_VIEW)
        assert (signature.kind, signature.person) == ("report", "access")
