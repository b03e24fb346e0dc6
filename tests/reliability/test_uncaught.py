"""What breaks where nobody catches it, and what libraries log, leaves a line without its words."""

import json
import subprocess
import sys

import pytest

SECRET = "planted words of an interview 信任"

BROKEN = {
    "a thread": "import threading\nt = threading.Thread(target=fail); t.start(); t.join()",
    "the program": "fail()",
    "a task": "import asyncio\nasync def main():\n    asyncio.ensure_future(wrong())\n    await asyncio.sleep(0)\n"
    "async def wrong():\n    fail()\nasyncio.run(main())\nimport gc; gc.collect()",
    "a library": "import logging\ntry:\n    fail()\nexcept ValueError:\n    logging.getLogger('lib').exception('no good: %s', SECRET)",
    "a database": "import sqlalchemy as sa\nfrom intercoder.db import Database\ndb = Database('sqlite:///' + sys.argv[2])\n"
    "with db.transaction() as s:\n    s.execute(sa.text('SELECT :a FROM nothing'), {'a': SECRET})",
    "what caused it": "try:\n    fail()\nexcept ValueError as error:\n    raise RuntimeError('because of ' + SECRET) from error",
}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_no_words_of_what_broke_are_printed(script: str, tmp_path: object) -> None:
    beginning = (
        "import sys\nfrom intercoder.logs import configure_logs\nconfigure_logs('debug')\nSECRET = sys.argv[1]\n"
        "def fail():\n    raise ValueError(SECRET)\n"
    )
    command = [sys.executable, "-c", beginning + script, SECRET, f"{tmp_path}/x.sqlite3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "planted" not in done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    failures = [failure for line in lines for failure in line.get("exception", [])]
    assert {failure["type"] for failure in failures} & {
        "builtins.ValueError",
        "builtins.RuntimeError",
        "sqlalchemy.exc.OperationalError",
    }
    assert all(failure["at"] for failure in failures if failure["type"].startswith("builtins.ValueError"))
