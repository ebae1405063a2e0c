"""Installs Python packages from a hashed lock: with uv where it works, else with plain pip."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

from one_at_a_time import SetupImpossible, say


def install_locked(root: Path, venv: Path, lock: str) -> None:
    """Install exactly what `lock` lists, hashes checked, into `venv`."""
    pip = [str(venv / "bin" / "python"), "-m", "pip"]
    installer = ["install", "--quiet", "--no-input", "--require-hashes", "-r", "setup/installer.lock"]
    if _runs([*pip, *installer], root):
        configured = _pip_configuration(pip)
        into_venv = ["--quiet", "--python", str(venv / "bin" / "python"), "--require-hashes", "-r", lock]
        command = [str(venv / "bin" / "uv"), "pip", "install", *into_venv, *_index_arguments(configured)]
        if _runs(command, root, environment=_uv_environment(configured)):
            return
        say("uv could not install the lock; trying plain pip")
    if not _runs([*pip, "install", "--no-input", "--require-hashes", "-r", lock], root):
        raise SetupImpossible(f"{lock} could not be installed; is a Python package index reachable through pip?")


def _pip_configuration(pip: list[str]) -> dict[str, str]:
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        name, separator, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if separator and section in found:
            found[section][key] = str(ast.literal_eval(value))
    # pip lets the environment win over [install], and [install] over [global].
    return found["global"] | found["install"] | found[":env:"]


def _index_arguments(configured: dict[str, str]) -> list[str]:
    arguments = ["--no-config", "--index-strategy", "unsafe-best-match"]
    if "index-url" in configured:
        arguments += ["--default-index", configured["index-url"]]
    for option, key in (
        ("--index", "extra-index-url"),
        ("--find-links", "find-links"),
        ("--allow-insecure-host", "trusted-host"),
    ):
        for value in configured.get(key, "").split():
            arguments += [option, value]
    if configured.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        arguments.append("--no-index")
    return arguments


def _uv_environment(configured: dict[str, str]) -> dict[str, str]:
    environment = {"UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_TIMEOUT": "180"}
    if "cert" in configured:
        environment["SSL_CERT_FILE"] = configured["cert"]
    if "proxy" in configured:
        environment |= {"HTTPS_PROXY": configured["proxy"], "HTTP_PROXY": configured["proxy"]}
    return environment | dict(os.environ)


def _runs(command: list[str], root: Path, environment: dict[str, str] | None = None) -> bool:
    try:
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode == 0
    except OSError:
        return False
