"""Posts and lists as people type and send them."""

import pytest

from app.errors import Invalid
from app.fairs.invitation_list import ListRefused, read_invitation_list, write_list_template
from app.fairs.typed import names_of_text, posts_of_text, text_of_posts
from app.requests.domain import Post
from tests.school import credit_code

MAJORS = {"软件工程": "080902", "Software engineering": "080902", "080902": "080902"}


def test_posts_are_read_as_they_are_typed() -> None:
    read = posts_of_text("测试工程师，3人，软件工程\n\nDesigner\nDeveloper, 12, Software engineering", MAJORS)
    assert read == (
        Post(title="测试工程师", headcount=3, majors=("080902",)),
        Post(title="Designer"),
        Post(title="Developer", headcount=12, majors=("080902",)),
    )
    assert posts_of_text(text_of_posts(read, {"080902": "软件工程"}, "，"), MAJORS) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("工程师，炼金术", "unknown-major"),
        ("工程师，3，4", "line"),
        ("工程师，0", "line"),
        (f"{'长' * 201}，3", "line"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        posts_of_text(f"Tester\n{text}", MAJORS)
    (error,) = refused.value.fields
    assert (error.path, error.code, error.values["number"]) == ("posts", code, 2)


def test_wishes_stand_between_commas_or_blanks() -> None:
    assert names_of_text("A01, A02、B03；A01") == ("A01", "A02", "B03")


def test_the_template_can_be_sent_back() -> None:
    for locale in ("zh-CN", "en"):
        (entity,) = read_invitation_list(write_list_template(locale))
        assert (entity.credit_code, entity.contact_email) == ("91350100M000100Y43", "hr@example.com")


def test_of_a_bad_list_every_bad_row_is_named() -> None:
    rows = [f"{credit_code(number)},第{number}有限公司,hr{number}@firm.example" for number in range(1, 8)]
    bad = ["123,坏的,hr@firm.example", f"{credit_code(9)},好的,no address", ",无代码,hr@firm.example"]
    content = "\n".join(["信用代码,单位名称,邮箱", *rows, *bad]).encode()
    with pytest.raises(ListRefused) as refused:
        read_invitation_list(content)
    assert [(row["row"], row["column"]) for row in refused.value.extra["rows"]] == [
        (9, "信用代码"),
        (10, "邮箱"),
        (11, "信用代码"),
    ]
