"""Completes the OpenAPI document with what all operations share: problems, the session cookie, the Idempotency-Key."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from litestar.openapi.spec import (
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Parameter,
    PathItem,
    Reference,
    Schema,
    SecurityScheme,
)
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from app.http.idempotency import IDEMPOTENCY_HEADER
from app.http.sessions import SESSION_COOKIE

_TEXT = Schema(type=OpenAPIType.STRING)
_FIELD_ERROR = Schema(
    type=OpenAPIType.OBJECT,
    required=["path", "code", "detail"],
    properties={
        "path": Schema(type=OpenAPIType.STRING, description="As in `activities[0].duration_minutes`."),
        "code": _TEXT,
        "detail": Schema(type=OpenAPIType.STRING, description="A sentence in the reader's language."),
    },
)
_PROBLEM = Schema(
    type=OpenAPIType.OBJECT,
    title="Problem",
    description="RFC 9457. Some problems add members: a taken resource its `conflicts` and `alternatives`, a "
    "stale draft its difference.",
    required=["type", "title", "status"],
    properties={
        "type": Schema(type=OpenAPIType.STRING, description="Stable, as in `/problems/place-taken`."),
        "title": Schema(type=OpenAPIType.STRING, description="A sentence in the reader's language."),
        "status": Schema(type=OpenAPIType.INTEGER),
        "detail": _TEXT,
        "errors": Schema(type=OpenAPIType.ARRAY, items=_FIELD_ERROR),
    },
)
_ANY_PROBLEM = OpenAPIResponse(
    description="What is wrong, in the reader's language",
    content={"application/problem+json": OpenAPIMediaType(schema=Reference(ref="#/components/schemas/Problem"))},
)
_KEY = Parameter(
    name=IDEMPOTENCY_HEADER,
    param_in="header",
    required=False,
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=200, pattern="^[!-~]+$"),
    description="Of signed-in people: sent again with the same key, it is carried out once and answered alike.",
)
_COOKIE = SecurityScheme(
    type="apiKey", name=SESSION_COOKIE, security_scheme_in="cookie", description="Set by `POST /api/session`."
)


class ExactSchemas(OpenAPISchemaPlugin):
    """Describes types that the framework describes wrongly: times of day (as durations), tuples (as choices)."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether a type is one of these."""
        return field_definition.annotation is time or field_definition.origin is tuple

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        """Give the schema of such a type."""
        if field_definition.annotation is time:
            return Schema(type=OpenAPIType.STRING, pattern="^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$", examples=["09:30:00"])
        inner = [kind for kind in field_definition.inner_types if kind.annotation is not Ellipsis]
        length = None if Ellipsis in field_definition.args else len(inner)
        # All tuples here hold values of one kind.
        items = schema_creator.for_field_definition(inner[0])
        return Schema(type=OpenAPIType.ARRAY, items=items, min_items=length, max_items=length)


def describe(document: OpenAPI, file_types: Mapping[Any, str]) -> None:
    """Complete the document that the framework generated; `file_types` are content types by the ending of a path."""
    components = document.components
    components.schemas["Problem"] = _PROBLEM
    components.security_schemes = {"session": _COOKIE}
    document.security = [{}, {"session": []}]
    for path, item in (document.paths or {}).items():
        for method, operation in _operations(item):
            _describe_operation(method, operation, file_types.get(path.rpartition(".")[2]))


def _operations(item: PathItem) -> list[tuple[str, Operation]]:
    methods = ("get", "post", "put", "patch", "delete")
    return [(method, operation) for method in methods if isinstance(operation := getattr(item, method), Operation)]


def _describe_operation(method: str, operation: Operation, file_type: str | None) -> None:
    responses = operation.responses = operation.responses or {}
    responses.pop("400", None)  # the framework's own error, which is never sent
    responses["default"] = _ANY_PROBLEM
    if file_type is not None and isinstance(success := responses.get("200"), OpenAPIResponse):
        success.content = {file_type: OpenAPIMediaType(schema=Schema())}
    if method == "post":
        operation.parameters = [*(operation.parameters or []), _KEY]
