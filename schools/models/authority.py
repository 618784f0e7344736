"""Authorities, and the places children may live in."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def from_code(self, code: str) -> Authority:
        """Find an authority by its DfE number (850) or its GSS code (E10000014), now or former.

        Raises Authority.DoesNotExist.
        """
        code = code.strip().upper()
        if code.isdigit():
            return self.get(pk=int(code))
        return self.get(gss_codes__code=code)


class Authority(models.Model):
    """A council with children's services; also a made-up one for demonstration (999).

    A reorganised authority is a new row; the old one ends and names its successor. `id` is the DfE
    number, `code` the same as three characters.
    """

    id = models.PositiveIntegerField("DfE number", primary_key=True)
    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=100)
    display_name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30, blank=True)
    region = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=1, default="E", help_text="E, W, S or N")
    ended_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    adjoining = models.ManyToManyField("self", blank=True)
    adjoining_is_known = models.BooleanField(
        default=False, help_text="Whether the list of adjoining authorities has been entered"
    )
    is_made_up = models.BooleanField(default=False)
    accent = models.CharField(
        max_length=7,
        default="#0f5467",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Enter a colour like #0f5467")],
    )
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return f"{self.display_name} ({self.code})"


class GssCode(models.Model):
    """A statistical code an authority has, or had until a day (they change, DfE numbers stay)."""

    code = models.CharField(max_length=9, primary_key=True)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="gss_codes")
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class District(models.Model):
    """A lower-tier area and the upper-tier authority it belongs to, by GSS code."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=100)
    upper_code = models.CharField(max_length=9)

    def __str__(self) -> str:
        return self.code


class Postcode(models.Model):
    """A postcode's grid reference in metres and its district. Reference data, nobody's address."""

    postcode = models.CharField(max_length=7, primary_key=True, help_text="No space, capitals")
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    district_code = models.CharField(max_length=9)

    def __str__(self) -> str:
        return "postcode"
