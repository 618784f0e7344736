"""A section of eighty questions against a template written by hand for its kinds of questions.

The floor is one flat template: a loop, the markup of each kind spelled out, the values it is given.
No form, no fields, no layout. Ours builds the fields of the section, knows what was answered, what
may be put off and to whom, and marks faults. Both make the same inputs for the same answers.
"""

from typing import Any
from uuid import UUID

from django.template import Context, engines
from django.utils.safestring import SafeString

from bench.measuring import Line, Work, interleaved, timed
from pep.form_content import Kind, QuestionContent, SectionContent
from pep.forms import SectionForm

FLOOR = "flat template by hand"
NAME = "section of 80 questions, rendered"
QUESTIONS = 80
TARGET = 3.0
ROUNDS, WARM = 30, 4
OPTIONS = (("above", "More than expected"), ("on", "As expected"), ("below", "Less than expected"))
PEOPLE = [(UUID(int=n), f"Person {n}, social worker") for n in range(1, 7)]
SHIPPED_KINDS = (Kind.TEXT, Kind.CHOICE, Kind.TEXT, Kind.YES_NO, Kind.TEXT, Kind.DATE, Kind.LINE)

BY_HAND = """
{% for q in questions %}<div class="govuk-form-group">
{% if q.kind == "text" %}<label class="govuk-label govuk-label--s" for="id_{{ q.key }}">{{ q.label }}</label><div id="id_{{ q.key }}-hint" class="govuk-hint">{{ q.hint }}</div><textarea class="govuk-textarea" id="id_{{ q.key }}" name="{{ q.key }}" rows="5" aria-describedby="id_{{ q.key }}-hint">{{ q.value }}</textarea>
{% elif q.kind == "line" %}<label class="govuk-label govuk-label--s" for="id_{{ q.key }}">{{ q.label }}</label><div id="id_{{ q.key }}-hint" class="govuk-hint">{{ q.hint }}</div><input class="govuk-input" id="id_{{ q.key }}" name="{{ q.key }}" type="text" value="{{ q.value }}" aria-describedby="id_{{ q.key }}-hint">
{% elif q.kind == "date" %}<fieldset class="govuk-fieldset"><legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{{ q.label }}</legend><div id="id_{{ q.key }}-hint" class="govuk-hint">{{ q.hint }}</div><div class="govuk-date-input">{% for box in q.boxes %}<div class="govuk-date-input__item"><label class="govuk-label" for="{{ box.id }}">{{ box.label }}</label><input class="govuk-input" id="{{ box.id }}" name="{{ box.name }}" value="{{ box.value }}" inputmode="numeric"></div>{% endfor %}</div></fieldset>
{% else %}<fieldset class="govuk-fieldset"><legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{{ q.label }}</legend><div id="id_{{ q.key }}-hint" class="govuk-hint">{{ q.hint }}</div><div class="govuk-radios">{% for value, words in q.options %}<div class="govuk-radios__item"><input class="govuk-radios__input" type="radio" id="id_{{ q.key }}-{{ value }}" name="{{ q.key }}" value="{{ value }}"{% if value == q.value %} checked{% endif %}><label class="govuk-label govuk-radios__label" for="id_{{ q.key }}-{{ value }}">{{ words }}</label></div>{% endfor %}</div></fieldset>{% endif %}</div>
<details class="govuk-details"><summary class="govuk-details__summary"><span class="govuk-details__summary-text">Not yet known: {{ q.label }}</span></summary><div class="govuk-details__text"><fieldset class="govuk-fieldset"><legend class="govuk-visually-hidden">Instead of an answer to: {{ q.label }}</legend>{% for value, words in states %}<div class="govuk-radios__item"><input class="govuk-radios__input" type="radio" id="id_{{ q.key }}-later-{{ value }}" name="{{ q.key }}-later" value="{{ value }}"{% if value == q.state %} checked{% endif %}><label class="govuk-label govuk-radios__label" for="id_{{ q.key }}-later-{{ value }}">{{ words }}</label></div>{% endfor %}<label for="id_{{ q.key }}-later_person">Who will tell us?</label><select class="govuk-select" id="id_{{ q.key }}-later_person" name="{{ q.key }}-later_person"><option value="">Choose a person, or write a name</option>{% for pk, name in people %}<option value="{{ pk }}"{% if pk == q.person %} selected{% endif %}>{{ name }}</option>{% endfor %}</select><label for="id_{{ q.key }}-later_who">Or somebody else</label><input class="govuk-input" id="id_{{ q.key }}-later_who" name="{{ q.key }}-later_who" value="{{ q.who }}"><fieldset class="govuk-fieldset"><legend>By when?</legend>{% for box in q.until %}<div class="govuk-date-input__item"><label class="govuk-label" for="{{ box.id }}">{{ box.label }}</label><input class="govuk-input" id="{{ box.id }}" name="{{ box.name }}" value="{{ box.value }}" inputmode="numeric"></div>{% endfor %}</fieldset></fieldset></div></details>
{% endfor %}
"""  # noqa: E501 -- markup of one line each, as in the real template


