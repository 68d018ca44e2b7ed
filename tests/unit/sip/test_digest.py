"""Digest answers against the examples of RFC 2617 section 3.5, RFC 7616 section 3.9.1 and RFC 2069."""

import pytest

from gateway.errors import SipError
from gateway.sip.digest import Challenge, parse_challenge, respond, strongest

RFC7616 = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


def test_rfc_2617_example():
    challenge = parse_challenge(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    value = respond(
        challenge,
        username="Mufasa",
        password="Circle Of Life",
        method="GET",
        uri="/dir/index.html",
        cnonce="0a4f113b",
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value
    assert "qop=auth, nc=00000001" in value


@pytest.mark.parametrize("algorithm", RFC7616)
def test_rfc_7616_example(algorithm: str):
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    challenge = Challenge("http-auth@example.org", nonce, algorithm, None, auth=True)
    value = respond(
        challenge,
        username="Mufasa",
        password="Circle of Life",
        method="GET",
        uri="/dir/index.html",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert f'response="{RFC7616[algorithm]}"' in value
    assert f"algorithm={algorithm}" in value


def test_without_qop_as_in_rfc_2069():
    value = respond(
        parse_challenge('Digest realm="r", nonce="n"'), username="u", password="p", method="M", uri="sip:x", cnonce="c"
    )
    assert "qop" not in value
    assert "cnonce" not in value
    assert value.startswith('Digest username="u", realm="r", nonce="n", uri="sip:x", response="')


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic realm=x",
        'Digest realm="r"',
        'Digest nonce="n", algorithm=AKAv1-MD5',
        'Digest nonce="n", qop="auth-int"',
    ],
)
def test_unusable_challenge(value: str):
    with pytest.raises(SipError):
        parse_challenge(value)


def test_the_strongest_of_several():
    md5, sha = 'Digest realm="r", nonce="n"', 'Digest realm="r", nonce="n", algorithm=SHA-256'
    found = strongest(["Basic x", md5, sha])
    assert found is not None
    assert found.algorithm == "SHA-256"
    assert strongest(["Basic x"]) is None
