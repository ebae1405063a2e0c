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


async def test_what_was_not_used_or_guessed_is_listed(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    client.cookies.set("locale", "en")
    content = "专业代码,专业名称,备用\n80901,计算机,x\n"
    files = {"file": ("majors.csv", content.encode(), "text/csv")}
    answer = await client.post("/seasons/spring-2023/import", data={"what": "majors"}, files=files)
    assert answer.status_code == 200
    shown = PageParts(answer.text).text
    assert "Not used, or guessed" in shown
    assert "The column “备用” is not known here." in shown
    assert "“80901” was read as 080901: spreadsheets cut off zeros in front." in shown


async def test_a_text_that_reads_well_in_two_ways_is_asked_about(school: School, client: Any) -> None:
    await sign_in(client, await school.account("organiser"))
    files = {"file": ("rooms.csv", "教室編號,名稱,校區,座位數\nA-1,甲,主校區,60\n".encode("big5"), "text/csv")}
    asked = await client.post("/seasons/spring-2023/import", data={"what": "rooms"}, files=files)
    assert asked.status_code == 422
    assert "Big5: 教室編號,名稱,校區,座位數" in asked.text
    data = {"what": "rooms", "encoding": "big5"}
    answer = await client.post("/seasons/spring-2023/import", data=data, files=files)
    assert "file-encoding-doubtful" not in answer.text
    assert '<input type="hidden" name="encoding" value="big5">' in answer.text  # its headings are not ours
