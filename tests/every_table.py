"""A child with a row in every table about a child, for tests that nothing is forgotten.

Every text says `TEXT`, whatever is asked for. A new table is filled by the kinds of its fields; one
whose constraints ask for more says so in `MORE`.
"""

from datetime import UTC, date, datetime
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.db import models

from accounts.models import KnownDevice
from accounts.roles import Role
from children.models import Child, Identifier
from files.models import Load, StoredFile
from notifications.models import Email
from papers.models import Bundle
from pep.models import FormVersion
from quality.models import Rubric, Sample
from retention.records import rows_of, tables
from tests.factories.accounts import UserFactory
from tests.factories.children import ChildFactory
from tests.factories.schools import SchoolFactory, TermFactory

GIVEN, FAMILY, KNOWN_AS = "Wendeline", "Quistrebert", "Dellie"
UPN, NUMBER = "A999200098765", "QSC-77120094"
STREET, POSTCODE = "44 Mulberry Slipway", "QX9 9ZZ"
EMAIL = "dellie.q@young.example"
DEVICE = "Heron 900 telephone"
TEXT = "a heliotrope Saab at the gate"
WORDS = (GIVEN, FAMILY, KNOWN_AS, UPN, NUMBER, STREET, POSTCODE, EMAIL, DEVICE, TEXT)
BORN = date(1951, 2, 9)
ON, AT = date(1965, 3, 3), datetime(1965, 3, 3, 9, 0, tzinfo=UTC)

# What the constraints of a table, or a word worth finding again, ask for
MORE = {
    "children.Flag": {"label": TEXT},
    "children.Restriction": {"ended_on": date(1966, 1, 1)},
    "placements.Address": {"kind": "placement", "lines": STREET, "postcode": POSTCODE},
    "placements.Placement": {"kind": "U6"},
    "families.SignInCode": {"expires_at": datetime(1965, 4, 1, tzinfo=UTC), "code_hash": ""},
    "attendance.TermSummary": {"attending": 1, "possible": 1},
    "pep.PersonalEducationPlan": {"sections_total": 1, "sections_complete": 1},
    "pep.PlanSection": {"state": "not_started"},
    "pep.Doubt": {"answer": ""},
    "pep.Attachment": {"withdrawn_why": ""},
    "progress.Target": {"outcome": "met", "reviewed_at": AT, "reviewed_in": uuid4()},
    "papers.ReaderPaper": {"state": "made", "goes_at": AT},
    "papers.Delivery": {"state": "sent", "fault": "", "sent_at": AT, "owed_at": AT},
    "papers.BundlePaper": {"state": "done", "why": ""},
    "disclosure.SubjectRequest": {"state": "withdrawn"},
    "disclosure.MaskedItem": {"reason": "", "exemption": ""},
    "retention.LegalHold": {"lifted_why": TEXT, "ended_on": date(1966, 1, 1)},
    "oversight.UnusualReading": {"reason": "own_name", "note": TEXT},
    "people.Invitation": {"role": Role.DESIGNATED_TEACHER, "sections": []},
    "children.Involvement": {"role": Role.YOUNG_PERSON, "sections": [], "school": None},
}
# Fields that go with another: with `_at` comes `_by`, and neither where nothing was done
PAIRS = (
    "looked_into_at", "looked_into_by", "lifted_at", "lifted_by", "made_at", "done_at",
    "settled_at", "settled_by",
)  # fmt: skip
ZERO = {"TermSummary"}


