"""Which passwords are refused, and that nothing else is asked of one."""

import pytest

from accounts.passwords import has_own_words, is_blocked


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        pytest.param("passwordpassword", True, id="on the list"),
        pytest.param("P@ssw0rd-P@ssw0rd", True, id="lookalikes do not hide it"),
        pytest.param("Password2026!!", True, id="nor digits and signs at the end"),
        pytest.param("Virtual School 26", True, id="words of councils and schools"),
        pytest.param("Social-Worker-1", True, id="a role"),
        pytest.param("aaaaaaaaaaaa", True, id="one letter"),
        pytest.param("abcabcabcabcab", True, id="a piece over and over"),
        pytest.param("123456789012", True, id="digits in order"),
        pytest.param("correct horse battery staple", True, id="the famous one"),
        pytest.param("kettle orange bicycle", False, id="three words, no pattern asked"),
        pytest.param("xkqjwvzpmbtr", False, id="small letters alone"),
        pytest.param("Ångström går hem", False, id="letters of other languages"),
    ],
)
def test_the_blocked_list(password, refused):
    assert is_blocked(password) is refused


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        pytest.param("RuthAldous12", True, id="a name and digits"),
        pytest.param("ruth.aldous@1", True, id="the address"),
        pytest.param("Ruth likes bicycles", False, id="a name in a long sentence"),
        pytest.param("kettle orange bicycle", False, id="nothing of theirs"),
    ],
)
def test_own_words(password, refused):
    assert has_own_words(password, ["Ruth", "Aldous", "ruth.aldous"]) is refused
