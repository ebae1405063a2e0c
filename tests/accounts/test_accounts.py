"""Accounts: what is stored opens nothing, sessions live in PostgreSQL and end when they should, links work once."""

from typing import Any

import httpx
import pytest
import redis

from app.accounts import service
from app.accounts.domain import CreateAccount, EmailTaken, RegisterAccount, TokenInvalid, WrongCredentials
from app.errors import Forbidden, Invalid, TooMany
from tests.school import PASSWORD, School, actor
from tests.signing_in import sign_in

NEW = RegisterAccount(email="New.Person@Employer.example", password=PASSWORD, display_name="New")


async def who(client: Any, token: str) -> httpx.Response:
    client.cookies.clear()
    answer: httpx.Response = await client.get("/api/session", headers={"Cookie": f"session={token}"})
    return answer


async def test_a_password_is_kept_as_argon2id(school: School) -> None:
    account = await school.account("organiser")
    read = "SELECT password_hash FROM account WHERE id = $1"
    kept = await school.database.pool.fetchval(read, account.id)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept
    same = await school.account("organiser")
    assert kept != await school.database.pool.fetchval(read, same.id)
    async with school.database.read() as connection:
        assert await service.check_credentials(connection, account.email.upper(), PASSWORD) == account.id
        for email, password in ((account.email, "wrong"), ("nobody@school.example", PASSWORD), (account.email, "")):
            with pytest.raises(WrongCredentials):
                await service.check_credentials(connection, email, password)


async def test_a_session_survives_a_flushed_cache_and_ends_by_signing_out(
    school: School, client: Any, redis_url: str
) -> None:
    account = await school.account("organiser")
    await sign_in(client, account)
    token = client.cookies["session"]
    with redis.Redis.from_url(redis_url) as cache:
        cache.flushall()
    assert (await who(client, token)).json()["email"] == account.email
    stored = await school.database.pool.fetch("SELECT token_hash FROM session WHERE account_id = $1", account.id)
    assert [row["token_hash"] for row in stored] != [token.encode()]
    gone = await client.delete("/api/session", headers={"Cookie": f"session={token}"})
    assert (gone.status_code, "session=" in gone.headers["set-cookie"]) == (204, True)
    assert (await who(client, token)).status_code == 401
    assert (await client.delete("/api/session")).status_code == 204


async def test_the_cookie_is_for_the_browser_only(school: School, client: Any) -> None:
    account = await school.account("organiser")
    answer = await client.post("/api/session", json={"email": account.email, "password": PASSWORD})
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert "password" not in answer.text
    client.cookies.clear()


async def test_a_session_ends_by_age_and_by_closing_the_account(school: School, client: Any) -> None:
    account = await school.account("organiser")
    pool = school.database.pool
    for end in (
        "UPDATE session SET expires_at = now() - interval '1 second' WHERE account_id = $1",
        "UPDATE account SET disabled_at = now() WHERE id = $1",
    ):
        token = await school.database.transact(service.open_session, account.id)
        assert (await who(client, token)).status_code == 200
        await pool.execute(end, account.id)
        assert (await who(client, token)).status_code == 401


async def test_a_session_that_is_used_lives_on(school: School, client: Any) -> None:
    account = await school.account("organiser")
    token = await school.database.transact(service.open_session, account.id)
    left = "SELECT expires_at - now() > interval '13 days' FROM session WHERE account_id = $1"
    await school.database.pool.execute("UPDATE session SET expires_at = now() + interval '1 hour'")
    assert await school.database.pool.fetchval(left, account.id) is False
    assert (await who(client, token)).status_code == 200
    assert await school.database.pool.fetchval(left, account.id) is True


async def test_a_new_password_ends_every_session_and_its_link_works_once(school: School, client: Any) -> None:
    account = await school.account("organiser")
    transact = school.database.transact
    token = await transact(lambda c: service.open_session(c, account.id))
    link = await transact(lambda c: service.issue_token(c, account.id, "reset_password"))
    body = {"token": link, "password": "another long password"}
    assert (await client.post("/api/accounts/new-password", json=body)).status_code == 204
    assert (await who(client, token)).status_code == 401
    again = await client.post("/api/accounts/new-password", json=body)
    assert (again.status_code, again.json()["type"]) == (422, "/problems/link-invalid")
    async with school.database.read() as connection:
        assert await service.check_credentials(connection, account.email, "another long password") == account.id
        with pytest.raises(WrongCredentials):
            await service.check_credentials(connection, account.email, PASSWORD)


