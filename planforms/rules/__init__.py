"""What a PEP form may be: plain rules on its content, each fault said in a sentence."""

from planforms.rules.checking import (
    HEADS,
    KEY,
    KINDS,
    LONGEST_ANSWER,
    MOST_COLUMNS,
    MOST_QUESTIONS,
    MOST_SECTIONS,
    OF_COLUMNS,
    OWNERS,
    Known,
    faults_of_form,
    faults_of_section,
)
from planforms.rules.comparing import Change, changes, column_text
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
    "KEY",
    "KINDS",
    "LARGEST_FILE",
    "LONGEST_ANSWER",
    "MOST_COLUMNS",
    "MOST_QUESTIONS",
    "MOST_SECTIONS",
    "OF_COLUMNS",
    "OWNERS",
    "SCHEMA",
    "SCHEMA_VERSION",
    "Change",
    "Known",
    "RuleNotUnderstood",
    "changes",
    "column_text",
    "faults_of_form",
    "faults_of_section",
    "form_of_file",
    "options_of",
    "options_text",
    "rule_of",
    "rule_text",
    "text_of_file",
]
