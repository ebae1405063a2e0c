"""Commands that need data say that a folder has none, and leave nothing in it."""

from pathlib import Path

import pytest

from tests.commands.running import chunzhao


@pytest.mark.parametrize(
    "command",
    [
        ("migrate",),
        ("export", "spring"),
        ("season", "list"),
        ("import", "rooms", "FILE"),
        ("solve", "--replay", "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_mistyped_data_folder_is_named_and_not_made(command: tuple[str, ...], tmp_path: Path) -> None:
    sent = tmp_path / "rooms.csv"
    sent.write_text("code\nA-1\n", encoding="utf-8")
    folder = tmp_path / "mistyped"
    arguments = [str(sent) if word == "FILE" else word for word in command]
    ended = chunzhao(*arguments, variables={"DATA_DIR": str(folder)})
    assert (ended.returncode, f"there is no data in {folder}" in ended.stderr) == (3, True), ended.stderr
    assert not folder.exists()
