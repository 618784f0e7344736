"""The form pack's markup against the fixtures that ship with GOV.UK Frontend."""

import json
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template

from tests.ui.markup import dangling, elements, same
from ui.fields import Previous
from ui.forms import DateField, LongTextField, MoneyField, UiForm
from ui.layout import Checkboxes, Date, Field, Money, Radios, Section, Text, Upn

pytestmark = pytest.mark.urls("tests.ui.addresses")

FIXTURES = json.loads((Path(__file__).parent / "fixtures" / "govuk_frontend.json").read_text())
YES_NO = [("yes", "Yes"), ("no", "No")]
NAME_CHANGED = "This includes changing your last name or spelling your name differently."
QQ = (
    "It’s on your National Insurance card, benefit letter, payslip or P60. "
    "For example, ‘QQ 12 34 56 C’."
)
PHOTO = (
    "Your photo may be in your Pictures, Photos, Downloads or Desktop folder. "
    "Or in an app like iPhoto."
)
PERSONAL = (
    "Don't include personal or financial information, eg your National Insurance number "
    "or credit card details."
)


def render(form):
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


def form_with(field, *, name="x", layout=None, error="", initial=None):
    """A form of one field, with this error beside it."""
    form_class = type("OneField", (UiForm,), {name: field, "__module__": __name__})
    form = form_class(data={} if error else None, initial={name: initial}, auto_id="%s")
    form.get_layout = lambda: (layout or Field(name, label_size=""),)
    if error:
        form.full_clean()
        form._errors = forms.utils.ErrorDict()
        form.add_error(name, error)
    return form


def choice(label, choices, *, many=False, hint=""):
    kind = forms.MultipleChoiceField if many else forms.ChoiceField
    widget = forms.CheckboxSelectMultiple if many else forms.RadioSelect
    return kind(label=label, choices=choices, widget=widget, help_text=hint, required=False)


def line(label, hint=""):
    return forms.CharField(label=label, help_text=hint, required=False)


def area(label, hint=""):
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )


def date_field():
    return DateField(label="What is your date of birth?", help_text="For example, 31 3 1980")


CASES = [
    ("input", "default", "test-name", line("National Insurance number"), {}),
    (
        "input",
        "with error and hint",
        "with-error-hint",
        line("National insurance number", QQ),
        {"error": "Enter a National Insurance number in the correct format"},
    ),
    ("textarea", "default", "more-detail", area("Can you provide more detail?"), {}),
    (
        "textarea",
        "with hint and error message",
        "with-hint-error",
        area("With hint and error", "Hint"),
        {"error": "Error message"},
    ),
    (
        "select",
        "error",
        "select-with-error",
        forms.ChoiceField(
            label="Label text goes here",
            choices=[("1", "GOV.UK frontend option 1"), ("2", "GOV.UK frontend option 2")],
        ),
        {"error": "Error message"},
    ),
    ("radios", "default", "example-default", choice("Have you changed your name?", YES_NO), {}),
    (
        "radios",
        "with hint and error message",
        "example-error-message-hint",
        choice("Have you changed your name?", YES_NO, hint=NAME_CHANGED),
        {"error": "Please select an option"},
    ),
    (
        "radios",
        "inline",
        "example",
        choice("Have you changed your name?", YES_NO, hint=NAME_CHANGED),
        {"layout": Radios("example", inline=True, label_size=""), "initial": "no"},
    ),
    (
        "checkboxes",
        "default",
        "nationality",
        choice(
            "What is your nationality?",
            [("british", "British"), ("irish", "Irish"), ("other", "Citizen of another country")],
            many=True,
        ),
        {},
    ),
    (
        "checkboxes",
        "with error message and hint",
        "example",
        choice(
            "What is your nationality?",
            [("british", "British"), ("irish", "Irish")],
            many=True,
            hint="If you have dual nationality, select all options that are relevant to you.",
        ),
        {"error": "Please select an option"},
    ),
    (
        "checkboxes",
        "small",
        "nationality",
        choice(
            "Filter by", [("a", "a thing"), ("b", "another thing"), ("c", "this thing")], many=True
        ),
        {"layout": Checkboxes("nationality", small=True, label_size="")},
    ),
    ("date-input", "default", "dob", date_field(), {}),
    (
        "date-input",
        "with error message and hint",
        "dob-errors",
        date_field(),
        {"error": "Error message goes here"},
    ),
    (
        "file-upload",
        "default",
        "file-upload-1",
        forms.FileField(label="Upload a file", required=False),
        {},
    ),
    (
        "file-upload",
        "with error message and hint",
        "file-upload-3",
        forms.FileField(label="Upload a file", help_text=PHOTO, required=False),
        {"error": "Error message goes here"},
    ),
    (
        "character-count",
        "with threshold",
        "with-threshold",
        LongTextField(label="Full address", limit=10, required=False),
        {},
    ),
]


