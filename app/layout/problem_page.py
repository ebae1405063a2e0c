"""Errors on pages: the API's problems, as a page in the reader's language."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.enums import MediaType

from app.http.form_keys import account_mark
from app.http.problems import exception_to_problem, log_unexpected, problem_of, retry_headers
from app.http.reader import reader_theme, reader_translator
from app.http.typed_forms import typed_form
from app.layout.page import safe_next
from app.layout.whereabouts import came_from
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
    is_form = request.method == "POST"
    back = safe_next(came_from(request))
    context = {
        "_": translate,
        "locale": translate.locale,
        "w": Writing(translate, clock.zone),
        "actor": request.scope.get("user"),
        "may": partial(may_at_all, request.scope.get("user")),
        "school": None,
        "seasons": [],
        "path": request.url.path,
        "here": back if is_form else "/",
        "problem": problem,
        "theme": reader_theme(request),
        "back": back,
        "account_mark": account_mark(request.scope.get("user")),
        "form_status": problem.status if is_form else None,
        "sent_before": False,
        "typed": typed_form(request) if problem.status == HTTPStatus.UNAUTHORIZED and is_form else None,
        "sent_to": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    }
    content = engine.get_template("problem.html").render(**context)
    headers = retry_headers(problem, error)
    return Response(content, status_code=problem.status, media_type=MediaType.HTML, headers=headers)
