"""Templates of all features share one space of names and one engine."""

from collections import Counter

from app.pages.templating import TEMPLATE_FOLDERS, template_engine


def test_no_two_features_have_a_template_of_one_name() -> None:
    names = Counter(path.name for folder in TEMPLATE_FOLDERS for path in folder.glob("*.html"))
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 40


def test_a_page_does_not_carry_the_indentation_of_its_template() -> None:
    template = template_engine().engine.from_string(
        "<ul>\n    <li>\n        one\n        {% if true %}\n            two\n        {% endif %}\n    </li>\n</ul>"
    )
    assert template.render() == "<ul>\n <li>\n one\n two\n </li>\n</ul>"
