"""How long papers are kept, on plain values; what an authority may set."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from papers.keeping import kept_by
from papers.rules import Kept, Kind, kept_until, shared
from schools.models import Policy
from tests.factories.schools import PolicyFactory

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
KEPT = Kept(paper=timedelta(days=7), draft=timedelta(days=1), bundle=timedelta(hours=24))


@pytest.mark.parametrize(
    ("kind", "is_draft", "days"),
    [
        pytest.param(Kind.FULL, False, 7, id="a copy of what was agreed"),
        pytest.param(Kind.MEETING, False, 7, id="a summary of what was agreed"),
        pytest.param(Kind.MEETING, True, 1, id="a summary of what is being written"),
        pytest.param(Kind.DRAFT, False, 1, id="a draft"),
        pytest.param(Kind.BLANK, False, 7, id="a blank form"),
    ],
)
def test_a_paper_is_kept_so_long(kind, is_draft, days):
    until = kept_until(kind, is_draft=is_draft, made_at=AT, kept=KEPT)

    assert until - AT == timedelta(days=days)


@pytest.mark.django_db
def test_the_policy_of_the_day_says_how_long(authority):
    PolicyFactory(
        authority=authority, started_on="2026-11-20", paper_kept_days=3, draft_paper_kept_days=2,
        plans_file_kept_hours=4,
    )  # fmt: skip

    assert kept_by(authority.pk, at=AT - timedelta(days=1)) == KEPT  # [LOCAL] unless set
    assert kept_by(authority.pk, at=AT) == Kept(
        paper=timedelta(days=3), draft=timedelta(days=2), bundle=timedelta(hours=4)
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("paper_kept_days", 0), ("paper_kept_days", 32), ("draft_paper_kept_days", 8),
     ("plans_file_kept_hours", 0), ("plans_file_kept_hours", 73)],
)  # fmt: skip
@pytest.mark.django_db
def test_never_nothing_and_never_for_long(authority, field, value):
    policy = Policy(authority=authority, started_on="2026-11-20", **{field: value})

    with pytest.raises(ValidationError) as refused:
        policy.full_clean()

    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize(
    ("lengths", "total", "given"),
    [
        pytest.param([], 10, [], id="nothing"),
        pytest.param([3, 4], 10, [3, 4], id="room for all"),
        pytest.param([100, 2, 100], 42, [20, 2, 20], id="short ones all, long ones alike"),
        pytest.param([5, 5], 0, [0, 0], id="no room"),
    ],
)
def test_texts_share_the_characters_there_are(lengths, total, given):
    assert shared(lengths, total) == given
