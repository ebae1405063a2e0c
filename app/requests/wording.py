"""Looks for words that the three bans (三严禁) forbid, and for signs of fraud; a person decides."""

import re
from collections.abc import Iterable
from typing import Final

from app.errors import N_
from app.requests.domain import Post, WordingFinding

# What each finding means to a reviewer.
FINDINGS: Final[dict[str, str]] = {
    "elite_schools_only": N_("Only certain universities: one of the three bans. State the major or the skill instead."),
    "gender": N_("A condition of gender: one of the three bans."),
    "household_registration": N_("A condition of household registration: one of the three bans."),
    "marital_status": N_("A condition of marriage or children: unlawful."),
    "fees": N_("Money asked of students: a sign of fraud."),
    "free_mailbox_no_landline": N_("A free mailbox and no landline: a sign of fraud, no proof."),
}

_ELITE = r"(?:985|211|双一流)"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        (
            "elite_schools_only",
            rf"(?:仅限|只限|限|只招|非)?\s*{_ELITE}(?:\s*[/、和及或]\s*{_ELITE})*\s*(?:高校|院校|毕业|以上|优先|only)?",
        ),
        ("gender", r"(?:仅限|限|只招|只要|要求)\s*(?:男|女)(?:性|生|士)?|(?:男|女)(?:性|生)\s*(?:优先|勿扰)"),
        ("gender", r"\b(?:males?|females?|men|women)\s+only\b"),
        (
            "household_registration",
            r"(?:限|要求|须|需|具有)[^，。；\n]{0,6}(?:户籍|户口)|(?:本地|本市|本省)(?:户籍|户口)",
        ),
        ("marital_status", r"(?:限|要求)[^，。；\n]{0,4}(?:未婚|已婚|未育|已育)"),
        ("fees", r"(?:收取|缴纳|交纳|预交|支付)[^，。；\n]{0,8}(?:押金|保证金|培训费|服装费|报名费|体检费)"),
    )
)
_FREE_MAILBOXES = ("qq.com", "163.com", "126.com", "sina.com", "hotmail.com", "gmail.com", "outlook.com", "foxmail.com")


def find_banned_wording(texts: Iterable[tuple[str, str]]) -> list[WordingFinding]:
    """List what a reviewer should look at in (where, text) pairs."""
    return [
        WordingFinding(code=code, words=match.group().strip(), where=where)
        for where, text in texts
        for code, pattern in _RULES
        for match in pattern.finditer(text)
    ]


def notice_texts(title: str, notice_text: str, posts: Iterable[Post]) -> list[tuple[str, str]]:
    """List every text of a request that students read."""
    return [
        ("title", title),
        ("notice_text", notice_text),
        *((f"posts[{index}]", f"{post.title}\n{post.degree}\n{post.description}") for index, post in enumerate(posts)),
    ]


def fraud_signs(contact_email: str, contact_phone: str) -> list[WordingFinding]:
    """List signs of fraud, which prove nothing: a free mail address, no landline."""
    domain = contact_email.rpartition("@")[2].lower()
    landline = re.search(r"\b0\d{2,3}-?\d{7,8}\b", contact_phone)
    if domain in _FREE_MAILBOXES and not landline:
        return [WordingFinding(code="free_mailbox_no_landline", words=domain, where="contact_email")]
    return []
