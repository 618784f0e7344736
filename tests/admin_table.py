"""Every page of the admin, as routes of the access matrix (`tests/matrix.py`).

Made from the tables the site registers, so that a new one has its rows or fails. Who may what
stands in `tests/access_matrix.csv`.
"""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone

from accounts import wall
from accounts.models import CouncilSignIn, Membership, User
from attendance.models import Code
from papers.models import DeliveryPlace
from pep.models import Form, FormVersion, Section
from progress.models import Example, Intervention
from quality.models import BankComment, Rubric
from schools.models import (
    Authority,
    BankHoliday,
    ClosedDay,
    District,
    Policy,
    Postcode,
    School,
    TeachingPeriod,
    Term,
)
from tests.access_table import ADMINISTRATORS, Route
from tests.factories.accounts import CouncilSignInFactory
from tests.factories.schools import PolicyFactory, SchoolFactory

ADMIN = "admin:"
OTHER_PROVIDER = 900_000_000  # schools an authority entered itself are numbered from here


def _of(path, order="pk"):
    """The rows of an authority, found by a path to it."""

    def rows(model, authority):
        return model.objects.filter(**{path: authority}).order_by(order)

    return rows


def _reference(model, authority):
    return model.objects.order_by("pk")


# Table -> how a row of one authority is found
ROWS = {
    User: _of("memberships__authority", "email"),
    Membership: _of("authority", "role"),  # an adviser's, or a head's
    CouncilSignIn: _of("authority"),
    DeliveryPlace: _of("authority"),
    Authority: _of("pk"),
    Policy: _of("authority"),
    Term: _of("authority"),
    TeachingPeriod: _of("authority"),
    ClosedDay: _of("authority"),
    School: _of("added_by_authority"),
    Form: _of("authority"),
    FormVersion: _of("form__authority"),
    Section: _of("version__form__authority"),
    Intervention: _of("authority"),
    Example: _of("authority"),
    Rubric: _of("authority"),
    BankComment: _of("authority"),
    BankHoliday: _reference,
    District: _reference,
    Postcode: _reference,
    Code: _reference,
}


def row_of(model):
    """The `kwargs` of a page about one row, of the authority of the child the world is about."""

    def kwargs(world):
        with wall.opened([901, 902]):
            return {"object_id": str(ROWS[model](model, world.amara.authority_id)[0].pk)}

    return kwargs


def version_of(world):
    """The `kwargs` of a page about a version of the authority's own form."""
    return {"pk": row_of(FormVersion)(world)["object_id"]}


def _routes():
    for model in admin.site._registry:
        name = f"{ADMIN}{model._meta.app_label}_{model._meta.model_name}"
        for page in ("changelist", "add"):
            yield f"{name}_{page}", Route(ADMINISTRATORS)
        for page in ("change", "delete", "history"):
            yield f"{name}_{page}", Route(ADMINISTRATORS, kwargs=row_of(model))


ADMIN_ROUTES = {
    f"{ADMIN}index": Route(ADMINISTRATORS),
    f"{ADMIN}app_list": Route(ADMINISTRATORS, kwargs=lambda world: {"app_label": "accounts"}),
    f"{ADMIN}jsi18n": Route(ADMINISTRATORS),
    f"{ADMIN}autocomplete": Route(ADMINISTRATORS),
    f"{ADMIN}view_on_site": Route(
        ADMINISTRATORS, kwargs=lambda world: {"content_type_id": 0, "object_id": "0"}
    ),
    f"{ADMIN}login": Route(ADMINISTRATORS),
    f"{ADMIN}logout": Route(ADMINISTRATORS, signs_out=True),
    f"{ADMIN}password_change": Route(ADMINISTRATORS),
    f"{ADMIN}password_change_done": Route(ADMINISTRATORS),
    **dict(_routes()),
    f"{ADMIN}planforms_begin": Route(
        ADMINISTRATORS, 302, method="post", kwargs=lambda world: {"phase": "SE"},
        instead={"system_administrator": 403},
    ),
    f"{ADMIN}planforms_take_in": Route(ADMINISTRATORS, instead={"system_administrator": 403}),
    f"{ADMIN}planforms_preview": Route(ADMINISTRATORS, kwargs=version_of),
    f"{ADMIN}planforms_changes": Route(ADMINISTRATORS, kwargs=version_of),
    f"{ADMIN}planforms_export": Route(ADMINISTRATORS, kwargs=version_of),
    f"{ADMIN}planforms_publish": Route(
        ADMINISTRATORS, 302, method="post", kwargs=version_of,
        instead={"system_administrator": 403},
    ),
}  # fmt: skip


def build_settings(*authorities):
    """One row of every table of the admin for each authority, beside what `build_world` makes."""
    today = timezone.localdate()
    District.objects.create(code="E07000001", name="Anywhere", upper_code="E10000001")
    Postcode.objects.create(postcode="ZZ11ZZ", easting=1, northing=1, district_code="E07000001")
    for number, authority in enumerate(authorities):
        PolicyFactory(authority=authority)
        CouncilSignInFactory(authority=authority, is_open=False)
        TeachingPeriod.objects.create(
            authority=authority, started_on=today, ended_on=today + timedelta(days=1)
        )
        ClosedDay.objects.create(authority=authority, on=today - timedelta(days=900))
        SchoolFactory(id=OTHER_PROVIDER + number, authority=authority, added_by_authority=authority)
        with wall.opened([authority.pk]):
            DeliveryPlace.objects.create(authority=authority, way="folder", folder="casefile")
        Rubric.objects.create(authority=authority, started_on=today)
        BankComment.objects.create(authority=authority, kind="voice", words="Well said")
        form = Form.objects.create(phase=Form.Phase.PRIMARY, authority=authority)
        version = FormVersion.objects.create(form=form, number=1)
        Section.objects.create(
            version=version, slug="about", title="About", group="About", owner="school", place=1
        )
        help_used = Intervention.objects.create(
            authority=authority,
            key="ours",
            category="tuition",
            name="Ours",
            evidence="E",
            source="S",
        )
        Example.objects.create(
            authority=authority, key="ours", phase="SE", area="maths", need="N", text="T",
            measure="M", baseline="B", goal="G", at_school="S", intervention=help_used,
        )  # fmt: skip
