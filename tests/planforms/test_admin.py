"""An authority writes, tries, publishes and shares its own form in the administration."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.admin import site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from pep import actions as plan_actions
from pep import rules as plan_rules
from pep.models import AgreedVersion, Answer, Form, FormVersion, Question, Section
from planforms import actions
from planforms.admin import FormAdmin, FormVersionAdmin, SectionAdmin, SectionInline
from planforms.columns import ColumnFormSet, ColumnsField
from planforms.contents import content_of, known_to
from planforms.rules import text_of_file
from starting.actions import start_plan
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import Cast, fill
from tests.factories.schools import SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]
AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def local(authority):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)


@pytest.fixture
def stranger(neighbour):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=neighbour)


@pytest.fixture
def system(authority):
    return person(Role.SYSTEM_ADMINISTRATOR, authority=authority)


@pytest.fixture
def draft(local, authority):
    return actions.begin_draft(authority_id=authority.pk, phase="SE", by=local, at=AT)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def url(name, version):
    return reverse(f"admin:planforms_{name}", args=[version.pk])


def shipped(phase="SE"):
    return FormVersion.objects.filter(form__phase=phase, form__authority=None).latest("number")


def posted(page):
    """What the page's form would send as it stands."""
    found = {}
    for form in [page.context["adminform"].form, *_forms_of(page)]:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field, ColumnsField):
                found |= _columns_as_sent(bound)
            elif value is not None and value is not False:
                shown = bound.field.prepare_value(value)
                found[bound.html_name] = "on" if shown is True else shown
    return found


def _columns_as_sent(bound):
    if not bound.field.widget.is_shown and not bound.value():
        return {}
    columns = ColumnFormSet(prefix=bound.html_name, initial=bound.value() or [])
    sent = {}
    for form in (columns.management_form, *columns):
        for one in form:
            value = one.value()
            if value is not None and value is not False:
                shown = one.field.prepare_value(value)
                sent[one.html_name] = "on" if shown is True else shown
    return sent


def _forms_of(page):
    for formset in page.context["inline_admin_formsets"]:
        yield formset.formset.management_form
        yield from formset.formset.forms


def test_a_draft_begins_from_the_form_in_use_and_is_one(client, local, authority):
    first = as_(local).post(reverse("admin:planforms_begin", args=["SE"]))
    draft = FormVersion.objects.get(form__authority=authority)

    assert first.url == reverse("admin:pep_formversion_change", args=[draft.pk])
    assert content_of(draft) == content_of(shipped())
    assert draft.published_at is None
    assert as_(local).post(reverse("admin:planforms_begin", args=["SE"])).url == first.url
    assert Event.objects.filter(kind="planforms.begun", row=str(draft.pk)).count() == 1


def test_only_the_authoritys_own_administrator_writes_its_form(draft, stranger, system, local):
    """Guards: `_writer` and the authority in `publish`, `_readable`."""
    for name, method in (("preview", "get"), ("changes", "get"), ("export", "get")):
        assert getattr(as_(stranger), method)(url(name, draft)).status_code == 404
        assert getattr(as_(local), method)(url(name, draft)).status_code == 200
        assert getattr(as_(local), method)(url(name, shipped())).status_code == 200
    assert as_(stranger).post(url("publish", draft)).status_code == 404
    assert as_(system).post(url("publish", draft)).status_code == 403
    assert as_(system).post(reverse("admin:planforms_begin", args=["SE"])).status_code == 403
    assert as_(system).get(reverse("admin:planforms_take_in")).status_code == 403
    assert as_(local).post(url("publish", shipped())).status_code == 404
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=draft.form.authority)
    assert as_(head).get(url("preview", draft)).status_code == 403
    draft.refresh_from_db()
    assert draft.published_at is None


