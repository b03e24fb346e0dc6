"""Leaks that are planted in a copy of the program, one at a time, to see that the test of blindness finds each.

All of them are patched into one copy, each behind its name in ``PLANTED``: so the copy is imported once. Run in the
copy, this file writes for each leak what the test said, as JSON.
"""

import builtins
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from outbound.run import also
from web.parts import Part

if TYPE_CHECKING:
    from intercoder.prepared import Transaction
    from web.two_worlds import Worlds
    from web.what_bo_does import Other

CODER, EVERYTHING_AT_ONCE = "coder", "coder lead adjudicator observer"
_COUNT = 'work.scalar(sa.text("SELECT count(*) FROM coding_change"))'
_ANSWER = '        work = g.get("db")\n'
_ON_ANSWER = '        if "{name}" in PLANTED and work is not None:\n            {act}\n'


@dataclass(frozen=True)
class Leak:
    """A change of one file: what stands there exactly once, what stands there instead, and to whom it leaks."""

    file: str
    old: str
    new: str
    roles: str = CODER
    #: the part of the test that sees it, which is asked before the whole test
    part: Part = Part.READS
    #: the endpoints where that part sees it, which are asked before the rest of the part
    at: tuple[str, ...] = ()
    #: what differs between the worlds: what Bo did, or what ``other_worlds`` makes under this name
    differs: str = ""


def _after(
    file: str, old: str, more: str, part: Part = Part.READS, at: tuple[str, ...] = (), differs: str = ""
) -> Leak:
    return Leak(file, old, old + more, part=part, at=at, differs=differs)


def _on_answer(name: str, act: str) -> Leak:
    return _after("web/session.py", _ANSWER, _ON_ANSWER.format(name=name, act=act))


