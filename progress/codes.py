"""What targets and interventions are filed under."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a target, as the review of it says; the words of the plan's form."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_RELEVANT = "not_relevant"


OUTCOME_LABELS: dict[str, str] = {
    Outcome.MET: "Met",
    Outcome.PARTLY: "Partly met",
    Outcome.NOT_MET: "Not yet met",
    Outcome.NOT_RELEVANT: "No longer relevant",
}

IMPACT_LABELS: dict[str, str] = {
    "none": "None yet",
    "some": "Some",
    "significant": "A lot",
}

# Of examples: the areas targets are about in the shipped forms
AREAS: dict[str, str] = {
    "reading": "Reading",
    "writing": "Writing",
    "maths": "Maths",
    "science": "Science",
    "other_subject": "Another subject",
    "semh": "Feelings and mental health",
    "attendance": "Attendance",
    "sen_outcome": "EHC plan outcome",
    "language": "Language",
    "independence": "Independence",
    "transition": "Moving on",
    "enrichment": "Activities and interests",
    "communication": "Communication and language",
    "physical": "Physical development",
    "psed": "Personal, social and emotional development",
    "literacy": "Literacy",
    "world": "Understanding the world",
    "arts": "Arts and design",
    "english": "English",
    "course": "Course or work",
}
