"""Agreed plans on their way to the children's files: what is owed, handed over, given up."""

import hashlib
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

import audit
from accounts.models import Membership
from accounts.roles import Role
from notifications.actions import notify
from papers import exchange, sending
from papers.models import Delivery, DeliveryPlace
from papers.sending import NotSent, Part
from pep.models import AgreedVersion, Paper
from placements.models import Address

AT_ONCE = 50  # of one authority in one sweep
MOST_TRIES = 12  # about a day and a half
LONGEST_WAIT = timedelta(hours=12)
TOLD_AFTER = 3  # tries; sooner it is often a machine that was started again


def owe(*, authority_id: int, at: datetime) -> int:
    """Write down what is to be handed over: plans agreed since the place was switched on.

    Found by what is not there, so nothing is lost and nothing doubled. Two queries.
    """
    place = DeliveryPlace.objects.filter(authority=authority_id, is_on=True).first()
    if place is None or place.started_at is None:
        return 0
    made = Paper.objects.filter(version=OuterRef("pk"), made_at__isnull=False)
    known = Delivery.objects.filter(version=OuterRef("pk"))
    versions = AgreedVersion.objects.filter(
        ~Exists(known), Exists(made), authority=authority_id, agreed_at__gte=place.started_at
    ).defer("content")
    rows = [
        Delivery(
            authority_id=authority_id,
            child_id=version.child_id,
            version=version,
            owed_at=at,
            next_try_at=at,
        )
        for version in versions.order_by("agreed_at", "pk")[:AT_ONCE]
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def due(*, at: datetime) -> list[UUID]:
    """List what is to be tried now, oldest first. One query."""
    waiting = Delivery.objects.waiting().filter(next_try_at__lte=at)
    return list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def deliver(delivery_id: UUID, *, at: datetime) -> None:
    """Hand one agreed plan over, once; keep the receipt, or when to try again.

    The row is held meanwhile: a second worker waits, then finds it done. What was taken by the
    other side before we could note it is sent again under the same key.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("version__plan__term", "authority")
        .get(pk=delivery_id)
    )
    place = DeliveryPlace.objects.filter(authority=delivery.authority_id, is_on=True).first()
    if delivery.state != Delivery.State.OWED or delivery.next_try_at > at or place is None:
        return
    delivery.tries += 1
    delivery.where = place.where
    try:
        _hand_over(delivery, place, at=at)
    except NotSent as refusal:
        _not_sent(delivery, refusal, at=at)
    else:
        delivery.state, delivery.sent_at, delivery.fault = Delivery.State.SENT, at, ""
        delivery.save()
        _record(delivery, "plan.handed_over", at=at)


def _hand_over(delivery: Delivery, place: DeliveryPlace, *, at: datetime) -> None:
    parts = _parts(delivery, on=timezone.localtime(at).date())
    code = delivery.authority.code
    if place.way == DeliveryPlace.Way.FOLDER:
        if not settings.DELIVERY_FOLDER:
            raise NotSent(sending.Fault.NO_FOLDER)
        sending.to_folder(Path(settings.DELIVERY_FOLDER), code, place.folder, parts)
        delivery.code, delivery.answer = None, ""
    else:
        answer = sending.to_endpoint(
            place.url,
            parts,
            key=str(delivery.version_id),
            secret=settings.DELIVERY_SECRETS.get(code, ""),
            private_hosts=settings.DELIVERY_PRIVATE_HOSTS,
        )
        delivery.code, delivery.answer = answer.code, answer.words
    delivery.names = [part.name for part in parts]
    delivery.pdf_sha256, delivery.json_sha256 = (
        hashlib.sha256(part.content).hexdigest() for part in parts
    )


def _parts(delivery: Delivery, *, on: date) -> list[Part]:
    """The PDF, then the JSON: whoever waits for the JSON finds the PDF there.

    With a confidential home neither has what leads to it: the PDF is printed for the file then.
    """
    version = delivery.version
    homes = Address.objects.confidential(on=on)
    is_confidential = homes.filter(child=delivery.child_id).exists()
    document = exchange.for_the_file(version, is_home_confidential=is_confidential)
    if is_confidential:
        # Here, not above: whoever hands over the others prints nothing (docs/adr/0006)
        from pep import documents

        pdf = documents.render_part(version, deepcopy(document["content"]))
    else:
        pdf = _paper(version)
    stem = f"{exchange.file_name(version.plan, version)}-{version.pk.hex}"
    text = exchange.as_text(document).encode()
    return [
        Part(f"{stem}.pdf", "paper", "application/pdf", pdf),
        Part(f"{stem}.json", "plan", "application/json", text),
    ]


def _paper(version: AgreedVersion) -> bytes:
    paper = Paper.objects.select_related("file").get(version=version, kind=Paper.Kind.FULL)
    try:
        if paper.file is None:
            raise FileNotFoundError
        with paper.file.content.open("rb") as stored:
            content: bytes = stored.read()
    except OSError:
        raise NotSent(sending.Fault.NO_PAPER) from None
    return content


def _not_sent(delivery: Delivery, refusal: NotSent, *, at: datetime) -> None:
    delivery.fault, delivery.code, delivery.answer = refusal.fault, refusal.code, refusal.answer
    delivery.next_try_at = at + wait_after(delivery.tries)
    if delivery.tries >= MOST_TRIES:
        delivery.state = Delivery.State.FAILED
    delivery.save()
    _record(delivery, "plan.not_handed_over", at=at)
    if delivery.tries == TOLD_AFTER or delivery.state == Delivery.State.FAILED:
        _tell(delivery, at=at)


def wait_after(tries: int) -> timedelta:
    """How long until the next try: a minute, then twice as long each time."""
    return min(timedelta(minutes=int(2 ** (tries - 1))), LONGEST_WAIT)


def _record(delivery: Delivery, kind: str, *, at: datetime) -> None:
    audit.record_of(
        delivery,
        kind=kind,
        at=at,
        after={"tries": delivery.tries, "fault": delivery.fault, "code": delivery.code},
    )


def _tell(delivery: Delivery, *, at: datetime) -> None:
    """Tell the authority's administrators, once a day, whatever the number of plans; no names."""
    on = timezone.localtime(at).date()
    seats = Membership.objects.current(on=on).filter(
        authority=delivery.authority_id, role=Role.AUTHORITY_ADMINISTRATOR
    )
    given_up = "given-up" if delivery.state == Delivery.State.FAILED else "waiting"
    notify(
        recipients=[seat.user for seat in seats.select_related("user").order_by("pk")],
        key=f"delivery:{delivery.authority_id}:{on.isoformat()}:{given_up}",
        kind="plans_not_handed_over",
        text="Agreed plans could not be handed over. "
        f"{delivery.get_fault_display()}. Please look at where they go.",
        path=reverse("admin:papers_deliveryplace_changelist"),
        authority_id=delivery.authority_id,
        at=at,
    )
