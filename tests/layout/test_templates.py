"""Templates of all features share one space of names."""

from collections import Counter

from app.pages.templating import TEMPLATE_FOLDERS


def test_no_two_features_have_a_template_of_one_name() -> None:
    names = Counter(path.name for folder in TEMPLATE_FOLDERS for path in folder.glob("*.html"))
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 40