@pytest.mark.parametrize(
    ("component", "fixture", "name", "field", "options"),
    [pytest.param(*case, id=f"{case[0]}: {case[1]}") for case in CASES],
)
def test_markup_equals_the_fixture(component, fixture, name, field, options):
    form = form_with(field, name=name, **options)
    # Boxes of a date are posted as x_0, x_1, x_2, and a wrong one is tied to its error by us
    without = {"name"} if component == "date-input" else set()
    ours, theirs = render(form), FIXTURES[component][fixture]
    if component == "date-input":
        ours = ours.replace(f' aria-invalid="true" aria-describedby="{name}-error"', "")

    assert same(ours, without) == same(theirs, without)


def test_the_error_counts_characters_and_describes_in_our_order():
    field = LongTextField(label="Can you provide more detail?", help_text=PERSONAL, limit=10)
    html = render(form_with(field, name="with-error", error="Please provide more detail"))

    threshold = {"data-threshold"}
    assert same(html, threshold) == same(
        FIXTURES["character-count"]["with hint and error"], threshold
    )
    assert 'aria-describedby="with-error-hint with-error-error with-error-info"' in html


class Everything(UiForm):
    strengths = LongTextField(label="What is going well?", help_text="Say how you know.")
    progress = forms.ChoiceField(
        label="Progress", choices=[("on", "Expected"), ("below", "Less")], widget=forms.RadioSelect
    )
    barrier = LongTextField(label="What gets in the way?")
    support = forms.MultipleChoiceField(
        label="Support", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    seen_on = DateField(label="When?", missing="Enter the date", subject="The date seen")
    cost = MoneyField(label="Cost")
    upn = forms.CharField(label="UPN")
    school = forms.ChoiceField(label="School", choices=[("", "Choose"), ("1", "Mill Lane")])
    agrees = forms.BooleanField(label="I agree", help_text="You can change this later.")
    secret = forms.CharField(
        label="Password", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    evidence = forms.FileField(label="Evidence", help_text="PDF")
    version = forms.CharField(widget=forms.HiddenInput)
    layout = (
        Section(
            "Learning", Text("strengths", previous=Previous("Words", "By Ruth")), hint="Short."
        ),
        Radios("progress", reveals={"below": [Text("barrier")]}),
        "support",
        Date("seen_on"),
        Money("cost"),
        Upn("upn"),
        "school",
        "agrees",
        "secret",
        "evidence",
    )


@pytest.mark.parametrize("data", [None, {}], ids=["plain", "every field at fault"])
def test_every_reference_points_at_something(data):
    form = Everything(data)
    summary = Template('{% include "components/error_summary.html" %}').render(
        Context({"form": form})
    )

    assert dangling(summary + render(form)) == set()


def test_no_field_asks_the_browser_to_validate():
    attrs = [names for _, names in elements(render(Everything()))]

    assert not any("required" in names or "maxlength" in names for names in attrs)


def test_a_follow_up_stands_straight_after_its_option():
    html = render(Everything())

    option = html.index('value="below"')
    reveal = html.index('class="vs-reveal"')
    assert option < reveal < html.index('id="id_barrier"')
    assert html.count('name="barrier"') == 1


def test_hidden_fields_are_kept():
    assert '<input type="hidden" name="version"' in render(Everything())


def test_words_of_people_are_escaped():
    field = forms.CharField(label="<b>Label</b>", help_text="<i>hint</i>", required=False)
    form = form_with(field, error="<u>fault</u>", layout=Text("x", previous=Previous("<s>old</s>")))

    html = render(form)

    assert not any(tag in html for tag in ("<b>", "<i>", "<u>", "<s>"))


@pytest.mark.parametrize(
    ("boxes", "target"),
    [
        pytest.param(("14", "10", ""), "id_seen_on-year", id="the year is missing"),
        pytest.param(("14", "", ""), "id_seen_on-month", id="the first missing part"),
        pytest.param(("31", "11", "2026"), "id_seen_on-day", id="November has 30 days"),
        pytest.param(("", "", ""), "id_seen_on-day", id="nothing typed"),
    ],
)
def test_the_error_summary_links_to_the_wrong_part_of_a_date(boxes, target):
    form = Everything({f"seen_on_{number}": text for number, text in enumerate(boxes)})
    html = Template('{% include "components/error_summary.html" %}').render(Context({"form": form}))

    assert f'href="#{target}"' in html
