"""Getting in: a password, whatever the account still owes, and then a session or a token.

Who owes something leaves the login form with a partial credential. It opens nothing but the page
on which that is made good, once, and for minutes only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth import identity, repository, second_factor
from gridsvc.auth.audit import Deed, note, refuse_guessing
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.identity import Person
from gridsvc.auth.model import Account, Credential
from gridsvc.auth.password_rules import PasswordRules, check_password
from gridsvc.auth.passwords import NO_PASSWORD
from gridsvc.auth.secret_box import SecretBox
from gridsvc.auth.service import add_credential, secret_hash
from gridsvc.db.session import Database
from gridsvc.errors import Invalid, NotAllowed, NotAuthenticated

PARTIAL = "partial"
PARTIAL_LIFE = timedelta(minutes=10)


class Step(StrEnum):
    """What an account may owe after its password was right."""

    CODE = "code"
    """One of the second factor's, or a recovery code."""
    ENROLMENT = "enrolment"
    """A second factor: a role of the account demands one."""
    PASSWORD = "password"  # noqa: S105 - a step, not a password
    """A new one: an administrator made this one up, or it is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What somebody wants to go away with, from where they come, and when."""

    kind: str
    name: str
    life: timedelta
    permissions: Sequence[str] | None = None
    """What the credential may be used for; without them all that the account may."""
    address: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """The secret of a credential: a partial one, where there is a step to take."""

    secret: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in of one process."""

    database: Database
    gate: PasswordGate
    rules: PasswordRules
    box: SecretBox
    """Of the second factors."""

    async def sign_in(
        self,
        login: str,
        password: str,
        *,
        visit: Visit,
        code: str | None = None,
        new_password: str | None = None,
    ) -> Entered:
        """Let somebody in, or say what they owe; whatever comes of it is noted."""
        account = await self.known(login, password, visit=visit)
        hashed = await self._hashed(account, new_password) if new_password is not None else None
        if code is not None:
            await self.take_code(account.id, code, visit=visit)
        async with self.database.transaction() as db:
            account = await repository.account_by_id(db, account.id, lock=True)
            coded = code is not None or not await second_factor.is_set(db, account.id)
            if hashed is not None and coded:
                await put_password(db, account, hashed, now=visit.now)
            entered = await self._let_in(db, account, visit, coded=coded)
        if entered.step is not None and visit.kind != "session":
            raise _owed(entered.step)
        return entered

    async def known(self, login: str, password: str, *, visit: Visit) -> Account:
        """Find the account of a login and its password; who guesses is counted, and shut out.

        Whether the login or the password was wrong leaves no trace in the answer, nor in how long
        it takes. No connection is held while passwords are compared, which takes long on purpose.
        """
        login = login.lower()
        with self.gate.place():
            async with self.database.sessions() as db:
                await refuse_guessing(db, login, address=visit.address, now=visit.now)
                account = await repository.account_by_login(db, login)
            good = await self.gate.verify(password, account.password_hash if account else None)
        if good and account is not None and account.disabled_at is None:
            return account
        async with self.database.transaction() as db:
            await _note(db, Deed.SIGN_IN_FAILED, login, visit, by=None)
        raise NotAuthenticated(
            "wrong_login",
            en="The login or the password is wrong, or the account is disabled.",
            zh="账号或密码错误，或账号已停用。",
        )

    async def take_code(self, account_id: UUID, code: str, *, visit: Visit) -> None:
        """Use up a code of whom one is asked for; a wrong one counts as a wrong password does."""
        async with self.database.transaction() as db:
            account = await repository.account_by_id(db, account_id, lock=True)
            await refuse_guessing(db, account.login, address=visit.address, now=visit.now)
            good = not await second_factor.is_set(db, account.id) or await second_factor.passes(
                db, self.box, account, code, now=visit.now
            )
            if not good:
                await _note(db, Deed.SIGN_IN_FAILED, account.login, visit, by=None, wrong="code")
        if not good:
            raise NotAuthenticated(
                "wrong_code",
                en="The code is wrong, too old, or was used already.",
                zh="验证码错误、已过期或已使用过。",
            )

    async def change_password(
        self, login: str, *, old: str, new: str, keep: UUID | None, visit: Visit
    ) -> None:
        """Change one's own password; with `keep` every other session and token ends."""
        try:
            account = await self.known(login, old, visit=visit)
        except NotAuthenticated as error:
            raise Invalid(
                "wrong_password",
                en="The present password is wrong.",
                zh="当前密码错误。",
                field="password",
            ) from error
        hashed = await self._hashed(account, new)
        async with self.database.transaction() as db:
            account = await repository.account_by_id(db, account.id, lock=True)
            await put_password(db, account, hashed, now=visit.now)
            if keep is not None:
                await repository.revoke_all(db, account.id, but=keep, now=visit.now)

    async def owing(self, secret: str, step: Step, *, now: datetime) -> Account:
        """Find who holds a partial credential for a step."""
        async with self.database.sessions() as db:
            return (await _partial(db, secret, step, now=now))[0]

    async def renew_password(self, secret: str, new: str, *, visit: Visit) -> Entered:
        """Take the new password that was owed, and go on."""
        hashed = await self._hashed(await self.owing(secret, Step.PASSWORD, now=visit.now), new)
        async with self.database.transaction() as db:
            account = await _used_up(db, secret, Step.PASSWORD, now=visit.now)
            await put_password(db, account, hashed, now=visit.now)
            return await self._let_in(db, account, visit, coded=True)

    async def give_code(self, secret: str, code: str, *, visit: Visit) -> Entered:
        """Take the code that was owed, and go on."""
        account = await self.owing(secret, Step.CODE, now=visit.now)
        await self.take_code(account.id, code, visit=visit)
        async with self.database.transaction() as db:
            account = await _used_up(db, secret, Step.CODE, now=visit.now)
            return await self._let_in(db, account, visit, coded=True)

    async def enrol(self, secret: str, code: str, *, visit: Visit) -> tuple[Entered, Sequence[str]]:
        """Take the first code of the second factor that was owed; gives recovery codes."""
        async with self.database.transaction() as db:
            account = await _used_up(db, secret, Step.ENROLMENT, now=visit.now)
            codes = await second_factor.confirm(db, self.box, account, code, now=visit.now)
            return await self._let_in(db, account, visit, coded=True), codes

    async def vouched_for(self, person: Person, *, visit: Visit, make_accounts: bool) -> Entered:
        """Let in whom a provider vouches for, if an account is linked to them, or may be made."""
        async with self.database.transaction() as db:
            account = await identity.account_of(db, person)
            if account is None and make_accounts:
                account = await identity.make_account(db, person, now=visit.now)
            if account is not None and account.disabled_at is None:
                owed = await self._owed_by_guest(db, account, person, now=visit.now)
                return await self._enter(db, account, visit, owed)
            about = account.login if account else person.subject
            said = {"issuer": person.issuer, "subject": person.subject}
            await _note(db, Deed.SIGN_IN_FAILED, about, visit, by=None, **said)
        raise _unknown(person)

    async def _owed_by_guest(
        self, db: AsyncSession, account: Account, person: Person, *, now: datetime
    ) -> Step | None:
        """Tell what is owed besides a provider's word, which may stand for two factors."""
        if person.multiple:
            return None
        if await second_factor.is_set(db, account.id):
            return Step.CODE
        demanded = await second_factor.is_required(db, account.id, now=now)
        return Step.ENROLMENT if demanded else None

    async def _hashed(self, account: Account, new: str) -> str:
        """Check what is to become an account's password, and hash it."""
        check_password(new, login=account.login, rules=self.rules)
        with self.gate.place():
            if await self.gate.verify(new, account.password_hash):
                raise Invalid(
                    "password_same",
                    en="The new password is the old one: choose another.",
                    zh="新密码与原密码相同，请另选一个。",
                    field="password",
                )
            return await self.gate.hash(new)

    async def _let_in(
        self, db: AsyncSession, account: Account, visit: Visit, *, coded: bool
    ) -> Entered:
        owed = await self._owed_by(db, account, now=visit.now) if coded else Step.CODE
        return await self._enter(db, account, visit, owed)

    async def _enter(
        self, db: AsyncSession, account: Account, visit: Visit, step: Step | None
    ) -> Entered:
        """Give a credential: the one that was wanted, or a partial one to who owes a step."""
        if step is None:
            await _note(db, Deed.SIGNED_IN, account.login, visit, by=account.id)
            return Entered(await _credential(db, account.id, visit))
        await _note(db, Deed.SIGN_IN_BEGUN, account.login, visit, by=account.id, owed=step)
        secret = await add_credential(
            db, account.id, kind=PARTIAL, name=step, life=PARTIAL_LIFE, now=visit.now
        )
        return Entered(secret, step)

    async def _owed_by(self, db: AsyncSession, account: Account, *, now: datetime) -> Step | None:
        """Tell what is owed by who has given a code, where one is asked for."""
        by_password = account.password_hash != NO_PASSWORD
        too_old = by_password and self.rules.too_old(account.password_changed_at, now=now)
        if account.must_change_password or too_old:
            return Step.PASSWORD
        if await second_factor.is_set(db, account.id):
            return None
        demanded = await second_factor.is_required(db, account.id, now=now)
        return Step.ENROLMENT if demanded else None


