"""What a new password must be: long, and nothing that is guessed first. Pure.

As NIST SP 800-63B has it: no rule says which kinds of characters it holds, because such a rule
makes a password harder to remember and no harder to guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from gridsvc.errors import Invalid

LONGEST = 128
FEWEST_DIFFERENT = 5
SHORTEST_LOGIN = 3
"""A shorter login name stands in many good passwords by chance."""

_COMMON = """
    aini admin administrator asdfgh baseball caonima changeme default dragon football gridsvc guest
    hello iloveyou letmein login master mima monkey passw passwd password princess qazwsx qwer
    qwerty root secret shadow sunshine superman test user wangge welcome wobuzhidao woaini woaiwojia
    zaq 密码 我爱你 管理员 网格 网格员
"""
COMMON = frozenset(_COMMON.split())
"""What is left of most guessed passwords when digits and signs are taken away."""
_READ_AS = str.maketrans("@013457$", "aoleasts")
_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmik")
_NEIGHBOURS = frozenset(pair for row in _KEYS for pair in pairwise(row)) | frozenset(
    pair for row in _KEYS for pair in pairwise(reversed(row))
)


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a deployment asks of passwords."""

    min_length: int = 10
    max_age: timedelta | None = None
    """After which a password must be changed; never without."""

    def too_old(self, changed_at: datetime, *, now: datetime) -> bool:
        """Tell whether a password has to be changed because of its age."""
        return self.max_age is not None and now - changed_at >= self.max_age


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about a password to be mended."""

    code: str
    en: str
    zh: str


def check_password(password: str, *, login: str, rules: PasswordRules) -> None:
    """Refuse a new password, and say all that is to be mended about it."""
    found = faults(password, login=login, rules=rules)
    if found:
        raise Invalid(
            found[0].code,
            en=" ".join(fault.en for fault in found),
            zh="".join(fault.zh for fault in found),
            field="password",
        )


def faults(password: str, *, login: str, rules: PasswordRules) -> list[Fault]:
    """List what is to be mended about a new password of an account."""
    return [*_length(password, rules), *_guessable(password.casefold(), login.casefold())]


def _length(password: str, rules: PasswordRules) -> Iterator[Fault]:
    if len(password) < rules.min_length:
        yield Fault(
            "password_too_short",
            f"A password has at least {rules.min_length} characters.",
            f"密码至少需要 {rules.min_length} 个字符。",
        )
    if len(password) > LONGEST:
        yield Fault(
            "password_too_long",
            f"A password has {LONGEST} characters at most.",
            f"密码最多 {LONGEST} 个字符。",
        )


def _guessable(password: str, login: str) -> Iterator[Fault]:
    if len(login) >= SHORTEST_LOGIN and (login in password or login[::-1] in password):
        yield Fault(
            "password_has_login",
            "Leave the login name out of the password.",
            "密码中不要包含账号名。",
        )
    if len(set(password)) < FEWEST_DIFFERENT or _repeated(password):
        yield Fault(
            "password_repeats",
            f"Use {FEWEST_DIFFERENT} or more different characters, not one piece over and over.",
            f"请使用至少 {FEWEST_DIFFERENT} 个不同的字符，不要反复使用同一段内容。",
        )
    elif _in_sequence(password):
        yield Fault(
            "password_sequence",
            "Avoid rows of neighbours such as 12345, abcde or qwerty.",
            "不要使用 12345、abcde、qwerty 这样的连续字符。",
        )
    if _common(password):
        yield Fault(
            "password_common",
            "It is a well-known word with digits or signs: put several words together.",
            "密码只是常见词加数字或符号，请改用多个词组成的密码。",
        )


def _repeated(password: str) -> bool:
    """Tell whether it is one piece written two times or more."""
    return len(password) > 1 and password in (password + password)[1:-1]


def _in_sequence(password: str) -> bool:
    """Tell whether most steps lead to the next letter, digit or key."""
    steps = [abs(ord(a) - ord(b)) <= 1 or (a, b) in _NEIGHBOURS for a, b in pairwise(password)]
    return 2 * sum(steps) > len(steps)


def _common(password: str) -> bool:
    letters = (_letters(text) for text in (password, password.translate(_READ_AS)))
    return not COMMON.isdisjoint(letters)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalpha())