def make_child(authority, *, account=EMAIL, number=NUMBER, **fields):
    """The child, with a row in every other table, an account, files, and what loads said."""
    names = {"given_name": GIVEN, "family_name": FAMILY, "known_as": KNOWN_AS}
    names |= {"upn": UPN, "date_of_birth": BORN}
    child = ChildFactory(authority=authority, **names | fields)
    child.sort_name = f"{FAMILY} {GIVEN}".lower()
    child.first_language = TEXT
    child.save()
    Identifier.objects.create(
        authority=authority, child=child, system="social_care", value=number, started_on=ON
    )
    filling = _Filling(child, account)
    for model in reversed(tables()):
        if model is not Child:
            filling.fill(model)
    KnownDevice.objects.create(
        user=filling.account, words=DEVICE, token_hash=account, first_seen_at=AT, last_seen_at=AT
    )
    Email.objects.create(
        authority=authority, notice=filling.made["Notice"], made_at=AT, next_try_at=AT
    )
    Load.objects.create(
        authority=authority, kind="roll", state="applied", received_at=AT, applied_at=AT,
        file_names=[f"{FAMILY}.csv", "roll.csv"], warnings=[f"roll.csv, line 2: {UPN} is known"],
        left_out=[{"file": "roll.csv", "line": 3, "value": POSTCODE}, {"line": 4, "value": "x"}],
    )  # fmt: skip
    return child


class _Filling:
    def __init__(self, child, account):
        self.child, self.made = child, {}
        self.account = UserFactory(given_name=KNOWN_AS, family_name=FAMILY, email=account)
        self.person = UserFactory(given_name="Robin", family_name="Elsewhere")
        self.school = SchoolFactory()
        self.files = 0

    def fill(self, model):
        if rows_of(model, self.child.pk).exists():
            return
        more = MORE.get(model._meta.label, {})
        values = {
            field.name: self._value(model, field)
            for field in model._meta.concrete_fields
            if field.name not in more and field.name != "pk" and not field.primary_key
        }
        if "code_hash" in more:  # unique over all children
            more = more | {"code_hash": self.child.pk.hex}
        self.made[model.__name__] = model.objects.create(**values | more)

    def _value(self, model, field):
        if field.column in {"authority_id", "child_id"}:
            owner = self.child.authority if field.column == "authority_id" else self.child
            return owner if field.is_relation else owner.pk
        if field.name in PAIRS and field.null:
            return self.person if field.is_relation else AT
        if field.is_relation:
            return self._related(model, field)
        if field.null and not isinstance(field, models.TextField | models.JSONField):
            return None
        return self._plain(model, field)

    def _related(self, model, field):
        target = field.related_model.__name__
        if target in self.made:
            return self.made[target]
        if target == "User":
            is_account = model.__name__ in {"Involvement", "Notice"}
            return self.account if is_account else None if field.null else self.person
        if target == "StoredFile":
            return self._file()
        if field.null:
            return None
        return {
            "School": lambda: self.school,
            "Term": lambda: (
                self.child.authority.terms.first() or TermFactory(authority=self.child.authority)
            ),
            "FormVersion": lambda: FormVersion.objects.first(),
            "Rubric": lambda: Rubric.objects.first(),
            "Sample": self._sample,
            "Bundle": self._bundle,
        }[target]()

    def _sample(self):
        return Sample.objects.create(
            authority=self.child.authority, term=self.child.authority.terms.first(), number=1,
            drawn_from=1, seed=1, made_at=AT, made_by=self.person,
        )  # fmt: skip

    def _bundle(self):
        return Bundle.objects.create(
            authority=self.child.authority, person=self.person, seat="virtual_school_head:901",
            term=self.child.authority.terms.first(), reason="For the file", state="cancelled",
            asked_at=AT,
        )  # fmt: skip

    def _file(self):
        self.files += 1
        stored = StoredFile(
            authority=self.child.authority, sha256="0" * 64, size=2, content_type="text/plain",
            download_name="record.txt", made_at=AT,
        )  # fmt: skip
        stored.content.save("x", ContentFile(f"{GIVEN} {TEXT}".encode()), save=False)
        stored.save(force_insert=True)
        return stored

    def _plain(self, model, field):
        match field:
            case models.JSONField():
                return {"words": TEXT}
            case ArrayField():
                return [1]
            case models.BooleanField():
                return False
            case models.DateTimeField():
                return AT
            case models.DateField():
                return ON
            case models.IntegerField():
                return 0 if model.__name__ in ZERO else 1
            case models.UUIDField():
                return self.child.pk
            case models.TextField():
                return TEXT
            case models.CharField() if field.choices:
                return field.choices[0][0]
            case models.CharField():
                return TEXT[: field.max_length]
        raise AssertionError(f"no value for {model._meta.label}.{field.name}")
