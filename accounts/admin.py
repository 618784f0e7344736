from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.actions import note_moved
from accounts.administration import (
    LAST_ONE,
    OWN_SEAT,
    MembershipForm,
    address_refusal,
    is_last,
)
from accounts.models import CouncilGroup, CouncilSignIn, Membership, User
from accounts.roles import Role
from ui.administration import KeptAdmin, StackedInline, is_system, own_authority

if TYPE_CHECKING:
    _PersonForm = ModelForm[User]
else:  # Django's own class takes no types in brackets
    _PersonForm = ModelForm


class PersonForm(_PersonForm):
    """A colleague. Nobody is locked out by their own hand, and the last administrator never."""

    by: User

    class Meta:
        model = User
        fields = ("given_name", "family_name", "email", "phone", "job_title", "is_active")

    def clean_email(self) -> str | None:
        email: str = (self.cleaned_data.get("email") or "").strip().lower()
        if self.instance._state.adding or (email or None) == self.instance.email:
            return email or None
        if words := address_refusal(by=self.by, person=self.instance):
            raise ValidationError(words)
        return email or None

    def clean_is_active(self) -> bool:
        active: bool = self.cleaned_data["is_active"]
        if active or self.instance._state.adding:
            return active
        if self.instance.pk == self.by.pk:
            raise ValidationError(OWN_SEAT)
        today = timezone.localdate()
        for membership in self.instance.memberships.current(on=today).order_by("pk"):
            if is_last(membership, on=today):
                raise ValidationError(LAST_ONE)
        return active


class MembershipInline(StackedInline):
    """The first seat, given with the person; later ones have a page of their own."""

    model = Membership
    form = MembershipForm
    extra = 1
    max_num = 1
    can_delete = False
    raw_id_fields = ("school",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = type("FirstSeatForm", (MembershipForm,), _asked_by(request))
        return super().get_formset(request, obj, **{**kwargs, "form": form, "min_num": 1})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "authority" and not is_system(request):
            authorities = db_field.remote_field.model.objects
            kwargs["queryset"] = authorities.filter(pk=own_authority(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _asked_by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "today": timezone.localdate()}


def _colleagues(request: HttpRequest) -> Q:
    """Seats an administrator runs: of the authority and its schools; of all for the system's."""
    if is_system(request):
        return Q()
    own = own_authority(request)
    return Q(authority=own) | Q(school__authority=own)


@admin.register(User)
class PersonAdmin(KeptAdmin):
    """Colleagues: people with a seat. Carers and young people are known by their children alone,
    and an administrator sees nothing of children."""

    form = PersonForm
    list_display = ("name", "email", "job_title", "is_active")
    list_filter = ("is_active",)
    search_fields = ("given_name", "family_name", "email")
    ordering = ("family_name", "given_name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        seats = Membership.objects.filter(_colleagues(request), user=OuterRef("pk"))
        return super().get_queryset(request).filter(Exists(seats))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = type("PersonForm", (PersonForm,), {"by": request.user})
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new colleague has no password until they are invited, or one is set by command."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            former = form.initial.get("email") or ""
            note_moved(person=obj, former=former, at=timezone.now())

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [] if obj else [MembershipInline]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A colleague who also has a seat elsewhere is changed by whoever runs both, and a system
        administrator by another."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or is_system(request):
            return allowed
        of_others = ~_colleagues(request) | Q(role=Role.SYSTEM_ADMINISTRATOR)
        return allowed and not obj.memberships.filter(of_others).exists()


@admin.register(Membership)
class MembershipAdmin(KeptAdmin):
    """Who holds which seat. A seat is given and ended, never rewritten."""

    form = MembershipForm
    list_display = ("person", "role", "authority", "school", "started_on", "ended_on")
    list_filter = ("role",)
    search_fields = (
        "user__given_name",
        "user__family_name",
        "user__email",
        "authority__name",
        "school__name",
    )
    ordering = ("user__family_name", "user__given_name", "-started_on", "pk")
    list_select_related = ("user", "authority", "school")
    raw_id_fields = ("user", "school")
    authority_path = ""

    @admin.display(description="Person", ordering="user__family_name")
    def person(self, row: Membership) -> str:
        return row.user.name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(_colleagues(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "role", "authority", "school", "started_on"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = type("MembershipForm", (MembershipForm,), _asked_by(request))
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "authority" and not is_system(request):
            authorities = db_field.remote_field.model.objects
            kwargs["queryset"] = authorities.filter(pk=own_authority(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CouncilGroupInline(StackedInline):
    """Which group gives which role. A row taken out ends what it gave, at the next sign-in."""

    model = CouncilGroup
    extra = 0


@admin.register(CouncilSignIn)
class CouncilSignInAdmin(KeptAdmin):
    """How a council's people sign in with its accounts. Its server is told by the environment."""

    authority_path = "authority"
    list_display = ("authority", "name", "is_open", "makes_people", "does_second_step")
    search_fields = ("authority__name", "authority__code", "name")
    ordering = ("authority__code",)
    list_select_related = ("authority",)
    inlines = (CouncilGroupInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["authority"] if obj else []
