"""Runs the demo season from files to confirmed bookings, by the same ways that a real school uses."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.accounts import service as accounts
from app.accounts.domain import Account, SetUpSchool
from app.clock import Clock
from app.database import Database
from app.demo.client import ApiClient, DemoFailed, each
from app.demo.season_files import BROKEN_FILE, DEMO_SEASON, IMPORT_ORDER, write_season_files

SCHOOL_ZH, SCHOOL_EN = "江城大学", "Jiangcheng University"
ADMINISTRATOR, ORGANISER = "admin@jiangcheng.example", "zhou.lan@jiangcheng.example"
EMPLOYER_CONTACT = "hr@chutian.example"
DEPARTMENT_STAFF = "cs@jiangcheng.example"  # each department's code names its account
DEMO_PASSWORD_BYTES = 9
SOLVE_SECONDS = 5  # this season is full after a second; the rest is proof

Say = Callable[[str], None]


class SeasonRun(msgspec.Struct, kw_only=True):
    """What the demo season led to; the figures of the demo's JSON are counted from it."""

    season_id: UUID
    version_id: UUID | None = None
    requests: int = 0
    refused: list[dict[str, Any]] = []
    solve_seconds: float = 0.0
    gap: float = 1.0


async def open_school(database: Database, password: str, *, clock: Clock) -> Account:
    """Set up an empty school: the one act for which no account exists yet."""
    command = SetUpSchool(
        school_name_zh=SCHOOL_ZH,
        school_name_en=SCHOOL_EN,
        email=ADMINISTRATOR,
        password=password,
        display_name="管理员",
    )
    return await database.transact(accounts.set_up_school, command, now=clock.now())


def new_password() -> str:
    """Give a new password for all accounts of one demo."""
    return secrets.token_urlsafe(DEMO_PASSWORD_BYTES)


async def run_season(base_url: str, password: str, folder: Path, *, say: Say) -> SeasonRun:
    """Import, review, solve and release over HTTP, as the administrator and an organiser."""
    say("writing the school's files")
    await asyncio.to_thread(write_season_files, folder)
    async with ApiClient(base_url) as admin, ApiClient(base_url) as organiser:
        await admin.sign_in(ADMINISTRATOR, password)
        await _open_account(admin, ORGANISER, password, "周岚", role="organiser")
        await organiser.sign_in(ORGANISER, password)
        season = await organiser.post("/api/seasons", msgspec.to_builtins(DEMO_SEASON))
        run = SeasonRun(season_id=UUID(season["id"]))
        await _import_files(organiser, run, folder, say)
        await _open_staff_accounts(admin, password)
        await _review_employers(organiser, run, say)
        await _review_requests(organiser, run, say)
        await _open_contact(admin, organiser, password)
        await _solve_and_release(organiser, run, say)
    return run


async def _open_account(admin: ApiClient, email: str, password: str, name: str, **more: Any) -> None:
    await admin.post("/api/accounts/staff", {"email": email, "password": password, "display_name": name, **more})


async def _import_files(organiser: ApiClient, run: SeasonRun, folder: Path, say: Say) -> None:
    for what, name in IMPORT_ORDER:
        say(f"importing {name}")
        answer = await organiser.send_file(f"/api/imports/{what}", folder / name, season_id=str(run.season_id))
        if answer.is_error:
            raise DemoFailed(f"{name}: {answer.text[:800]}")
    answer = await organiser.send_file("/api/imports/requests", folder / BROKEN_FILE, season_id=str(run.season_id))
    if answer.is_success:
        raise DemoFailed(f"{BROKEN_FILE} is broken on purpose and was accepted")
    run.refused.append({"what": "file", "name": BROKEN_FILE, "reason": answer.json()["title"]})


async def _open_staff_accounts(admin: ApiClient, password: str) -> None:
    """Open an account in each department, which gets the confirmations of its fairs."""

    async def open_one(department: dict[str, Any]) -> None:
        email = f"{department['code'].lower()}@jiangcheng.example"
        await _open_account(
            admin,
            email,
            password,
            department["name_zh"],
            role="department_staff",
            department_id=department["id"],
        )

    await each(await admin.get("/api/departments"), open_one)


