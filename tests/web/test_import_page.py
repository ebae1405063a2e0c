"""The page “Import” names bad rows and counts each of them once."""

from typing import Any

from tests.school import School
from tests.signing_in import sign_in
from tests.web.page_parts import PageParts

ROOMS = "教室编号,名称,校区,座位数\nA-1,,,60\nA-2,乙,主校区,60\n"


async def test_a_row_with_two_faults_is_one_row_to_mend(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    files = {"file": ("rooms.csv", ROOMS.encode("gb18030"), "text/csv")}
    answer = await client.post("/seasons/spring-2023/import", data={"what": "rooms"}, files=files)
    assert answer.status_code == 422
    shown = PageParts(answer.text).text
    assert "1 row needs mending" in shown
    assert shown.count("This is missing.") == 2
