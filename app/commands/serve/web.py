"""The web processes alone."""

import uvicorn

from app.commands.serve.reaching import must_reach_servers
from app.settings import Settings

_GRACE_SECONDS = 5
# Longer than proxies keep an idle connection (60 s is usual): whoever closes first must not be us, or a request that
# is on its way just then is lost.
_KEEP_ALIVE_SECONDS = 75


def serve_web(settings: Settings, workers: int) -> None:
    """Serve until told to end. Raises SetupImpossible where the database cannot be reached."""
    # The web needs no queue: pages stay up while Redis is away.
    must_reach_servers(database_url=settings.database_url)
    uvicorn.run(
        "app.asgi:create_served_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers if workers > 1 else None,
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