async def put_password(db: AsyncSession, account: Account, hashed: str, *, now: datetime) -> None:
    """Keep a password that its owner chose."""
    account.password_hash = hashed
    account.password_changed_at, account.must_change_password = now, False
    await db.flush()
    await note(db, Deed.PASSWORD_CHANGED, account.login, by=account.id, at=now)


async def _used_up(db: AsyncSession, secret: str, step: Step, *, now: datetime) -> Account:
    """Find who holds a partial credential for a step, and end it: the step is taken once."""
    found, partial = await _partial(db, secret, step, now=now)
    account = await repository.account_by_id(db, found.id, lock=True)
    if not await repository.revoke(db, account.id, partial.id, now=now):
        raise _too_late()
    return account


async def _partial(
    db: AsyncSession, secret: str, step: Step, *, now: datetime
) -> tuple[Account, Credential]:
    found = await repository.holder(db, secret_hash(secret), kind=PARTIAL, now=now)
    if found is None or found[1].name != step:
        raise _too_late()
    return found


async def _credential(db: AsyncSession, account_id: UUID, visit: Visit) -> str:
    return await add_credential(
        db,
        account_id,
        kind=visit.kind,
        name=visit.name,
        life=visit.life,
        now=visit.now,
        permissions=visit.permissions,
    )


