"""Members and invitations: a project keeps a lead, a link works once, and work stays when its author goes."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from cast import Cast
from intercoder.errors import Conflict, Gone, InvalidInput, NotFound
from intercoder.models import Coding, Member, Role
from intercoder.policy import Permission
from intercoder.services import members
from intercoder.services.members import MemberRoles, NewInvitation
from services.conftest import Clock

pytestmark = pytest.mark.sqlite


def member_of(cast: Cast, person: str) -> UUID:
    with cast.database.reading() as session:
        return session.scalars(
            sa.select(Member.id).where(Member.project_id == cast.project, Member.user_id == cast.people[person].id)
        ).one()


def roles_of(cast: Cast, person: str) -> tuple[Role, ...]:
    with cast.database.reading() as session:
        return members.get_member(session, cast.project, member_of(cast, person)).roles


def set_roles(cast: Cast, person: str, *roles: Role) -> None:
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        members.set_roles(session, access, member_of(cast, person), MemberRoles(roles=roles))


def invited(cast: Cast, email: str = "new@study.example", *roles: Role) -> tuple[UUID, str]:
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        invitation, secret = members.invite(session, access, NewInvitation(email=email, roles=roles or (Role.CODER,)))
        return invitation.id, secret


def accept(cast: Cast, secret: str, person: str = "otto") -> None:
    with cast.database.transaction() as session:
        members.accept_invitation(session, secret, cast.people[person].id)


def test_the_last_lead_can_neither_go_nor_stop_leading(cast: Cast) -> None:
    with pytest.raises(Conflict, match="needs a lead"):
        set_roles(cast, "lena", Role.CODER)
    with (
        cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access),
        pytest.raises(Conflict, match="needs a lead"),
    ):
        members.remove_member(session, access, member_of(cast, "lena"))
    set_roles(cast, "olga", Role.LEAD)
    set_roles(cast, "lena", Role.OBSERVER)
    assert roles_of(cast, "lena") == (Role.OBSERVER,)


def test_a_lead_who_codes_too_still_counts_as_a_lead(cast: Cast) -> None:
    set_roles(cast, "lena", Role.CODER, Role.LEAD, Role.CODER)
    assert roles_of(cast, "lena") == (Role.LEAD, Role.CODER)
    with pytest.raises(Conflict, match="needs a lead"):
        set_roles(cast, "lena", Role.CODER)


def test_somebody_without_a_role_is_no_member() -> None:
    with pytest.raises(InvalidInput, match="at least one role"):
        MemberRoles(roles=())


def test_what_a_removed_person_coded_stays(cast: Cast) -> None:
    round_id = cast.coded_round()
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        members.remove_member(session, access, member_of(cast, "ai"))
    with cast.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Coding.coder_id == cast.people["ai"].id)) == 3
        with pytest.raises(NotFound):
            cast.access(session, "ai", Permission.CODINGS_VIEW, "round", round_id)


def test_a_member_of_another_project_is_not_found_through_this_one(cast: Cast) -> None:
    with cast.database.reading() as session:
        others = session.scalars(sa.select(Member.id).where(Member.project_id == cast.other_project)).one()
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access), pytest.raises(NotFound):
        members.remove_member(session, access, others)


# --- invitations ---------------------------------------------------------------------------------


def test_an_invitation_works_once(cast: Cast) -> None:
    _, secret = invited(cast)
    accept(cast, secret)
    assert roles_of(cast, "otto") == (Role.CODER,)
    with pytest.raises(Gone, match="already used"):
        accept(cast, secret, "root")
    with cast.database.reading() as session:
        assert members.invitations(session, cast.project) == []


def test_whoever_is_in_the_project_gets_the_roles_of_an_invitation_in_addition(cast: Cast) -> None:
    _, secret = invited(cast, "bo.at.home@study.example", Role.ADJUDICATOR)
    accept(cast, secret, "bo")
    assert roles_of(cast, "bo") == (Role.CODER, Role.ADJUDICATOR)


def test_an_invitation_that_was_withdrawn_or_is_too_old_lets_nobody_in(cast: Cast, clock: Clock) -> None:
    (withdrawn, first), (_, second) = invited(cast), invited(cast, "other@study.example")
    with cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access):
        members.withdraw_invitation(session, access, withdrawn)
    with pytest.raises(Gone, match="withdrawn"):
        accept(cast, first)
    clock.forward(days=15)
    with pytest.raises(Gone, match="too old"):
        accept(cast, second)
    with pytest.raises(Gone, match="does not exist"):
        accept(cast, "made up")


def test_a_used_invitation_cannot_be_withdrawn_and_one_of_another_project_not_at_all(cast: Cast) -> None:
    used, secret = invited(cast)
    accept(cast, secret)
    with (
        cast.acting("lena", Permission.MEMBERS_MANAGE) as (session, access),
        pytest.raises(Conflict, match="already used"),
    ):
        members.withdraw_invitation(session, access, used)
    waiting, _ = invited(cast, "other@study.example")
    with cast.database.transaction() as session:
        other = cast.access(session, "otto", Permission.MEMBERS_MANAGE, "project", cast.other_project)
        with pytest.raises(NotFound):
            members.withdraw_invitation(session, other, waiting)


def test_a_member_is_not_invited_again_however_the_address_is_written(cast: Cast) -> None:
    for email in ("ai@study.example", "AI@study.example"):
        with pytest.raises(Conflict, match="already in this project"):
            invited(cast, email)
