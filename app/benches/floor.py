"""What PostgreSQL alone can do: pgbench, of the same version and on the same data."""

import re
import subprocess
import tempfile
from pathlib import Path

from app.benches.instance import Instance

# One row under the exclusion constraint and one of the outbox: no booking can be promised with less.
LEAST_PROMISE = r"""\set k :first + :client_id + :clients * :n
\set n :n + 1
BEGIN;
INSERT INTO bench_taken (resource_id, activity_id, span)
SELECT bench_id('a', :k % 40), bench_id('e', :k), tstzrange(starts_at, starts_at + interval '1 hour')
FROM (SELECT timestamptz '2000-01-01' + :k * interval '1 hour' AS starts_at) AS hour;
INSERT INTO event (type, occurred_at, subject_id, reason, payload, relayed_at)
VALUES ('bench', now(), bench_id('e', :k), '', '{}', now());
COMMIT;
"""
_RATE = re.compile(r"tps = ([\d.]+)")
_FAILED = re.compile(r"number of failed transactions: (\d+)")


def run_pgbench(
    instance: Instance, script: str, *, clients: int, first: int, seconds: int = 0, transactions: int = 0
) -> float:
    """Give the transactions of a second, of so many seconds or so many transactions of each client.

    `:k` counts from `first` on, each client has numbers of its own.

    Raises RuntimeError where a transaction failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(script)
        variables = {"first": first, "clients": clients, "n": 0}
        command = [
            str(instance.programs / "pgbench"),
            *("--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1"),
            f"--transactions={transactions}" if transactions else f"--time={seconds}",
            *(f"--define={name}={value}" for name, value in variables.items()),
            f"--file={path}",
            instance.database_url,
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    rate, failed = _RATE.search(ended.stdout), _FAILED.search(ended.stdout)
    if ended.returncode or rate is None or (failed and int(failed[1])):
        raise RuntimeError(f"pgbench: {(ended.stderr or ended.stdout).strip()[:600]}")
    return float(rate[1])
