"""A real web server of somebody else's, which keeps what it is sent, and answers as the test tells it to."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec


class Post(msgspec.Struct):
    """What was sent, and what it was answered with."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int


class Answer(msgspec.Struct):
    """How the server answers once; without a status it hangs up."""

    status: int | None = 200
    body: bytes = b'{"errcode": 0}'
    seconds: float = 0.0
    headers: dict[str, str] = {}


class WebSink:
    """Takes posts; the next answers come from `answers`, and when there are none, it is `usual`."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: deque[Answer] = deque()
        self.usual = Answer()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def taken(self) -> list[Post]:
        """What was answered with 200."""
        return [post for post in self.posts if post.status == 200]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                with sink._lock:
                    answer = sink.answers.popleft() if sink.answers else sink.usual
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    sink.posts.append(Post(self.path, headers, body, answer.status or 0))
                time.sleep(answer.seconds)
                if answer.status is None:
                    self.connection.close()
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (OSError, ValueError):
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler

    @contextmanager
    def running(self) -> Iterator["WebSink"]:
        """Listen during the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()
