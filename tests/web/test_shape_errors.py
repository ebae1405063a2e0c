"""What msgspec refuses is a whole sentence in both languages, without the words of a program."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from app.http.shape_errors import shape_error
from app.locales import translator


class Named(msgspec.Struct, forbid_unknown_fields=True):
    name: str


@pytest.mark.parametrize(
    ("value", "kind", "chinese", "english"),
    [
        ("ten", int, "这里应填写整数。", "A whole number is needed here."),
        ("ten", int | None, "这里应填写整数。", "A whole number is needed here."),
        ("ten", float, "这里应填写数字。", "A number is needed here."),
        (1, bool, "这里应填写是或否（true 或 false）。", "Yes or no is needed here: true or false."),
        (1, str, "这里应填写文字。", "Text is needed here."),
        (None, str, "这里应填写文字。", "Text is needed here."),
        (1, list[int], "这里应是一个列表。", "A list is needed here."),
        (1, Named, "这里应是一组带名称的字段。", "A group of named fields is needed here."),
        (1, UUID, "这里应填写标识符。", "An identifier is needed here."),
        ([], datetime, "这里应填写日期或时间。", "A date or time is needed here."),
        ([1], tuple[int, int], "这里应正好有 2 项。", "Exactly 2 entries are needed here."),
        (5, Annotated[int, Meta(multiple_of=2)], "这里应是 2 的整数倍。", "This must be a multiple of 2."),
        (5.0, Annotated[float, Meta(lt=5)], "这里应小于 5.0。", "This must be less than 5.0."),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_in_both_languages(
    value: object, kind: Any, chinese: str, english: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, kind)
    field = shape_error("", str(refused.value))
    assert translator("zh-CN")(field.sentence, **field.values) == chinese
    assert translator("en")(field.sentence, **field.values) == english


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, Named),
        ({"name": "a", "x": 1}, Named),
        ("", Annotated[str, Meta(min_length=1)]),
        ("abc", Annotated[str, Meta(max_length=1)]),
        ([], Annotated[list[int], Meta(min_length=1)]),
        ([1, 2], Annotated[list[int], Meta(max_length=1)]),
        (0, Annotated[int, Meta(ge=1)]),
        (9, Annotated[int, Meta(le=1)]),
    ],
)
def test_no_name_of_a_type_reaches_a_reader(value: object, kind: Any) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, kind)
    field = shape_error("", str(refused.value))
    assert field.code != "invalid"
    assert not re.search(r"\b(int|str|array|object|Expected)\b", translator("zh-CN")(field.sentence, **field.values))
