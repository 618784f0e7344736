"""Where a child lives and under which order; smallest valid rows."""

from placements.models import Address, LegalStatus, Placement
from tests.factories.children import ChildFactFactory


class PlacementFactory(ChildFactFactory):
    class Meta:
        model = Placement

    kind = "U4"
    provider = "PR1"
    area = "in"
    country = "E"


class LegalStatusFactory(ChildFactFactory):
    class Meta:
        model = LegalStatus

    code = "C2"


class AddressFactory(ChildFactFactory):
    class Meta:
        model = Address

    kind = "placement"
    lines = "12 Made Up Road"
    postcode = "ZZ99 1AA"