async def test_an_address_is_shown_to_be_ones_own(school: School) -> None:
    transact, now = school.database.transact, school.clock.now()
    account = await transact(lambda c: service.register_account(c, NEW, now=now))
    assert (account.email, account.role, account.email_verified_at) == (
        "new.person@employer.example",
        "employer_contact",
        None,
    )
    link = await transact(lambda c: service.issue_token(c, account.id, "verify_email"))
    with pytest.raises(TokenInvalid):
        await transact(lambda c: service.reset_password(c, link, "another long password", now=now))
    verified = await transact(lambda c: service.verify_email(c, link, now=now))
    assert verified.email_verified_at is not None
    with pytest.raises(TokenInvalid):
        await transact(lambda c: service.verify_email(c, link, now=now))
    with pytest.raises(EmailTaken):
        await transact(lambda c: service.register_account(c, NEW, now=now))


async def test_an_unknown_address_is_not_told_from_a_known_one(school: School, client: Any) -> None:
    account = await school.account("organiser")
    asked = [
        await client.post("/api/accounts/password-reset", json={"email": email})
        for email in (account.email, "nobody@elsewhere.example")
    ]
    assert [(answer.status_code, answer.content) for answer in asked] == [(202, asked[0].content)] * 2
    events = "SELECT count(*) FROM event WHERE type = 'account.password_reset_asked' AND subject_id = $1"
    assert await school.database.pool.fetchval(events, account.id) == 1


async def test_only_administrators_open_accounts_that_fit_their_role(school: School) -> None:
    transact, now = school.database.transact, school.clock.now()
    command = CreateAccount(email="x@school.example", password=PASSWORD, display_name="X", role="department_staff")
    with pytest.raises(Forbidden):
        await transact(lambda c: service.create_account(c, command, actor=actor("organiser"), now=now))
    with pytest.raises(Invalid):
        await transact(lambda c: service.create_account(c, command, actor=actor("administrator"), now=now))


async def test_tries_are_counted_by_window(school: School) -> None:
    async def hit() -> None:
        await school.database.transact(service.limit, "bucket", tries=2, window_seconds=10**6)

    await hit()
    await hit()
    with pytest.raises(TooMany):
        await hit()
    with pytest.raises(TooMany):
        await hit()
    await school.database.pool.execute("UPDATE rate_limit SET window_start = window_start - interval '12 days'")
    await hit()


async def test_who_leaves_is_signed_out_and_comes_back_when_let_in(school: School, client: Any) -> None:
    boss, colleague = await school.account("administrator"), await school.account("organiser")
    token = await school.database.transact(service.open_session, colleague.id)
    await sign_in(client, boss)
    session = client.cookies["session"]

    async def administer(path: str) -> httpx.Response:
        client.cookies.clear()
        answer: httpx.Response = await client.post(path, headers={"Cookie": f"session={session}; locale=en"})
        return answer

    closed = await administer(f"/api/accounts/{colleague.id}/close")
    assert closed.json()["disabled_at"] is not None
    assert (await who(client, token)).status_code == 401
    assert (await client.post("/api/session", json={"email": colleague.email, "password": PASSWORD})).status_code == 401
    refused = await administer(f"/api/accounts/{boss.id}/close")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/own-account")
    assert (await administer(f"/api/accounts/{colleague.id}/reopen")).json()["disabled_at"] is None
    assert (await client.post("/api/session", json={"email": colleague.email, "password": PASSWORD})).status_code == 201


async def test_the_school_is_named_anew_by_administrators(school: School, client: Any) -> None:
    names = {"name_zh": "江城理工大学", "name_en": "Jiangcheng University of Technology"}
    await sign_in(client, await school.account("organiser"))
    assert (await client.put("/api/school", json=names)).status_code == 403
    await sign_in(client, await school.account("administrator"))
    assert (await client.put("/api/school", json={**names, "name_zh": ""})).status_code == 422
    assert (await client.put("/api/school", json=names)).json() == names
    assert (await client.get("/api/school")).json() == names
