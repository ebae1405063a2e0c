"""Errors on pages: the API's problems, as a page in the reader's language."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.enums import MediaType

from app.http.problems import exception_to_problem, log_unexpected, problem_of, retry_headers
from app.http.reader import reader_theme, reader_translator
from app.layout.page import safe_next
from app.layout.writing import Writing
from app.permissions import may_at_all


def exception_to_page(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error: a problem document below /api, a page elsewhere; a visitor is asked to sign in."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "text/html"):
        return exception_to_problem(request, error)
    translate = reader_translator(request)
    problem = problem_of(error, translate)
    log_unexpected(request, problem, error)
    if problem.status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Response("", status_code=303, headers={"Location": f"/sign-in?next={quote(target)}"})
    clock = request.app.state.clock
    engine = request.app.template_engine
    if engine is None:
        raise RuntimeError("pages need a template engine")
    context = {
        "_": translate,
        "locale": translate.locale,
        "w": Writing(translate, clock.zone),
        "actor": request.scope.get("user"),
        "may": partial(may_at_all, request.scope.get("user")),
        "school": None,
        "seasons": [],
        "path": request.url.path,
        "here": "/",
        "problem": problem,
        "theme": reader_theme(request),
        "back": _back(request),
    }
    content = engine.get_template("problem.html").render(**context)
    headers = retry_headers(problem, error)
    return Response(content, status_code=problem.status, media_type=MediaType.HTML, headers=headers)


def _back(request: Request[Any, Any, Any]) -> str:
    """Give the page from which the reader came, if it is one of ours."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host"):
        return "/"
    return safe_next(came_from.path + (f"?{came_from.query}" if came_from.query else ""))