def test_questions_hints_options_order_and_rules_are_changed_on_the_sections_page(local, draft):
    section = draft.sections.get(slug="english")
    page = reverse("admin:pep_section_change", args=[section.pk])
    data = posted(as_(local).get(page))
    keys = {data[name]: name[: -len("key")] for name in data if name.endswith("-key")}
    data[keys["strengths"] + "label"] = "What goes well in English?"
    data[keys["strengths"] + "place"] = 9
    data[keys["assessed"] + "required_when"] = "answer to progress is below"
    data[keys["progress"] + "options"] = "on | As expected\nbelow | Less\nabove | More"

    answered = as_(local).post(page, data)

    assert answered.status_code == 302, answered.context["errors"]
    assert answered.url == reverse("admin:pep_formversion_change", args=[draft.pk])
    rows = list(Question.objects.filter(section=section).order_by("place"))
    assert [row.place for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1].label == "What goes well in English?"
    changed = {row.key: row for row in rows}
    assert changed["assessed"].required_when == {"answer": "progress", "in": ["below"]}
    assert changed["progress"].options[0] == ["on", "As expected"]


@pytest.mark.parametrize(
    ("key", "field", "value", "words"),
    [
        ("strengths", "required_when", "os.system", "is not a rule"),
        ("strengths", "shown_when", "fact is rich", "no fact “rich”"),
        ("progress", "options", "on", "is not an option"),
        ("progress", "kind", "text", "a choice has options"),
        ("strengths", "key", "progress", "twice"),
    ],
)
def test_a_fault_is_said_and_nothing_is_saved(local, draft, key, field, value, words):
    section = draft.sections.get(slug="english")
    page = reverse("admin:pep_section_change", args=[section.pk])
    before = content_of(draft)
    data = posted(as_(local).get(page))
    prefix = next(n[: -len("key")] for n in data if n.endswith("-key") and data[n] == key)

    answered = as_(local).post(page, data | {prefix + field: value})

    assert words in answered.text
    assert content_of(draft) == before


# -- columns of repeating rows --------------------------------------------------------------------


@pytest.fixture
def targets(local, draft):
    """The page of the new targets with what it sends, and where their question and columns are."""
    section = draft.sections.get(slug="targets")
    page = reverse("admin:pep_section_change", args=[section.pk])
    data = posted(as_(local).get(page))
    question = next(n[: -len("key")] for n in data if n.endswith("-key") and data[n] == "targets")
    columns = {
        data[name]: name[: -len("key")]
        for name in data
        if name.startswith(f"{question}columns-") and name.endswith("-key")
    }
    return page, data, f"{question}columns-", columns


def columns_of(draft):
    return Question.objects.get(
        section__version=draft, section__slug="targets", key="targets"
    ).columns


def test_a_section_saved_as_it_stands_changes_nothing(local, draft, targets):
    before = content_of(draft)

    assert as_(local).post(targets[0], targets[1]).status_code == 302
    assert content_of(draft) == before


def test_columns_are_changed_added_ordered_and_taken_out_in_fields(local, draft, targets):
    page, data, prefix, columns = targets
    there = [column["key"] for column in columns_of(draft)]
    new = f"{prefix}{len(there)}-"
    data |= {
        columns["goal"] + "label": "Where they will be", columns["goal"] + "max_length": "90",
        columns["need"] + "DELETE": "on",
        columns["owner"] + "ORDER": "1", columns[there[0]] + "ORDER": "2",
        new + "key": "how_often", new + "kind": "choice", new + "label": "How often?",
        new + "options": "day | Each day\nweek | Each week", new + "is_required": "on",
    }  # fmt: skip

    answered = as_(local).post(page, data)

    assert answered.status_code == 302, answered.context["errors"]
    found = {column["key"]: column for column in columns_of(draft)}
    assert list(found) == [
        "owner", there[0], *(k for k in there[1:] if k not in {"owner", "need"}), "how_often",
    ]  # fmt: skip
    assert (found["goal"]["label"], found["goal"]["max_length"]) == ("Where they will be", 90)
    assert found["how_often"] == {
        "key": "how_often", "kind": "choice", "label": "How often?", "is_required": True,
        "options": [["day", "Each day"], ["week", "Each week"]],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"key": "Due on"}, "Begin with a small letter", id="a name with a blank"),
        pytest.param({"key": "id"}, "It cannot be “id”", id="a name that is taken"),
        pytest.param({"key": "goal"}, "Two columns are called “goal”", id="a name twice"),
        pytest.param({"label": ""}, "Enter what it asks.", id="no words"),
        pytest.param({"kind": "choice"}, "Enter the options of the list.", id="no options"),
        pytest.param({"options": "a | A"}, "Only a list has options.", id="options of a line"),
        pytest.param({"options": "a"}, "is not an option", id="half an option"),
        pytest.param({"max_length": "0"}, "from 1 to 20,000", id="no room"),
        pytest.param({"kind": "rows"}, "Select a valid choice", id="rows in rows"),
        pytest.param({"label": "x" * 201}, "at most 200 characters", id="too long"),
    ],
)
def test_a_fault_of_a_column_is_said_beside_it_and_nothing_is_saved(
    local, draft, targets, changed, words
):
    page, data, _, columns = targets
    before = content_of(draft)
    data |= {columns["owner"] + name: value for name, value in changed.items()}

    answered = as_(local).post(page, data)

    assert answered.status_code == 200
    assert words in answered.text
    assert "Put right what is marked in the columns." in answered.text
    assert content_of(draft) == before


