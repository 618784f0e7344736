"""What the return's own rules question in rows that are sound in form [SSDA903].

Every one is a warning, kept as data-quality work: the social-care system owns the data.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from children.rules import UPN_REASONS, age_on
from files.csv_format import Faults
from placements.rules import Episode, continuity_warnings
from returns.csv_format.folder import Return, Roll
from returns.csv_format.rows import Row
from schools.rules import is_postcode, is_social_care_urn

FIRST_EPISODE = date(1991, 10, 14)  # rule 353: the Children Act came into force
TEN = 10  # criminal responsibility: rules 358, 372
NO_PROVIDER = frozenset({"T0", "T1", "T2", "T3", "T4", "Z11", "Z12", "Z13", "Z14"})
FREED_FOR_ADOPTION = frozenset({"A5", "A6"})
LONGEST_DAYS = {"L1": 3, "L2": 21, "L3": 7, "V3": 17}  # rules 361 to 363, 365
LEAST_AGE = {"S1": 4, "R5": TEN, "P3": 14, "K3": 16}  # rules 373, 372, 374, 371
ASK = "Ask social care to correct its system"

Warn = Callable[[Row, str, str, str], None]


def warn_about(roll: Roll, warnings: Faults) -> None:
    """Add what the rules question in each return of a folder."""
    for one in roll.returns:
        births = {row.child: row.day("DOB") for row in one.rows("Header")}
        warnings.extend(_of_header(one))
        warnings.extend(_of_episodes(one, births))
        warnings.extend(_of_other_tables(one, births))


def _collector(one: Return, table: str) -> tuple[Faults, Warn]:
    found = Faults(file=one.tables[table].file if table in one.tables else "")

    def warn(row: Row, rule: str, column: str, words: str) -> None:
        found.add(row.line, column, "", f"{words} (rule {rule})", ASK)

    return found, warn


def _of_header(one: Return) -> Faults:
    found, warn = _collector(one, "Header")
    upns = Counter(row.text("UPN") for row in one.rows("Header"))
    for row in one.rows("Header"):
        upn, born = row.text("UPN"), row.day("DOB")
        if upn and upn not in UPN_REASONS and upns[upn] > 1:
            warn(row, "444", "UPN", "Two children have this UPN")
        if not upn:
            warn(row, "168", "UPN", "There is neither a UPN nor a reason for having none")
        if upn == "UN1" and born and age_on(born, one.year.last_day) > 5:
            warn(row, "209", "UPN", "UN1 is for children below school age")
        if not row.text("ETHNIC"):
            warn(row, "102", "ETHNIC", "The ethnic background is empty")
        if born and born > one.year.last_day:
            warn(row, "301", "DOB", "Born after the year of the return")
        if (row.text("MOTHER") == "1") != (row.day("MC_DOB") is not None):
            warn(row, "118", "MC_DOB", "MOTHER and MC_DOB do not fit together")
    return found


def _of_episodes(one: Return, births: dict[str, date | None]) -> Faults:
    found, warn = _collector(one, "Episodes")
    by_child: dict[str, list[Row]] = {}
    for row in one.rows("Episodes"):
        by_child.setdefault(row.child, []).append(row)
        _of_dates(row, one, births.get(row.child), warn)
        _of_placement(row, warn)
    for rows in by_child.values():
        lines = {row.must_day("DECOM"): row for row in rows}
        for warning in continuity_warnings(_episodes(rows)):
            if warning.started_on < one.year.started_on:
                continue  # what it follows may stand in the return of the year before
            warn(lines[warning.started_on], warning.rule, "DECOM", warning.words)
        statuses = {row.text("LS") for row in rows}
        if {"V3", "V4"} <= statuses:
            warn(rows[0], "426", "LS", "V3 and V4 in one year")
    return found


def _episodes(rows: Iterable[Row]) -> list[Episode]:
    return [
        Episode(
            started_on=row.must_day("DECOM"),
            reason_new=row.text("RNE"),
            legal_status=row.text("LS"),
            place=row.text("PLACE"),
            ended_on=row.day("DEC"),
            reason_ended=row.text("REC"),
            provider=row.text("PLACE_PROVIDER"),
            postcode=row.text("PL_POST"),
            provider_urn=row.text("URN"),
        )
        for row in rows
    ]


def _of_dates(row: Row, one: Return, born: date | None, warn: Warn) -> None:
    started_on, ended_on = row.must_day("DECOM"), row.day("DEC")
    if born and started_on < born:
        warn(row, "302", "DECOM", "The episode starts before the child was born")
    if started_on < FIRST_EPISODE:
        warn(row, "353", "DECOM", "No episode can start before 14 October 1991")
    if started_on > one.year.last_day:
        warn(row, "354", "DECOM", f"Starts after the {one.year}")
    if ended_on and ended_on > one.year.last_day:
        warn(row, "385", "DEC", f"Ends after the {one.year}")
    if ended_on and ended_on <= started_on:
        warn(row, "355", "DEC", "Shorter than 24 hours, so the episode was not used")
    longest = LONGEST_DAYS.get(row.text("LS"))
    last = ended_on or one.year.last_day
    if longest and (last - started_on).days > longest:
        warn(row, "361-365", "LS", f"{row.text('LS')} may last {longest} days at most")
    if born is None:
        return
    age = age_on(born, started_on)
    if row.text("LS") in {"J1", "J2", "J3"} and age < TEN:
        warn(row, "358", "LS", "Youth justice status under the age of 10")
    least = LEAST_AGE.get(row.text("PLACE"))
    if least and age < least:
        warn(row, "371-374", "PLACE", f"{row.text('PLACE')} is for children of {least} and over")


def _of_placement(row: Row, warn: Warn) -> None:
    place, provider, urn = row.text("PLACE"), row.text("PLACE_PROVIDER"), row.text("URN")
    if place == "P1" and row.text("LS") == "V2":
        warn(row, "378", "PLACE", "Placed with parents while accommodated under section 20")
    if place in FREED_FOR_ADOPTION and row.text("LS") != "E1":
        warn(row, "408", "LS", "A5 and A6 need a placement order")
    if place in NO_PROVIDER and provider:
        warn(row, "213", "PLACE_PROVIDER", "This kind of placement has no provider")
    if place not in NO_PROVIDER and not provider:
        warn(row, "526", "PLACE_PROVIDER", "The provider is empty")
    if provider == "PR0" and place != "P1":
        warn(row, "527", "PLACE_PROVIDER", "PR0 is only for placement with parents")
    if urn and urn != "XXXXXXX" and not is_social_care_urn(urn):
        warn(row, "221", "URN", "Not a social care URN: 7 digits, or SC and 6 digits")
    for column in ("HOME_POST", "PL_POST"):
        code = row.text(column)
        if code and not is_postcode(code):
            warn(row, "171", column, "This is not a postcode")


def _of_other_tables(one: Return, births: dict[str, date | None]) -> Faults:
    found = Faults()
    for name, table in one.tables.items():
        if name in {"Header", "Episodes"}:
            continue
        here, warn = _collector(one, name)
        columns = table.format.place
        for row in table.rows:
            if "DOB" in columns and row.day("DOB") not in {None, births.get(row.child)}:
                warn(row, "301", "DOB", "Another date of birth than in Header")
        found.extend(here)
    found.extend(_of_ends(one))
    found.extend(_of_health(one))
    return found


def _of_ends(one: Return) -> Faults:
    """Pairs of first and last day the wrong way round."""
    found = Faults()
    for name, start, end, rule in (
        ("Missing", "MIS_START", "MIS_END", "570"),
        ("SWEpisodes", "SW_DECOM", "SW_DEC", "SW06"),
        ("DoLo", "DOLO_START", "DOLO_END", "702"),
        ("PlacedAdoption", "DATE_PLACED", "DATE_PLACED_CEASED", "390"),
    ):
        here, warn = _collector(one, name)
        for row in one.rows(name):
            first, last = row.day(start), row.day(end)
            if first and last and last < first:
                warn(row, rule, end, "Ends before it starts")
        found.extend(here)
    return found


def _of_health(one: Return) -> Faults:
    found, warn = _collector(one, "OC2")
    for row in one.rows("OC2"):
        score, reason = row.number("SDQ_SCORE"), row.text("SDQ_REASON")
        if score is not None and reason:
            warn(row, "187", "SDQ_REASON", "A score and a reason for having none")
        misuse, received = row.text("SUBSTANCE_MISUSE"), row.text("INTERVENTION_RECEIVED")
        if (misuse == "1") != bool(received):
            warn(row, "192", "INTERVENTION_RECEIVED", "Needed exactly when SUBSTANCE_MISUSE is 1")
        if (received == "0") != bool(row.text("INTERVENTION_OFFERED")):
            warn(row, "193", "INTERVENTION_OFFERED", "Needed exactly when none was received")
    return found
