"""Accounts and passwords: made, found, checked; never told apart by what was wrong."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import repository, service
from gridsvc.auth.entrance import Entrance, Visit
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.model import Account
from gridsvc.auth.password_rules import PasswordRules
from gridsvc.auth.passwords import hash_password, verify_password
from gridsvc.auth.principal import Role
from gridsvc.auth.secret_box import SecretBox
from gridsvc.auth.service import NewAccount
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.errors import Conflict, Invalid, NotAuthenticated
from tests.factories import PASSWORD, make_account


def visit() -> Visit:
    return Visit(
        kind="bearer", name="test", life=timedelta(days=1), address="192.0.2.1", now=utc_now()
    )


def entrance(database: Database) -> Entrance:
    box = SecretBox.of("tests", "a key for tests only")
    return Entrance(database, PasswordGate(), PasswordRules(), box)


class TestPasswords:
    def test_the_hash_is_argon2_and_tells_nothing(self) -> None:
        stored = hash_password(PASSWORD)
        assert stored.startswith("$argon2id$")
        assert PASSWORD not in stored

    def test_two_hashes_of_one_password_differ(self) -> None:
        assert hash_password(PASSWORD) != hash_password(PASSWORD)

    @pytest.mark.parametrize("password", [PASSWORD, "密码密码密码密码密码", "x", "a\x00" * 6])
    def test_what_was_hashed_is_known_again(self, password: str) -> None:
        assert verify_password(password, hash_password(password))

    @pytest.mark.parametrize("wrong", ["", PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1]])
    def test_anything_else_is_not(self, wrong: str) -> None:
        assert not verify_password(wrong, hash_password(PASSWORD))

    def test_nobody_has_a_password(self) -> None:
        assert not verify_password("nobody has this password", None)

    @pytest.mark.parametrize("unusable", ["", "!", "*", "$argon2id$v=19$broken", "plain text"])
    @pytest.mark.parametrize("password", [PASSWORD, "", "nobody has this password"])
    def test_nor_does_an_account_with_no_usable_hash(self, unusable: str, password: str) -> None:
        assert not verify_password(password, unusable)


class TestAccounts:
    async def test_a_login_is_kept_in_small_letters(
        self, db: AsyncSession, database: Database
    ) -> None:
        await service.add_account(db, NewAccount(" Wang.Fang ", PASSWORD))
        await db.commit()
        entered = await entrance(database).sign_in("WANG.fang", PASSWORD, visit=visit())
        assert entered.step is None
        assert (await repository.accounts(db))[0].login == "wang.fang"

    async def test_no_account_is_made_with_a_password_that_is_guessed(
        self, db: AsyncSession
    ) -> None:
        with pytest.raises(Invalid) as refused:
            await service.add_account(db, NewAccount("wang.fang", "wang.fang 2026"))
        assert (refused.value.code, refused.value.field) == ("password_has_login", "password")

    async def test_a_login_is_taken_once(self, db: AsyncSession) -> None:
        await make_account(db, "worker", Role.GRID_WORKER)
        with pytest.raises(Conflict) as refused:
            await service.add_account(db, NewAccount("Worker", PASSWORD))
        assert refused.value.code == "login_taken"

    @pytest.mark.parametrize(
        ("login", "password"),
        [("worker", "wrong password"), ("nobody", PASSWORD), ("disabled", PASSWORD), ("", "")],
    )
    async def test_all_that_is_wrong_is_told_alike(
        self, db: AsyncSession, database: Database, login: str, password: str
    ) -> None:
        await make_account(db, "worker", Role.GRID_WORKER)
        (await make_account(db, "disabled", Role.GRID_WORKER)).disabled_at = utc_now()
        await db.flush()
        with pytest.raises(NotAuthenticated) as refused:
            await entrance(database).sign_in(login, password, visit=visit())
        assert refused.value.code == "wrong_login"

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"login": "Worker"},
            {"login": ""},
            {"role": "emperor"},
            {"language": "fr"},
            {"scope_level": "street"},
            {"scope_code": "S1"},
        ],
    )
    async def test_the_database_takes_no_account_that_cannot_be(
        self, db: AsyncSession, spoilt: dict[str, str]
    ) -> None:
        good = {"login": "worker", "password_hash": "-", "role": "planner", "language": "zh"}
        db.add(Account(**{**good, **spoilt}))
        with pytest.raises(IntegrityError):
            await db.flush()