def test_rows_without_columns_are_asked_for_one(local, draft):
    """A question becomes one of rows in two steps: its kind, then the columns it shows then."""
    section = draft.sections.get(slug="english")
    page = reverse("admin:pep_section_change", args=[section.pk])
    Question.objects.create(
        section=section, key="books", place=99, kind="line", label="Books",
        readers=plan_rules.strictest_for("school"),
    )  # fmt: skip
    shown = as_(local).get(page)
    data = posted(shown)
    question = next(n[: -len("key")] for n in data if n.endswith("-key") and data[n] == "books")
    assert "Only repeating rows have columns" in shown.text
    data[question + "kind"] = "rows"

    asked = as_(local).post(page, data)

    assert "Enter at least one column" in asked.text
    assert f'name="{question}columns-0-key"' in asked.text
    data |= {
        f"{question}columns-TOTAL_FORMS": "2", f"{question}columns-INITIAL_FORMS": "0",
        f"{question}columns-0-key": "title", f"{question}columns-0-kind": "line",
        f"{question}columns-0-label": "Title", f"{question}columns-1-kind": "line",
    }  # fmt: skip
    saved = as_(local).post(page, data)
    assert saved.status_code == 302, saved.context["errors"]
    made = Question.objects.get(section=section, key="books")
    assert made.columns == [{"key": "title", "kind": "line", "label": "Title"}]


@pytest.mark.parametrize("slug", ["targets", "english", "suspensions"])
def test_nobody_is_shown_the_values_a_form_is_kept_as(local, system, draft, slug):
    for version in (draft, shipped()):
        section = version.sections.filter(slug=slug).first() or version.sections.first()
        page = reverse("admin:pep_section_change", args=[section.pk])
        for who in (local, system):
            text = unescape(as_(who).get(page).text)
            for sign in ('"key":', '"answer":', '"fact":', '"phase":', '["', "[[", "{'"):
                assert sign not in text


def test_the_preview_is_the_page_writers_get_and_saves_nothing(local, draft):
    before = Answer.objects.count()
    page = as_(local).get(url("preview", draft), {"section": "english"})

    assert "What is going well in English?" in page.text
    assert "Nothing you type here is kept" in page.text
    assert "data-autosave" not in page.text
    for section in draft.sections.all():
        found = as_(local).get(url("preview", draft), {"section": section.slug})
        assert found.status_code == 200
    assert as_(local).get(url("preview", draft), {"section": "x"}).status_code == 404
    assert Answer.objects.count() == before


def test_what_changed_is_listed_and_faults_hinder_publishing(local, draft):
    """PEP-10: a form without one of the five heads is not published."""
    Question.objects.filter(section__version=draft, key="achievements").update(label="Achieved?")
    page = as_(local).get(url("changes", draft)).text
    assert "Achieved?" in page
    assert "Publish this version" in page

    draft.sections.filter(slug="carer-views").delete()
    page = as_(local).get(url("changes", draft)).text
    assert "No section has the statutory head “Role of the carer and others”" in page
    assert "Publish this version" not in page
    as_(local).post(url("publish", draft))
    draft.refresh_from_db()
    assert draft.published_at is None