LEAKS: Mapping[str, Leak] = {
    "count": Leak(
        "services/own_documents.py",
        "    return {assignment: count for assignment, count in rows}\n",
        '    if "count" in PLANTED:\n'
        "        everybodys = session.scalar(sa.select(sa.func.count()).select_from(Coding)) or 0\n"
        "        return dict.fromkeys(assignment_ids, everybodys)\n"
        "    return {assignment: count for assignment, count in rows}\n",
        at=("coder.code",),
    ),
    "counter in a new id": Leak(
        "events/chain.py",
        '        "id": uuid4(),\n',
        '        "id": uuid4() if "counter in a new id" not in PLANTED else UUID(int=uuid4().int & ~0xFFFF '
        "| len(RAW(transaction, 'SELECT 1 FROM event'))),\n",
        part=Part.DAY,
        at=("api.create_memo", "api.put_own_code", "api.list_events"),
    ),
    "ETag": _on_answer("ETag", f'response.headers["ETag"] = str({_COUNT})'),
    "Last-Modified": _on_answer(
        "Last-Modified",
        'response.headers["Last-Modified"] = str(work.scalar(sa.text("SELECT max(changed_at) FROM coding")))',
    ),
    "Set-Cookie": _on_answer("Set-Cookie", f'response.set_cookie("news", str({_COUNT}))'),
    "only by cookie": _on_answer(
        "only by cookie", f'session_secret() and response.headers.add("X-Codings", str({_COUNT}))'
    ),
    "event": Leak(
        "web/live.py",
        "        if hint.public or hint.round is None or self.person == hint.actor or self.person in hint.people:\n",
        '        if "event" in PLANTED or hint.public or hint.round is None or self.person == hint.actor or self.person in hint.people:\n',
    ),
    "duplicate id": _after(
        "services/coding.py",
        "    stored = admitted.stored(key)\n",
        "    query = 'SELECT 1 FROM coding WHERE key = ?'\n"
        '    if "duplicate id" in PLANTED and not stored and RAW(transaction, query, key.hex):\n'
        '        raise Conflict("same_key", "This key was already used for another coding.")\n',
        part=Part.FRESH_WRITES,
        at=("api.put_coding",),
    ),
    "refusal by another's use of a code": _after(
        "services/coding.py",
        "    code = _usable_code(transaction, admitted, write.code)\n",
        "    query = (\n"
        "        'SELECT 1 FROM coding JOIN assignment ON assignment.id = assignment_id '\n"
        "        'WHERE round_id = ? AND code_id = ? AND coding.coder_id <> ?'\n"
        "    )\n"
        "    asked = (place.round_id.hex, code.hex, coder.id.hex)\n"
        '    if "refusal by another\'s use of a code" in PLANTED and RAW(transaction, query, *asked):\n'
        '        raise InvalidInput("in_use", "Somebody uses this code.")\n',
        part=Part.FRESH_WRITES,
        at=("api.put_coding",),
    ),
    "log row": _after(
        "services/log.py", "            Event.public,\n", '            sa.literal("log row" in PLANTED),\n'
    ),
    "others in one's own log row": _after(
        "services/coding.py",
        "    count = own_counts(session, [assignment.id]).get(assignment.id, 0)\n",
        '    if "others in one\'s own log row" in PLANTED:\n'
        "        done = Assignment.state == AssignmentState.SUBMITTED\n"
        "        count = len(session.scalars(sa.select(Assignment.id).where(done)).all())\n",
        part=Part.DAY,
        at=("api.list_events",),
    ),
    "search": Leak(
        "services/document_list.py",
        "        return sa.or_(*named, Document.source_type.in_(self.types))\n",
        '        if "search" in PLANTED:\n'
        "            from intercoder.models import Assignment, Coding\n\n"
        "            coded = sa.select(Assignment.document_id).join(Coding).where(Coding.memo.contains(self.word))\n"
        "            named.append(Document.id.in_(coded))\n"
        "        return sa.or_(*named, Document.source_type.in_(self.types))\n",
        EVERYTHING_AT_ONCE,
        part=Part.QUERIES,
        at=("project.materials",),
    ),
    "export": _after(
        "services/layers.py",
        "    own = Assignment.coder_id == access.actor.id\n",
        '    own = sa.or_(own, sa.literal("export" in PLANTED))\n',
        at=("api.list_round_codings",),
    ),
    "presence": Leak(
        "web/api/members.py",
        "    return MemberOut.of(member, name=member.user.name)\n",
        '    if "presence" in PLANTED:\n'
        "        from intercoder.services import accounts\n\n"
        "        here = len(accounts.sessions_of(db(), member.user_id))\n"
        '        return MemberOut.of(member, name=f"{member.user.name} {here}")\n'
        "    return MemberOut.of(member, name=member.user.name)\n",
        at=("api.list_members",),
    ),
    "sort order": Leak(
        "services/layers.py",
        "    if not added:\n        return pinned\n",
        '    if "sort order" in PLANTED:\n'
        "        uses = dict(session.execute(sa.select(Coding.code_id, sa.func.count()).group_by(Coding.code_id)).all())\n"
        "        return sorted(pinned, key=lambda code: -uses.get(code.id, 0))\n"
        "    if not added:\n        return pinned\n",
    ),
    "colour by first use": Leak(
        "services/own_codes.py",
        "        colour=given.colour,\n",
        '        colour=len(session.scalars(select(Code.id)).all()) % 8 if "colour by first use" in PLANTED else given.colour,\n',
        part=Part.FRESH_WRITES,
        at=("api.put_own_code",),
    ),
    "unlisted query": Leak(
        "web/api/rounds.py",
        '    """One round."""\n    return round_out(access, access.round)\n',
        '    """One round."""\n'
        '    if "unlisted query" in PLANTED:\n'
        "        from flask import request\n\n"
        "        from intercoder.services.layers import Coding, sa\n\n"
        '        if request.args.get("everybody"):\n'
        "            count = db().scalar(sa.select(sa.func.count()).select_from(Coding))\n"
        "            return RoundOut.of(access.round, purpose=None, number=count)\n"
        "    return round_out(access, access.round)\n",
        part=Part.NAMES,
        at=("api.get_round",),
    ),
    "answers at the door": Leak(
        "services/access.py",
        "        bool(tested),\n",
        '        bool(tested) and "answers at the door" not in PLANTED,\n',
        differs="answers",
    ),
    "answers in counts": Leak(
        "services/counting.py",
        "            Assignment.round_id.not_in(answers_hidden(access.project.id, access.actor.id)),\n",
        '            sa.literal("answers in counts" in PLANTED)\n'
        "            | Assignment.round_id.not_in(answers_hidden(access.project.id, access.actor.id)),\n",
        differs="answers",
    ),
    "what a round is for": _after(
        "services/rounds.py",
        "    manages = decide(Permission.ROUND_MANAGE, access.roles).allowed\n",
        '    if "what a round is for" in PLANTED:\n        return round_.purpose\n',
        differs="purposes",
    ),
    "where repeats lie": Leak(
        "services/own_documents.py",
        "_evenly([own for _, own in of.values()]))",
        "_evenly([own for _, own in of.values()])\n"
        '        if "where repeats lie" not in PLANTED or any(r.purpose.value == "drift" for r, _ in of.values())\n'
        "        else [one for _, own in of.values() for one in own])",
        differs="purposes",
    ),
    "repeats in the log": Leak(
        "services/log.py",
        "            Event.round_id.is_(None),\n",
        "            Event.round_id.is_(None),\n"
        '            sa.literal("repeats in the log" in PLANTED) & (Event.action == "round.repeats"),\n',
        differs="purposes",
    ),
}
#: names that a patched file needs besides its own
_IMPORTS = {"services/own_codes.py": ("from sqlalchemy.orm import Session\n", "from sqlalchemy import select\n")}


