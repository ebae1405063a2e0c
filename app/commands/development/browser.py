"""Makes sure that a real Chromium with Chinese fonts is there for the tests."""

import os
import shutil
import subprocess

import click

from app.exit_codes import SetupImpossible

DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    """Give the path of an installed Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


def ensure_browser() -> None:
    """Install the browser where that is possible, say what to install where it is not.

    Raises
    ------
    SetupImpossible
        When it is still missing and CI=true: there the browser tests must run.
    """
    if _is_complete():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        click.echo(f"test: installing {' and '.join(DEBIAN_PACKAGES)}", err=True)
        _apt_get_install()
    if _is_complete():
        return
    wanted = f"install a browser for the tests, for example: apt install {' '.join(DEBIAN_PACKAGES)}"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        raise SetupImpossible(wanted)
    click.echo(f"test: browser tests will be skipped; {wanted}", err=True)


def _is_complete() -> bool:
    return find_chromium() is not None and _has_chinese_font()


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def _apt_get_install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-qq", "-y", "--no-install-recommends", *DEBIAN_PACKAGES, "fontconfig"],
    ):
        subprocess.run(
            ["apt-get", *arguments],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
