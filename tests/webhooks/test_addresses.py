"""Messages go to public addresses, and to what the settings name."""

from ipaddress import ip_address

import pytest

from gridsvc.errors import Invalid
from gridsvc.webhooks.addresses import Allowed, check_url

NOTHING = Allowed.of("")
INSIDE = Allowed.of("hooks.inside, 10.1.0.0/16,fd00::/8,::1,")


@pytest.mark.parametrize("address", ["1.1.1.1", "203.0.114.1", "2606:4700::1111"])
def test_what_is_public_is_reached(address: str) -> None:
    assert NOTHING.reaches(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "233.252.0.1", "198.18.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::7f00:1", "2002:7f00:1::"),
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_what_is_not_public_is_not(address: str) -> None:
    assert not NOTHING.reaches(ip_address(address))


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::5", "::1", "1.1.1.1"])
def test_what_the_settings_name_is_reached_too(address: str) -> None:
    assert INSIDE.reaches(ip_address(address))


@pytest.mark.parametrize("address", ["10.2.0.1", "127.0.0.1", "fe80::1"])
def test_and_nothing_beside_it(address: str) -> None:
    assert not INSIDE.reaches(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/cases?key=1",
        "https://hooks.example.com:8443",
        "https://1.1.1.1/",
        "http://hooks.inside/",
        "http://HOOKS.inside:8080/x",
        "http://10.1.0.7/x",
        "https://[fd00::1]:9443/x",
    ],
)
def test_an_address_that_may_be(url: str) -> None:
    check_url(url, INSIDE)


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks.example.com", "//hooks.example.com", "https://", "https:///x", "https://:80/"),
        *("ftp://hooks.example.com", "file:///etc/passwd", "javascript:alert(1)"),
        *("http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]:443/"),
        *("https://u:p@hooks.example.com/", "https://@hooks.example.com/", "https://h.example/#x"),
        *("https://h.example:99999/", "https://h.example:x/", "https://[::1/", "https://主机/"),
        *("https://h.example/a b", "https://h.example/\r\nX: 1", "https://169.254.169.254/latest"),
    ],
)
def test_an_address_that_may_not(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, NOTHING)
    assert refused.value.code == "webhook_url"
