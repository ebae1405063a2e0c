"""What `chunzhao check` takes for dead code."""

from pathlib import Path

from app.commands.development.dead_code import find_dead_code

MODULE = """
class Words:
    sentence: str

    def shown(self): ...

    def forgotten(self): ...


print(Words)
"""


def test_a_template_uses_what_it_names_and_a_field_may_be_read_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p title='forgotten'>{{ words.shown() }}</p>", encoding="utf-8")
    (found,) = find_dead_code([tmp_path])
    assert "words.py:7: unused method 'forgotten'" in found
