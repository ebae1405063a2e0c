"""Accounts: what is stored opens nothing, sessions live in PostgreSQL and end when they should, links work once."""

from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import redis

from app.accounts import service
from app.accounts.domain import CreateAccount, RegisterAccount, TokenInvalid, WrongCredentials
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


async def registered(school: School, command: RegisterAccount = NEW) -> UUID:
    """An account that waits for its link."""
    await school.database.transact(service.register_account, command, now=school.clock.now())
    read = "SELECT id FROM account WHERE email = lower($1)"
    account_id: UUID = await school.database.pool.fetchval(read, command.email)
    return account_id


async def test_an_address_is_shown_to_be_ones_own(school: School) -> None:
    transact, now = school.database.transact, school.clock.now()
    account_id = await registered(school)
    link = await transact(lambda c: service.issue_token(c, account_id, "verify_email"))
    with pytest.raises(TokenInvalid):
        await transact(lambda c: service.reset_password(c, link, "another long password", now=now))
    with pytest.raises(WrongCredentials):
        await service.sign_in(school.database, NEW.email, PASSWORD, address="here")
    verified = await transact(lambda c: service.verify_email(c, link, now=now))
    assert (verified.email, verified.role) == ("new.person@employer.example", "employer_contact")
    assert verified.email_verified_at is not None
    with pytest.raises(TokenInvalid):
        await transact(lambda c: service.verify_email(c, link, now=now))
    assert await service.sign_in(school.database, NEW.email, PASSWORD, address="here")


async def test_the_latest_registration_counts_until_the_link_is_opened(school: School) -> None:
    transact, now = school.database.transact, school.clock.now()
    first = msgspec.structs.replace(NEW, email="twice@employer.example", password="the first long password")
    account_id = await registered(school, first)
    early = await transact(lambda c: service.issue_token(c, account_id, "verify_email"))
    second = msgspec.structs.replace(first, password="the second long password", display_name="Second")
    assert await registered(school, second) == account_id
    with pytest.raises(TokenInvalid):
        await transact(lambda c: service.verify_email(c, early, now=now))
    link = await transact(lambda c: service.issue_token(c, account_id, "verify_email"))
    assert (await transact(lambda c: service.verify_email(c, link, now=now))).display_name == "Second"
    with pytest.raises(WrongCredentials):
        await service.sign_in(school.database, first.email, first.password, address="here")
    assert await service.sign_in(school.database, first.email, second.password, address="here")


async def test_registering_does_not_tell_whether_an_address_is_known(school: School, client: Any) -> None:
    known = await school.account("employer_contact", employer_id=(await school.employer()).id)
    wanted = {"password": "somebody elses words", "display_name": "X"}
    answers = []
    for email in (known.email, "unknown.yet@employer.example"):
        api = await client.post("/api/accounts", json={**wanted, "email": email})
        page = await client.post("/register", data={**wanted, "email": email}, follow_redirects=False)
        signed_in = await client.post("/api/session", json={"email": email, "password": wanted["password"]})
        answers.append(
            [(a.status_code, a.text.replace(email, "…"), "set-cookie" in a.headers) for a in (api, page, signed_in)]
        )
    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [202, 200, 401]
    types = "SELECT type FROM event WHERE subject_id = $1 AND type LIKE 'account.reg%' ORDER BY id"
    rows = await school.database.pool.fetch(types, known.id)
    assert [row["type"] for row in rows] == ["account.registered_again"] * 2
    assert await service.sign_in(school.database, known.email, PASSWORD, address="here")


async def test_whoever_guesses_is_locked_out_where_they_are_and_the_owner_is_not(school: School) -> None:
    account = await school.account("organiser")
    for _ in range(service.SIGN_IN_TRIES):
        with pytest.raises(WrongCredentials):
            await service.sign_in(school.database, account.email, "guessed", address="203.0.113.66")
    for password in ("guessed", PASSWORD):
        with pytest.raises(TooMany):
            await service.sign_in(school.database, account.email, password, address="203.0.113.66")
    # As often as they like, from elsewhere: what is right is not counted.
    for _ in range(service.SIGN_IN_TRIES + 2):
        await service.sign_in(school.database, account.email, PASSWORD, address="198.51.100.7")


async def test_one_network_address_tries_many_accounts_only_so_often(school: School) -> None:
    await school.database.pool.execute(
        "INSERT INTO rate_limit (bucket, window_start, hits) VALUES "
        "('sign-in-from:203.0.113.67', to_timestamp(floor(extract(epoch FROM now()) / 300) * 300), $1)",
        service.SIGN_IN_TRIES_FROM,
    )
    with pytest.raises(TooMany):
        await service.sign_in(school.database, "nobody@employer.example", "guessed", address="203.0.113.67")


@pytest.mark.parametrize(
    "password", ["1234567890", "passwordpassword", "qwertyuiop123", "new.person", "aaaaaaaaaaaaaaaa"]
)
async def test_a_password_that_is_easy_to_guess_is_refused(school: School, client: Any, password: str) -> None:
    wanted = {"email": "new.person@weak.example", "password": password, "display_name": "New Person"}
    refused = await client.post("/api/accounts", json=wanted)
    assert refused.status_code == 422
    assert (refused.json()["errors"][0]["path"], refused.json()["errors"][0]["code"]) == ("password", "weak-password")
    account = await school.account("organiser")
    link = await school.database.transact(service.issue_token, account.id, "reset_password")
    again = await client.post("/api/accounts/new-password", json={"token": link, "password": password})
    assert again.status_code == 422
    # The link is not used up by a refusal.
    good = {"token": link, "password": "four words that differ"}
    assert (await client.post("/api/accounts/new-password", json=good)).status_code == 204


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
