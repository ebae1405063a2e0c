"""The API's page: Swagger UI from our own files, with no script or style in the page itself."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from app.layout.static_files import static_path

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Chunzhao 春招 API</title>
  <link rel="icon" href="{icon}" type="image/svg+xml">
  <link rel="stylesheet" href="{style}">
  <script src="{viewer}" defer></script>
  <script src="{script}" defer></script>
</head>
<body data-description="{description}"><main id="api"></main></body>
</html>
"""

_FILES = {"icon": "icon.svg", "style": "swagger-ui.css", "viewer": "swagger-ui-bundle.js", "script": "api.js"}


class ApiPage(OpenAPIRenderPlugin):
    """Swagger UI on the description that the same router serves."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Render the page; the description is fetched by it."""
        paths = {key: static_path(name) for key, name in _FILES.items()}
        return _PAGE.format(description=self.get_openapi_json_route(request), **paths).encode()
