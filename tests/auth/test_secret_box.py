"""What is sealed is opened by who has the key, for the same purpose, and by nobody else."""

import pytest

from gridsvc.auth.keys import box_of, signing_key
from gridsvc.auth.secret_box import SecretBox
from gridsvc.errors import SetupError
from gridsvc.settings import Settings

OLD, NEW = "the key of last year", "the key of this year"
SECRET = "手机 13800001234".encode()
BOX = SecretBox.of("phones", NEW, OLD)


def test_what_is_sealed_is_opened_and_tells_nothing() -> None:
    sealed = BOX.seal(SECRET)
    assert BOX.open(sealed) == SECRET
    assert SECRET not in sealed
    assert BOX.seal(SECRET) != sealed


def test_an_older_key_opens_and_only_the_newest_seals() -> None:
    old = SecretBox.of("phones", OLD)
    sealed = old.seal(SECRET)
    assert BOX.open(sealed) == SECRET
    anew = BOX.sealed_anew(sealed)
    assert SecretBox.of("phones", NEW).open(anew) == SECRET
    with pytest.raises(SetupError):
        old.open(anew)


@pytest.mark.parametrize(
    "other",
    [SecretBox.of("phones", "another key altogether"), SecretBox.of("addresses", NEW)],
    ids=["key", "purpose"],
)
def test_another_key_or_purpose_opens_nothing(other: SecretBox) -> None:
    sealed = BOX.seal(SECRET)
    for call in (other.open, other.sealed_anew):
        with pytest.raises(SetupError) as refused:
            call(sealed)
        assert refused.value.code == "sealed_with_another_key"


@pytest.mark.parametrize("place", [0, 20, -1])
def test_what_was_altered_stays_shut(place: int) -> None:
    spoilt = bytearray(BOX.seal(SECRET))
    spoilt[place] ^= 1
    with pytest.raises(SetupError):
        BOX.open(bytes(spoilt))


def test_the_settings_name_the_keys() -> None:
    before = Settings.model_validate({"secret_key": OLD})
    after = Settings.model_validate({"secret_key": NEW, "previous_secret_key": OLD})
    sealed = box_of("phones", before, signing_key=signing_key(before)).seal(SECRET)
    assert box_of("phones", after, signing_key=signing_key(after)).open(sealed) == SECRET
