"""OpenAPI 3.1, made from the endpoints themselves: what is registered is what is documented."""

import re
from importlib.metadata import version
from typing import Any

from flask import Flask, current_app
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from intercoder.policy import Permission
from intercoder.web.api.endpoint import Described, endpoint
from intercoder.web.api.schemas import Out

_REF = "#/components/schemas/{model}"
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The version that the change starts from, as it was last read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}


class ProblemDocument(Out):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str


def document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    routes = [
        (rule, described)
        for rule in app.url_map.iter_rules()
        if (described := getattr(app.view_functions[rule.endpoint], "described", None)) is not None
    ]
    models: set[type[BaseModel]] = {ProblemDocument}
    for _, described in routes:
        models |= {m for m in (described.body, described.query) if m is not None}
    _, definitions = models_json_schema(
        [(m, "validation") for m in sorted(models, key=lambda m: m.__name__)], ref_template=_REF
    )
    schemas: dict[str, Any] = dict(definitions.get("$defs", {}))
    paths: dict[str, dict[str, Any]] = {}
    for rule, described in sorted(routes, key=lambda pair: pair[0].rule):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        method = next(m for m in rule.methods or () if m not in {"HEAD", "OPTIONS"}).lower()
        paths.setdefault(path, {})[method] = _operation(rule.endpoint, rule.arguments, described, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Intercoder", "version": version("intercoder")},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"cookie": [], "csrf": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
    }


def _operation(name: str, arguments: set[str], described: Described, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name.removeprefix("api."),
        "summary": described.summary,
        "tags": [described.tag],
        "x-permission": described.permission.value,
        "parameters": [
            {"name": a, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            for a in sorted(arguments)
        ],
    }
    if described.permission is Permission.PUBLIC:
        operation["security"] = []
    if described.query is not None:
        fields = schemas[described.query.__name__]
        operation["parameters"] += [
            {"name": field, "in": "query", "required": field in fields.get("required", ()), "schema": schema}
            for field, schema in fields["properties"].items()
        ]
    if described.precondition is not None:
        operation["parameters"].append(_IF_MATCH | {"required": described.precondition == "required"})
    if described.body is not None:
        operation["requestBody"] = _request(described.body, described.form, schemas)
    success = _success(described, schemas)
    statuses = (described.status, described.also) if described.returns is not None else (204,)
    operation["responses"] = {
        **{str(status): success for status in statuses if status is not None},
        "default": {
            "description": "Refused, with a sentence",
            "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemDocument")}}},
        },
    }
    return operation


def _request(body: type[BaseModel], form: bool, schemas: dict[str, Any]) -> dict[str, Any]:
    if not form:
        needed = bool(schemas[body.__name__].get("required"))
        return {
            "required": needed,
            "content": {"application/json": {"schema": {"$ref": _REF.format(model=body.__name__)}}},
        }
    fields = schemas[body.__name__]
    whole = fields | {
        "properties": {"file": {"type": "string", "format": "binary"}, **fields["properties"]},
        "required": ["file", *fields.get("required", ())],
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": whole}}}


def _success(described: Described, schemas: dict[str, Any]) -> dict[str, Any]:
    if described.returns is None:
        return {"description": "Done"}
    schema = TypeAdapter(described.returns).json_schema(mode="serialization", ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    name = getattr(described.returns, "__name__", None)
    if isinstance(described.returns, type) and issubclass(described.returns, BaseModel) and name:
        schemas[name] = schema
        schema = {"$ref": _REF.format(model=name)}
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


@endpoint("GET", "/openapi.json", Permission.PUBLIC, tag="about", returns=dict[str, Any])
def openapi() -> dict[str, Any]:
    """This description of the API."""
    return document(current_app)