async def _note(
    db: AsyncSession, deed: Deed, login: str, visit: Visit, *, by: UUID | None, **detail: object
) -> None:
    said = {"kind": visit.kind, "name": visit.name, **detail}
    await note(db, deed, login, by=by, at=visit.now, address=visit.address, **said)


def _unknown(person: Person) -> NotAllowed:
    """Say what an administrator has to enter."""
    return NotAllowed(
        "identity_unknown",
        en="You are known to the provider, but not here, or your account is disabled. Give this to"
        f" the administrator of accounts: issuer {person.issuer}, subject {person.subject}",
        zh="身份提供方已确认您的身份，但本系统中没有与之关联的可用账号。"
        f"请将以下内容告知账号管理员：issuer {person.issuer}，subject {person.subject}",
    )


def _too_late() -> NotAuthenticated:
    return NotAuthenticated(
        "sign_in_again",
        en="That took too long, or was done already: sign in again.",
        zh="操作超时或已经完成，请重新登录。",
    )


_TO_SEND = {
    Step.CODE: (
        "A code is needed as well: send the second factor's, or a recovery code, as `code`.",
        "还需要验证码：请将两步验证码或恢复码作为 code 一并提交。",
    ),
    Step.ENROLMENT: (
        "The account needs a second factor first: sign in on the login page to set it up.",
        "该账号须先设置两步验证：请在登录页面登录并设置。",
    ),
    Step.PASSWORD: (
        "The password has to be changed first: send new_password along, or use the login page.",
        "须先修改密码：请同时提交 new_password，或使用登录页面。",
    ),
}


def _owed(step: Step) -> NotAuthenticated:
    """Say to a program what it has to send along."""
    en, zh = _TO_SEND[step]
    return NotAuthenticated(f"{step}_required", en=en, zh=zh)
