"""The description of the API: valid, complete, and kept to by what the server answers."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from cast import Cast
from intercoder.config import Quota, Quotas
from intercoder.jobs.runner import run_next
from intercoder.models import AlignmentProposal, Job, JobKind
from intercoder.policy import Permission
from intercoder.services import quotas, tokens
from intercoder.web.api import openapi
from intercoder.web.api.shapes import Out
from services.test_remapping import opened
from web.world import Ids, own_ids

pytestmark = pytest.mark.sqlite

#: what reads comes first, what takes away comes last
METHODS = ("get", "put", "patch", "post", "delete")
#: who asks: the one who may; the lead for everything that is not here
WHO = {"coding:write": "ai", "coding:view": "ai", "adjudication:rule": "ada"}
#: what is asked about a compared round; everything else about the open one
COMPARED = ("agreement:", "disagreements:", "adjudication:")
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    """The description, as a visitor gets it."""
    answer = app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    document: dict[str, Any] = json.loads(answer.get_data())
    return document


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield path, method, operation


def below(kind: type[Out]) -> Iterator[type[Out]]:
    for model in kind.__subclasses__():
        yield model
        yield from below(model)


def test_no_two_answers_are_described_under_one_name(described: dict[str, Any]) -> None:
    names = Counter(model.__name__ for model in below(Out) if "[" not in model.__name__)
    assert names.keys() >= set(described["components"]["schemas"]) & {"CodingOut", "PassageOut", "StretchOut"}
    assert [name for name, times in names.items() if times > 1] == []


def test_it_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(described).validate()


def test_every_reference_leads_somewhere_and_nothing_is_left_over(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert len(used) == len(set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text)))
    known = described["components"]["schemas"].keys()
    assert used <= known
    queries = {name for name in known if name.endswith("Query")}  # written out as parameters
    assert known - used <= queries | {"CodeFileIn", "FileIn", "UploadsIn"}


def test_a_field_may_be_called_as_the_schema_calls_its_fields() -> None:
    items, kind = ({"$ref": "#/components/schemas/Level"} for _ in range(2))
    fields = {"properties": {"title": "Properties", "type": "array", "items": items}, "kind": kind}
    thing = {"type": "object", "properties": fields}
    schemas: dict[str, Any] = {"Thing": thing, "Level": {"enum": ["label"], "type": "string"}}
    made = openapi._published(schemas, {})
    assert made["Thing"]["properties"]["properties"]["items"] == {"enum": ["label"], "type": "string"}
    assert made["Thing"]["properties"]["kind"]["title"] == "Kind"


def test_it_has_every_route_of_the_api_and_no_other(app: Flask, described: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, method, _ in operations(described)}
    assert len(routes) > 60


def test_every_operation_says_what_it_does_who_may_and_what_comes_back(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(names) == len(set(names))
    permissions = {p.value for p in Permission}
    for path, method, operation in operations(described):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert operation["x-permission"] in permissions, where
        assert (operation.get("security") == []) == (operation["x-permission"] == "public"), where
        assert set(operation["responses"]) > {"default"}, where
        assert all(200 <= int(s) < 300 for s in operation["responses"].keys() - {"default"}), where
        problem = operation["responses"]["default"]["content"]
        assert list(problem) == ["application/problem+json"], where
        in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path)), where
        assert ("requestBody" in operation) <= (method in {"put", "post", "patch"}), where


def test_it_says_where_a_version_must_be_named(described: dict[str, Any]) -> None:
    named = {
        operation["operationId"]: parameter["required"]
        for _, _, operation in operations(described)
        for parameter in operation["parameters"]
        if parameter["name"] == "If-Match"
    }
    assert named == {
        "create_blind_ruling": True,
        "change_code": False,
        "change_memo": False,
        "change_coding": True,
        "delete_coding": True,
        "change_own_code": True,
        "merge_own_code": True,
        "remove_own_code": True,
        "create_ruling": True,
        "move_norming_room": True,
        "put_norming_minutes": True,
        "undo_ruling": True,
        "change_disagreement": True,
        "change_element": False,
        "change_quotation": False,
        "change_relation": False,
        "change_property": False,
        "change_negative_case": False,
    }


def test_a_file_is_a_part_of_the_form(described: dict[str, Any]) -> None:
    body = described["paths"]["/api/v1/projects/{project}/files"]["post"]["requestBody"]["content"]
    assert body["multipart/form-data"]["schema"]["required"] == ["file"]
    several = described["paths"]["/api/v1/projects/{project}/uploads"]["post"]["requestBody"]["content"]
    file = several["multipart/form-data"]["schema"]["properties"]["file"]
    assert (file["type"], file["items"]["format"]) == ("array", "binary")


class World:
    """Existing things of every kind, and a token of each person who asks."""

    def __init__(self, cast: Cast) -> None:
        closed = cast.compared_round()
        self.open = cast.round()
        self.key = cast.code("ai", self.open, "访谈一", "l1", "把旧机器都接上了网")
        self.ids: Ids = own_ids(cast, closed, self.open)
        self.closed = closed
        self.draft = cast.round(opened=False)
        self.coded_openly, labels = opened(cast)
        self.labels = [str(label) for label in labels.values()]
        with cast.database.reading() as session:
            wanted = sa.select(Job.id).where(Job.kind == JobKind.ALIGN)
            job = session.scalars(wanted).one()
        run_next(cast.database, job)
        with cast.database.reading() as session:
            wanted = sa.select(AlignmentProposal.id).where(AlignmentProposal.round_id == self.coded_openly)
            self.ids.values["proposal"] = session.scalars(wanted.limit(1)).one()
        self.cast = cast
        self.tokens: dict[str, str] = {}
        with cast.database.transaction() as session:
            for who in ("lena", "ai", "ada"):
                self.tokens[who] = tokens.create_token(
                    session, cast.people[who].id, tokens.NewToken(name="schema tests")
                )[1]

    def path(self, permission: str, names: list[str]) -> dict[str, Any]:
        values = {name: str(self.ids.values[name]) for name in names}
        if "key" in values:
            values["key"] = str(self.key)
        if "round" in values and permission.startswith(COMPARED):
            values["round"] = str(self.closed)
        if "round" in values and permission.startswith("alignment:"):
            values["round"] = str(self.coded_openly)
        return values

    @staticmethod
    def of(value: Any) -> Any:
        """Return a value as a body has it."""
        return value if isinstance(value, bool) else str(value)

    def known(self, body: Any) -> Any:
        """Return a generated body whose identifiers are those of existing things, and whose spans lie in the text."""
        here = {
            "code": self.cast.codes["l1"],
            "version_id": self.cast.version,
            "document_id": self.cast.documents["访谈一"],
            "coder_id": self.cast.people["ai"].id,
            "parent_id": self.cast.codes["c1"],
            "codebook": self.cast.version,
            "leaving": True,
        }
        if isinstance(body, dict):
            if isinstance(body.get("into"), str) and "codes" in body:
                return {"codes": [str(self.cast.codes["c4"])], "into": str(self.cast.codes["c3"])}
            if "alpha" in body:
                return {"alpha": 0.7, "codes": [str(self.cast.codes["l1"])]}
            if "identical" in body or "certain" in body:
                return {"identical": True, "certain": 0.3}
            if "placements" in body:
                return {"placements": [{"labels": self.labels[:1], "at": {"name": "归为一个"}}]}
            here_too = {
                "start": 3,
                "end": 9,
                "assignments": [str(self.ids.values["assignment"])],
                "documents": [str(self.cast.documents["访谈一"])],
                "coders": [str(self.cast.people["ai"].id)],
                "design": {"each": 1},
            }
            body = body | {k: v for k, v in here_too.items() if k in body}
            return {k: self.of(here[k]) if k in here and v is not None else self.known(v) for k, v in body.items()}
        return [self.known(v) for v in body] if isinstance(body, list) else body


def asked(operation: Any, mode: GenerationMode, world: World) -> bool:
    """Send an operation some generated requests, check every answer, and return whether one succeeded."""
    described = operation.definition.raw
    permission = described["x-permission"]
    fixed = world.path(permission, [p["name"] for p in described["parameters"] if p["in"] == "path"])
    if operation.path.startswith("/api/v1/rounds/{round}/gate"):
        fixed["round"] = str(world.draft)
    # What speaks WSGI here says that it takes gzip, and cannot read it.
    headers = {"Authorization": f"Bearer {world.tokens[WHO.get(permission, 'lena')]}", "Accept-Encoding": "identity"}
    statuses: list[int] = []

    @seed(20_260_401)
    @settings(
        max_examples=3 if mode is GenerationMode.POSITIVE else 2,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=fixed))
    def ask(case: schemathesis.Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            case.body = world.known(case.body)
        answer = case.call(headers=headers)
        statuses.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return any(status < 300 for status in statuses)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as described", "otherwise"])
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_answers_are_as_described_and_nothing_breaks(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, mode: GenerationMode
) -> None:
    app.testing = False  # a failure inside becomes a 500, as in life
    # Nobody makes the files that are asked for here: of each export one waits.
    cast.database.hooks["quotas"] = replace(Quotas(), exports=Quota(99, 99))
    monkeypatch.setattr(quotas, "OWN_AT_A_TIME", 99)
    world = World(cast)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) > 60
    # What ends an alignment comes after what is asked of one that goes on.
    ends = "/api/v1/rounds/{round}/alignment"
    operations.sort(key=lambda operation: (METHODS.index(operation.method), operation.path == ends))
    succeeded = {operation.label for operation in operations if asked(operation, mode, world)}
    if mode is GenerationMode.POSITIVE:
        # The others need a version or a state of things that chance does not meet: the story goes there.
        failed = {operation.label for operation in operations} - succeeded
        assert len(failed) < len(operations) * 0.3, sorted(failed)