async def _review_employers(organiser: ApiClient, run: SeasonRun, say: Say) -> None:
    waiting = await organiser.get("/api/employers", state="under_review")
    say(f"reviewing {len(waiting)} employers")

    async def review(item: dict[str, Any]) -> None:
        employer, findings = item["employer"], item["findings"]
        path = f"/api/employers/{employer['id']}"
        seen = employer["row_version"]
        if not findings:
            await organiser.post(f"{path}/verify", seen=seen)
            return
        codes = [finding["code"] for finding in findings]
        await organiser.post(f"{path}/refuse", {"reasons": codes, "note": "请按营业执照更正后重新提交。"}, seen=seen)
        run.refused.append({"what": "employer", "name": employer["legal_name"], "reason": ", ".join(codes)})

    await each(waiting, review)


async def _review_requests(organiser: ApiClient, run: SeasonRun, say: Say) -> None:
    waiting = await organiser.get("/api/requests", season_id=str(run.season_id), state="submitted")
    say(f"reviewing {len(waiting)} requests")
    listed = await organiser.get("/api/employers", state="verified")
    verified = {item["employer"]["id"] for item in listed}

    async def review(request: dict[str, Any]) -> None:
        path = f"/api/requests/{request['id']}"
        detail = await organiser.get(path)
        banned = [finding for finding in detail["findings"] if finding["where"] != "contact_email"]
        reason, seen = "", detail["request"]["row_version"]
        if request["employer_id"] is not None and request["employer_id"] not in verified:
            reason = "employer_not_verified"
            await organiser.post(f"{path}/refuse", {"reason_code": reason, "note": "用人单位尚未通过核验。"}, seen=seen)
        elif banned:
            reason = "banned_wording"
            note = "请删去：" + "、".join(finding["words"] for finding in banned)
            await organiser.post(f"{path}/return", {"reason_code": reason, "note": note}, seen=seen)
        else:
            await organiser.post(f"{path}/approve", seen=seen)
            run.requests += 1
            return
        run.refused.append({"what": "request", "name": request["reference"], "reason": reason})

    await each(waiting, review)


async def _open_contact(admin: ApiClient, organiser: ApiClient, password: str) -> None:
    """Open the account of the contact of the verified employer with the most requests."""
    seasons = await organiser.get("/api/seasons")
    approved = await organiser.get("/api/requests", season_id=seasons[0]["id"], state="approved")
    busiest = Counter(request["employer_id"] for request in approved if request["employer_id"]).most_common(1)
    if busiest:
        name = next(request for request in approved if request["employer_id"] == busiest[0][0])
        await _open_account(
            admin,
            EMPLOYER_CONTACT,
            password,
            name["contact_name"] or "经办人",
            role="employer_contact",
            employer_id=busiest[0][0],
        )


async def _solve_and_release(organiser: ApiClient, run: SeasonRun, say: Say) -> None:
    wanted = {"season_id": str(run.season_id), "time_limit_seconds": SOLVE_SECONDS}
    asked = await organiser.post("/api/solve-runs", wanted)
    while asked["state"] in ("queued", "running"):
        await asyncio.sleep(0.5)
        asked = await organiser.get(f"/api/solve-runs/{asked['id']}")
        progress = asked["progress"]
        if "value" in progress:
            say(f"solving: placed {progress['placed']} of {progress['placed'] + progress['unplaced']}")
    if asked["state"] != "finished":
        raise DemoFailed(f"the solve {asked['state']}: {asked['error']}")
    version = await organiser.get(f"/api/versions/{asked['version_id']}")
    run.version_id = UUID(version["id"])
    run.solve_seconds, run.gap = version["figures"]["seconds"], version["figures"]["gap"]
    say(f"releasing version {version['number']}: {version['figures']['placed']} requests placed")
    unplaced = await organiser.get(f"/api/versions/{version['id']}/unplaced")
    told = [entry["request_id"] for entry in unplaced]
    await organiser.post(
        f"/api/versions/{version['id']}/release",
        {"changelog": "首次发布", "tell_unplaced": told},
        seen=version["row_version"],
    )