def test_plans_begun_keep_their_form_and_agreed_ones_never_change(local, draft, authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    plan_actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    plan_actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    plan_actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    kept = AgreedVersion.objects.get(plan=cast.plan)
    page = as_(cast.teacher).get(reverse("pep:read", args=[cast.plan.pk])).text
    Question.objects.filter(section__version=draft, section__slug="english").update(label="New")

    as_(local).post(url("publish", draft))

    draft.refresh_from_db()
    assert draft.published_at is not None
    assert Event.objects.get(kind="planforms.published").after["changes"] > 0
    again = AgreedVersion.objects.get(plan=cast.plan)
    assert (again.content, again.sha256) == (kept.content, kept.sha256)
    assert plan_rules.content_hash(again.content) == kept.sha256
    assert "What is going well in English?" in page
    now = as_(cast.teacher).get(reverse("pep:read", args=[cast.plan.pk])).text
    assert "What is going well in English?" in now
    cast.plan.refresh_from_db()
    assert cast.plan.form_version == shipped()
    child = PeriodOfCareFactory(child=ChildFactory(authority=authority)).child
    EnrolmentFactory(child=child, school=SchoolFactory(authority=authority))
    new = start_plan(child_id=child.pk, by=cast.adviser, at=AT)
    assert new.form_version == draft
    section = draft.sections.get(slug="english")
    page = reverse("admin:pep_section_change", args=[section.pk])
    assert as_(local).post(page, {}).status_code == 403


def test_a_form_is_published_once_and_of_a_phase_there_is(local, draft):
    first = actions.publish(version_id=draft.pk, by=local, at=AT).published_at
    again = actions.publish(version_id=draft.pk, by=local, at=AT + timedelta(days=1))

    assert again.published_at == first
    assert Event.objects.filter(kind="planforms.published").count() == 1
    begin = reverse("admin:planforms_begin", args=["XX"])
    assert as_(local).post(begin).status_code == 404


def test_the_next_version_begins_from_the_last(local, draft, authority):
    Question.objects.filter(section__version=draft, key="achievements").update(label="Achieved?")
    actions.publish(version_id=draft.pk, by=local, at=AT)
    assert actions.publish(version_id=draft.pk, by=local, at=AT) == draft  # changes nothing

    following = actions.begin_draft(authority_id=authority.pk, phase="SE", by=local, at=AT)

    assert following.number == draft.number + 1
    assert content_of(following) == content_of(draft)


def test_a_form_is_saved_as_a_file_and_taken_in_by_another_council(local, draft, stranger):
    answered = as_(local).get(url("export", draft))
    assert 'filename="pep-form-se-1.json"' in answered["Content-Disposition"]
    file = SimpleUploadedFile("form.json", answered.content)

    taken = as_(stranger).post(reverse("admin:planforms_take_in"), {"file": file})

    theirs = FormVersion.objects.get(form__authority=stranger.seat.authority_id)
    assert taken.status_code == 302
    assert theirs.published_at is None
    assert content_of(theirs) == content_of(draft)
    assert Event.objects.filter(kind="planforms.imported", row=str(theirs.pk)).exists()


def test_a_faulty_file_is_taken_in_not_at_all_with_every_fault(local, authority):
    form = json.loads(text_of_file(content_of(shipped())))
    form["sections"][0]["owner"] = "nobody"
    form["sections"][1]["questions"][0]["kind"] = "slider"
    file = SimpleUploadedFile("form.json", json.dumps(form).encode())

    answered = as_(local).post(reverse("admin:planforms_take_in"), {"file": file})

    assert answered.status_code == 422
    assert "the owner must be one of" in answered.text
    assert "the kind must be one of" in answered.text
    assert not Form.objects.filter(authority=authority).exists()
    empty = as_(local).post(reverse("admin:planforms_take_in"), {})
    assert (empty.status_code, "Choose a file" in empty.text) == (422, True)


def test_a_file_does_not_overwrite_a_draft(local, draft, authority):
    raw = text_of_file(content_of(draft)).encode()
    with pytest.raises(actions.Faulty) as refused:
        actions.import_form(authority_id=authority.pk, raw=raw, by=local, at=AT)

    assert "A draft for Years 7 to 11 is being written" in refused.value.faults[0]


def test_a_section_is_added_moved_and_taken_out_on_the_versions_page(local, draft):
    page = reverse("admin:pep_formversion_change", args=[draft.pk])
    data = posted(as_(local).get(page))
    slugs = {data[name]: name[: -len("slug")] for name in data if name.endswith("-slug")}
    data[slugs["maths"] + "DELETE"] = "on"
    data[slugs["english"] + "place"] = 1
    total = int(data["sections-TOTAL_FORMS"])
    data |= {
        "sections-TOTAL_FORMS": total + 1, f"sections-{total}-place": 99,
        f"sections-{total}-slug": "pathway", f"sections-{total}-title": "Pathway",
        f"sections-{total}-group": "Plan", f"sections-{total}-owner": "school",
        f"sections-{total}-version": str(draft.pk), f"sections-{total}-id": "",
    }  # fmt: skip

    answered = as_(local).post(page, data)

    assert answered.status_code == 302, answered.context["errors"]
    order = list(
        Section.objects.filter(version=draft).order_by("place").values_list("slug", "place")
    )
    assert [slug for slug, _ in order][-1] == "pathway"
    assert "maths" not in dict(order)
    assert [place for _, place in order] == list(range(1, len(order) + 1))
    assert order.index(("english", dict(order)["english"])) <= 1


@pytest.mark.parametrize(
    ("whose", "is_published", "may"),
    [(901, False, True), (901, True, False), (902, False, False), (None, False, False)],
)
def test_whose_versions_and_rows_are_changed(local, stranger, whose, is_published, may):
    request = SimpleNamespace(user=local)
    form = Form(phase="SE", authority_id=whose)
    version = FormVersion(form=form, number=1, published_at=AT if is_published else None)

    for page in (FormVersionAdmin(FormVersion, site), SectionInline(FormVersion, site)):
        assert page.has_change_permission(request, version) is may


def test_a_question_keeps_its_kind_of_shipped_forms_and_ones_own(stranger):
    theirs = actions.begin_draft(authority_id=902, phase="SE", by=stranger, at=AT)
    english = theirs.sections.get(slug="english")
    Question.objects.create(section=english, place=99, key="hobby", kind="line", label="Hobby?")
    assert ("english", "hobby") not in known_to(902).kinds
    FormVersion.objects.filter(pk=theirs.pk).update(published_at=AT)

    kinds = [known_to(authority).kinds for authority in (901, 902)]

    assert [("english", "hobby") in known for known in kinds] == [False, True]
    assert [known["english", "strengths"] for known in kinds] == ["text", "text"]


def test_only_ones_own_open_forms_are_offered(local, stranger, draft):
    request = SimpleNamespace(user=local)
    theirs = actions.begin_draft(authority_id=902, phase="SE", by=stranger, at=AT)
    FormVersion.objects.create(form=draft.form, number=draft.number + 1, published_at=AT)

    def offered(page, model, field):
        return page(model, site).formfield_for_foreignkey(model._meta.get_field(field), request)

    assert list(offered(FormVersionAdmin, FormVersion, "form").queryset) == [draft.form]
    assert list(offered(SectionAdmin, Section, "version").queryset) == [draft]
    assert theirs.form.authority_id == 902
    authority = offered(FormAdmin, Form, "authority")
    assert list(authority.queryset.values_list("pk", flat=True)) == [901]
    assert authority.required
    assert FormAdmin(Form, site).get_readonly_fields(request, draft.form) == ["phase", "authority"]
    page = FormVersionAdmin(FormVersion, site)
    assert "published_at" in page.get_readonly_fields(request, draft)
