"""OpenAPI 3.1, made from the endpoints themselves: what is registered is what is documented."""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

from flask import Flask, current_app
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from intercoder.policy import Permission
from intercoder.web.api.endpoint import Described, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.api.wholes import Form

#: a JSON schema, or a part of the document
Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
#: commands that the API has published under another name
_PUBLISHED: Mapping[str, str] = {
    "CodingPatch": "CodingChange",
    "CodingWrite": "CodingIn",
    "DocumentMemo": "MemoIn",
    "FileDetails": "FileIn",
    "MemberRoles": "RolesIn",
    "NewCase": "CaseIn",
    "NewInvitation": "InvitationIn",
    "NewOwnCode": "OwnCodeIn",
    "NewProject": "ProjectIn",
    "NewRound": "RoundIn",
    "NewToken": "TokenIn",
    "SourceDetails": "UploadsIn",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The version that the change starts from, as it was last read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}


_LINK = {
    "description": "Addresses of the parts of the list before and after this one: rel=prev and rel=next (RFC 8288).",
    "schema": {"type": "string"},
}


class ProblemDocument(Out):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str


def document(app: Flask) -> Schema:
    """Return the OpenAPI document of the application."""
    routes = [
        (rule, described)
        for rule in app.url_map.iter_rules()
        if isinstance(described := getattr(app.view_functions[rule.endpoint], "described", None), Described)
    ]
    schemas = _inputs([described for _, described in routes])
    contents = {rule.endpoint: _content(described, schemas) for rule, described in routes}
    schemas = _published(schemas, contents)
    paths: dict[str, Schema] = {}
    for rule, described in sorted(routes, key=lambda pair: pair[0].rule):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        method = next(m for m in rule.methods or () if m not in {"HEAD", "OPTIONS"}).lower()
        about = _operation(rule.endpoint, rule.arguments, described, schemas)
        about["responses"] = _responses(described, contents[rule.endpoint])
        paths.setdefault(path, {})[method] = about
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


def _inputs(endpoints: list[Described]) -> dict[str, Schema]:
    """Return the schemas of everything that is sent, by name."""
    models: set[type[BaseModel]] = {ProblemDocument}
    for described in endpoints:
        models |= set(described.signature.models.values())
    _, definitions = models_json_schema(
        [(m, "validation") for m in sorted(models, key=lambda m: m.__name__)], ref_template=_REF
    )
    return dict(definitions.get("$defs", {}))


def _content(described: Described, schemas: dict[str, Schema]) -> Schema | None:
    """Return the schema of an answer's content, and add those that it refers to."""
    content = described.content
    if content is None:
        return None
    schema = TypeAdapter(content).json_schema(mode="serialization", ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    if isinstance(content, type) and issubclass(content, BaseModel):
        schemas[content.__name__] = schema
        return {"$ref": _REF.format(model=content.__name__)}
    return schema


def _published(schemas: dict[str, Schema], contents: Mapping[str, Schema | None]) -> dict[str, Schema]:
    """Return the components under the names that programs know, with the values of enums where they are used."""
    words = {
        _REF.format(model=name): {"enum": schemas.pop(name)["enum"], "type": "string"}
        for name in [name for name, schema in schemas.items() if "enum" in schema]
    }
    names = {_REF.format(model=name): _REF.format(model=known) for name, known in _PUBLISHED.items()}
    parts = [*_parts([*schemas.values(), *contents.values()])]
    for part in parts:
        # A field may be called so too: what stands below that name is no list of fields.
        for name, field in part.get("properties", {}).items() if part.get("type") == "object" else ():
            if any(choice.get("$ref") in words for choice in field.get("anyOf", [field])):
                field.setdefault("title", name.replace("_", " ").title())
    for part in parts:
        reference = part.get("$ref")
        if reference in words:
            part.update(words[part.pop("$ref")])
        elif reference in names:
            part["$ref"] = names[reference]
    return {
        known: schema | {"title": known} for name, schema in schemas.items() if (known := _PUBLISHED.get(name, name))
    }


def _name(model: type[BaseModel]) -> str:
    return _PUBLISHED.get(model.__name__, model.__name__)


def _parts(whole: object) -> Iterator[Schema]:
    """Yield every object within a document."""
    if isinstance(whole, dict):
        yield whole
        whole = [*whole.values()]
    if isinstance(whole, list):
        for part in whole:
            yield from _parts(part)


def _operation(name: str, arguments: set[str], described: Described, schemas: Mapping[str, Schema]) -> Schema:
    signature = described.signature
    operation: Schema = {
        "operationId": name.removeprefix("api."),
        "summary": described.summary,
        "tags": [described.tag],
        "x-permission": signature.permission.value,
        "parameters": [
            {"name": a, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            for a in sorted(arguments)
        ],
    }
    if signature.permission is Permission.PUBLIC:
        operation["security"] = []
    query, body, form = (signature.models.get(place) for place in ("query", "body", "form"))
    if query is not None:
        fields = schemas[_name(query)]
        operation["parameters"] += [
            {"name": field, "in": "query", "required": field in fields.get("required", ()), "schema": schema}
            for field, schema in fields["properties"].items()
        ]
    if signature.version is not None:
        operation["parameters"].append(_IF_MATCH | {"required": signature.version[1] == "required"})
    if body is not None:
        needed = bool(schemas[_name(body)].get("required"))
        content = {"application/json": {"schema": {"$ref": _REF.format(model=_name(body))}}}
        operation["requestBody"] = {"required": needed, "content": content}
    if form is not None:
        operation["requestBody"] = _form(schemas[_name(form)], several=signature.files is not None)
    return operation


def _form(fields: Schema, *, several: bool) -> Schema:
    """Return how a file is sent, or several: the parts ``file`` beside what is said of them."""
    file: Schema = {"type": "string", "format": "binary"}
    whole = fields | {
        "properties": {"file": {"type": "array", "items": file} if several else file, **fields["properties"]},
        "required": ["file", *fields.get("required", ())],
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": whole}}}


def _responses(described: Described, content: Schema | None) -> Schema:
    success: Schema = {"description": "Done"}
    if content is not None:
        success["content"] = {"application/json": {"schema": content}}
    if described.kinds:
        success["content"] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in described.kinds}
    if described.whole:
        success["content"] |= {form.value: {"schema": {"type": "string"}} for form in Form}
    if described.paged:
        success["headers"] = {"Link": _LINK}
    problem = {"schema": {"$ref": _REF.format(model="ProblemDocument")}}
    return {
        **{str(status): success for status in described.statuses},
        "default": {"description": "Refused, with a sentence", "content": {"application/problem+json": problem}},
    }


@endpoint("GET", "/openapi.json", Permission.PUBLIC, tag="about")
def openapi() -> dict[str, object]:
    """This description of the API."""
    made: dict[str, object] | None = current_app.extensions.get("openapi")
    if made is None:
        made = current_app.extensions["openapi"] = document(current_app)  # it takes as long as twenty pages
    return made