def measure(*, children: int) -> list[Line]:
    section, answers = the_section(), the_answers()
    flat = engines["django"].from_string(BY_HAND)
    values = by_hand(section, answers)
    works = {
        FLOOR: Work(lambda: flat.render(values)),
        NAME: Work(lambda: rendered(section, answers)),
    }
    timings = interleaved(works, rounds=ROUNDS, warm=WARM)
    size = len(rendered(section, answers)) / 1024
    return [
        timed(
            "PEP form",
            NAME,
            timings=timings,
            floor_name=FLOOR,
            target=TARGET,
            note=f"fields, layout and markup; {size:.0f} kB",
        )
    ]


def rendered(section: SectionContent, answers: dict[str, Any]) -> SafeString:
    """The questions as the section's page renders them, from the form's content on."""
    form = SectionForm(section, child="Amara", answers=answers, people=lambda: PEOPLE)
    return SafeString("".join(item.render(form, Context()) for item in form.get_layout()))


def the_section() -> SectionContent:
    """Eighty questions of the kinds the shipped forms ask, all of them needed."""
    kinds = [SHIPPED_KINDS[n % len(SHIPPED_KINDS)] for n in range(QUESTIONS)]
    questions = tuple(
        QuestionContent(
            f"question_{n}",
            kind,
            f"How is {{child}} doing in part {n}?",
            hint="Say what changed, and how you know.",
            options=OPTIONS if kind == Kind.CHOICE else (),
            is_required=True,
        )
        for n, kind in enumerate(kinds)
    )
    return SectionContent("long", "Long", "Learning", "school", 1, "", "", "", questions)


def the_answers() -> dict[str, Any]:
    said = {
        Kind.TEXT: "Reads every day and enjoys it. " * 8,
        Kind.LINE: "Mr Hale",
        Kind.CHOICE: "on",
        Kind.YES_NO: True,
        Kind.DATE: "2026-11-02",
    }
    return {question.key: said[Kind(question.kind)] for question in the_section().questions}


def by_hand(section: SectionContent, answers: dict[str, Any]) -> dict[str, Any]:
    """What the flat template is given: plain values, ready to print."""

    def boxes(name: str, values: tuple[str, str, str]) -> list[dict[str, str]]:
        labels = ("Day", "Month", "Year")
        return [
            {"id": f"id_{name}-{n}", "name": f"{name}_{n}", "label": label, "value": value}
            for n, (label, value) in enumerate(zip(labels, values, strict=True))
        ]

    questions = [
        {
            "key": q.key,
            "kind": q.kind.value if isinstance(q.kind, Kind) else q.kind,
            "label": q.label.replace("{child}", "Amara"),
            "hint": q.hint,
            "value": "yes" if answers[q.key] is True else answers[q.key],
            "options": q.options or (("yes", "Yes"), ("no", "No")),
            "boxes": boxes(q.key, ("2", "11", "2026")),
            "until": boxes(f"{q.key}-later_until", ("", "", "")),
            "state": "",
            "person": "",
            "who": "",
        }
        for q in section.questions
    ]
    states = (
        ("", "I have answered, or will answer"),
        ("not_known", "Not yet known"),
        ("nothing_to_add", "Nothing to add"),
    )
    people = [(str(pk), name) for pk, name in PEOPLE]
    return {"questions": questions, "states": states, "people": people}
