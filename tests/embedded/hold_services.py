"""Starts both servers, prints where they are as one JSON line and holds them until it is ended.

usage: hold_services.py [DATA_DIR]
"""

import json
import sys
import time
from pathlib import Path

from app.embedded import embedded_services

if __name__ == "__main__":
    data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        with embedded_services(data_dir, for_tests=True) as services:
            started = {
                "database_url": services.database_url,
                "redis_url": services.redis_url,
                "data_folder": str(services.data_folder),
                "pids": [services.postgres.pid, services.valkey.pid],
            }
            print(json.dumps(started), flush=True)  # noqa: T201 - read by the test
            time.sleep(600)
    except KeyboardInterrupt:
        sys.exit(130)
