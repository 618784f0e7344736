"""Signing in with a council account in a browser: the link works under the policy, both ways."""

import pytest

from tests.browser.conftest import PHONE, WIDE
from tests.browser.test_sign_in import heading, in_order
from tests.factories.accounts import CouncilSignInFactory

LINK = "Sign in with your Northbridge account"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_there_by_a_link_and_back_into_the_page_asked_for(visit, world, council_server, size):
    head = world.people["head"]
    CouncilSignInFactory(
        authority=head.memberships.get().authority, email_domains=[head.email.partition("@")[2]]
    )
    council_server(email=head.email, email_verified=True, amr=["mfa"])
    visitor = visit(size=size)

    visitor.open("/account/")
    offered = in_order(visitor)
    visitor.page.get_by_role("link", name=LINK).click()
    visitor.page.wait_for_url("**/account/")

    assert heading(visitor) == head.name or head.email in visitor.page.content()
    assert offered == in_order(visitor) == []


def test_somebody_unknown_is_told_who_can_invite_them(visit, world, council_server):
    CouncilSignInFactory(authority=world.people["head"].memberships.get().authority)
    council_server(email="nobody@council.example", email_verified=True)
    visitor = visit()

    visitor.open("/sign-in/")
    visitor.page.get_by_role("link", name=LINK).click()
    visitor.page.wait_for_url("**/back/**")

    assert heading(visitor) == "You could not sign in with your Northbridge account"
    assert "Access comes by invitation" in visitor.page.content()
    assert [line for line in in_order(visitor) if "403" not in line] == []
