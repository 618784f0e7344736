"""What a PEP form may be: plain rules on its content, each fault said in a sentence."""

from planforms.rules.checking import (
    HEADS,
    KINDS,
    MOST_QUESTIONS,
    MOST_SECTIONS,
    OWNERS,
    Known,
    faults_of_form,
    faults_of_section,
)
from planforms.rules.comparing import Change, changes
from planforms.rules.sharing import (
    LARGEST_FILE,
    SCHEMA,
    SCHEMA_VERSION,
    form_of_file,
    text_of_file,
)
from planforms.rules.wording import RuleNotUnderstood, options_of, options_text, rule_of, rule_text

__all__ = [
    "HEADS",
    "KINDS",
    "LARGEST_FILE",
    "MOST_QUESTIONS",
    "MOST_SECTIONS",
    "OWNERS",
    "SCHEMA",
    "SCHEMA_VERSION",
    "Change",
    "Known",
    "RuleNotUnderstood",
    "changes",
    "faults_of_form",
    "faults_of_section",
    "form_of_file",
    "options_of",
    "options_text",
    "rule_of",
    "rule_text",
    "text_of_file",
]
