"""The API's page: Swagger UI from our own files, with no script or style in the page itself."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Chunzhao 春招 API</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/vendor/swagger-ui.css">
  <script src="/vendor/swagger-ui-bundle.js" defer></script>
  <script src="/static/api.js" defer></script>
</head>
<body data-description="{description}"><main id="api"></main></body>
</html>
"""


class ApiPage(OpenAPIRenderPlugin):
    """Swagger UI on the description that the same router serves."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the page; the description is fetched by it."""
        return _PAGE.format(description=self.get_openapi_json_route(request)).encode()
