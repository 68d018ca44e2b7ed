"""UUIDv7, RFC 9562 section 5.7 and appendix A.6."""

from uuid import UUID

import pytest

from gateway.domain.ids import uuid7


def test_the_example_of_the_rfc():
    random = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_version_variant_and_order():
    ids = [UUID(uuid7(ms, b"\xff" * 10)) for ms in (1, 2, 3)]
    assert ids == sorted(ids)
    assert {(u.version, u.variant) for u in ids} == {(7, "specified in RFC 4122")}


def test_random_is_ten_bytes():
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(0, b"")
