"""The floor of pages: an application that answers as many bytes as it is asked for, and does nothing else."""

from litestar import Litestar, get
from litestar.params import FromPath


@get("/bytes/{size:int}", media_type="text/html", sync_to_thread=False)
def answer_bytes(size: FromPath[int]) -> bytes:
    """Answer so many bytes."""
    return b"x" * size


app = Litestar([answer_bytes], openapi_config=None)
