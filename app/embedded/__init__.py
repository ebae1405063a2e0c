"""PostgreSQL and Valkey from wheels, for the demo, development and the tests.

>>> with embedded_services(settings.data_folder) as services:      # or None: fresh, removed at the end
...     run(services.database_url, services.redis_url)
"""

from app.embedded.data_folder import has_data
from app.embedded.process import ManagedProcess, RunAs, ServerFailed, start_process
from app.embedded.services import EmbeddedServices, embedded_services, embedded_services_async, running_environment
from app.embedded.supervisor import Supervisor

__all__ = [
    "EmbeddedServices",
    "ManagedProcess",
    "RunAs",
    "ServerFailed",
    "Supervisor",
    "embedded_services",
    "embedded_services_async",
    "has_data",
    "running_environment",
    "start_process",
]
