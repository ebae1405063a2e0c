"""Words that a career centre does not say stand nowhere in the Chinese catalogue."""

import pytest

from app.locales.messages import read_catalogue

RETIRED = (
    *("草案", "要办什么", "什么时候方便", "从哪天", "到哪天", "留出的日子", "这类活动的惯例", "场地要有什么"),
    *("还有什么要告诉", "执照上的", "这是我的邮箱", "应该就是您", "由程序发出", "有的地方要改", "这样选没有结果"),
    *("同时面对两场", "高于各周均值", "没有单位在等", "已处理 ", "整点格", "免责期限", "那时已答应", "最多搜索"),
)


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_stands_nowhere(word: str) -> None:
    texts = [text for entry in read_catalogue("zh-CN") for text in (entry.string or "", *(entry.string or ()))]
    assert [text for text in texts if word in text] == []