def plant(root: Path) -> None:
    """Make a copy of the program below ``root`` with every leak in it; ValueError when a patch fits no more."""
    from intercoder import paths

    package = root / "server" / "intercoder"
    shutil.copytree(paths.PACKAGE, package)  # with what was compiled: what is patched below is compiled anew
    for name in ("static", "migrations"):
        (root / name).symlink_to(paths.asset_dir(name))
    for name, leak in LEAKS.items():
        file = package / leak.file
        original = (paths.PACKAGE / leak.file).read_text("utf-8")
        planted = file.read_text("utf-8")
        if original.count(leak.old) != 1 or planted.count(leak.old) != 1:
            raise ValueError(f"the leak “{name}” can be planted no more: look at {leak.file}")
        file.write_text(planted.replace(leak.old, leak.new), "utf-8")
    for name, (before, more) in _IMPORTS.items():
        text = (package / name).read_text("utf-8")
        (package / name).write_text(text.replace(before, more + before, 1), "utf-8")


def what_the_test_says(root: Path) -> Mapping[str, str]:
    """Return for each leak, and for none ("nothing"), what the test of blindness says in the copy; empty: it saw nothing."""
    tests = Path(__file__).resolve().parents[1]
    done = subprocess.run(
        [sys.executable, __file__, str(root / "said.json")],
        env={**os.environ, "PYTHONPATH": also(root / "server", tests)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    said: dict[str, str] = json.loads((root / "said.json").read_text("utf-8"))
    return said


def _said(pair: Callable[[], tuple["Worlds", "Other"]], leak: Leak) -> str:
    from web.two_worlds import Told
    from web.what_ai_sees import Ai

    try:
        ai = Ai(*pair())
        try:
            if leak.at:
                ai.look(leak.part, only=leak.at)
                ai.begin_again()
            ai.look(leak.part)
            ai.begin_again()
            ai.look_everywhere()
        finally:
            ai.leave()
    except Told as told:
        return str(told)
    return ""


def raw(transaction: "Transaction", query: str, *values: str) -> list[object]:
    """Return all rows of a query, for leaks in short writes."""
    transaction.cursor.execute(query, values)
    return list(transaction.cursor.fetchall())


def main() -> None:
    """Write what the test says of each leak."""
    import compiled
    from templates import Files, Templates, quick_folder
    from web.other_worlds import answers, purposes
    from web.two_worlds import blind_app, make_worlds, still_clock
    from web.what_bo_does import EVERYTHING, KEYS, bo_acts

    compiled.begin()
    planted: set[str] = set()
    builtins.PLANTED, builtins.RAW = planted, raw  # type: ignore[attr-defined]
    said: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=quick_folder()) as name, still_clock():
        folder = Path(name)
        app, templates = blind_app(folder), Templates(Files(), f"{folder}/")
        worlds = {
            roles: make_worlds(templates, app, [], roles=roles, policy="open", ai_key=KEYS[3])
            for roles in (CODER, EVERYTHING_AT_ONCE)
        }
        others = {
            "answers": answers(templates, app, [], CODER),
            "purposes": purposes(templates, app, [], CODER),
        }

        def pair(leak: Leak) -> "tuple[Worlds, Other]":
            if leak.differs:
                return others[leak.differs]
            return worlds[leak.roles], bo_acts(worlds[leak.roles], EVERYTHING)

        unknown = {endpoint for leak in LEAKS.values() for endpoint in leak.at} - app.view_functions.keys()
        assert not unknown, f"there are no endpoints {unknown}"
        for name_of, leak in LEAKS.items():
            planted.clear()
            planted.add(name_of)
            said[name_of] = _said(partial(pair, leak), leak)
    Path(sys.argv[1]).write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main()
