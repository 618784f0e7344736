from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from schools.models import (
    Authority,
    BankHoliday,
    ClosedDay,
    District,
    GssCode,
    Policy,
    Postcode,
    School,
    SchoolLink,
    TeachingPeriod,
    Term,
)
from schools.rules import is_other_provider
from ui.administration import (
    KeptAdmin,
    ReadOnlyAdmin,
    StackedInline,
    all_but,
    is_system,
    own_authority,
)

if TYPE_CHECKING:
    _PolicyForm = ModelForm[Policy]
else:  # Django's own class takes no types in brackets
    _PolicyForm = ModelForm


class GssCodeInline(StackedInline):
    model = GssCode
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_system(request)


@admin.register(Authority)
class AuthorityAdmin(KeptAdmin):
    """Every authority is seen, since children live in all of them; one's own may be changed."""

    OWN = ("display_name", "accent", "contact_email", "contact_phone", "adjoining",
           "adjoining_is_known")  # fmt: skip
    list_display = ("code", "display_name", "region", "ended_on", "is_made_up")
    list_display_links = ("code", "display_name")
    list_filter = ("is_made_up",)
    search_fields = ("code", "name", "display_name", "region", "gss_codes__code")
    ordering = ("code",)
    inlines = (GssCodeInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if is_system(request):
            return ["id", "code"] if obj else []
        return all_but(Authority, self.OWN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_system(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        theirs = obj is None or is_system(request) or obj.pk == own_authority(request)
        return theirs and super().has_change_permission(request, obj)


class PolicyForm(_PolicyForm):
    """The settings in the words people use for them."""

    class Meta:
        labels = {
            "initiate_pep_working_days": "Working days to initiate a first PEP",
            "complete_pep_working_days": "Working days to complete a first PEP",
            "pep_after_school_change_working_days": "Working days to a PEP after a new school",
            "long_holiday_days": "Days without school that make a PEP begun meanwhile interim",
            "days_between_pep_nudges": "Days until the same person is nudged about a PEP again",
            "paper_kept_days": "Days a made paper of a PEP is kept",
            "draft_paper_kept_days": "Days a made draft of a PEP is kept",
            "plans_file_kept_hours": "Hours the file of all plans of a term is kept",
            "school_must_sign": "The designated teacher must sign",
            "social_worker_must_sign": "The social worker must sign",
            "carer_must_sign": "The carer must sign",
            "child_must_sign": "The child must sign",
            "minimum_targets": "Targets a PEP needs",
            "minimum_targets_early_years": "Targets a PEP needs in the early years",
            "pep_from_year": "First year group with PEPs",
            "pep_to_year": "Last year group with PEPs",
            "pep_on_time_target": "Target for PEPs on time (%)",
            "attendance_target": "Attendance target (%)",
            "attendance_concern": "Attendance to act on, below (%)",
            "days_old_school_keeps_access": "Days a former school keeps access",
            "head_teacher_must_answer_working_days": "Working days for a head teacher to answer",
        }


@admin.register(Policy)
class PolicyAdmin(KeptAdmin):
    """Rules of an authority from a day on: a change is a new row, so that old figures stay."""

    form = PolicyForm
    exclude = ("quality_scale",)  # the rubric says it: the column goes with a later release
    authority_path = "authority"
    list_display = ("authority", "started_on", "ended_on", "minimum_targets")
    search_fields = ("authority__name", "authority__code")
    ordering = ("authority__code", "-started_on")
    list_select_related = ("authority",)


@admin.register(Term)
class TermAdmin(KeptAdmin):
    authority_path = "authority"
    list_display = ("authority", "academic_year", "name", "started_on", "ended_on",
                    "pep_deadline_on")  # fmt: skip
    list_filter = ("academic_year",)
    search_fields = ("authority__name", "authority__code", "=academic_year", "name")
    ordering = ("authority__code", "-started_on")
    list_select_related = ("authority",)


@admin.register(TeachingPeriod)
class TeachingPeriodAdmin(KeptAdmin):
    authority_path = "authority"
    list_display = ("authority", "school", "started_on", "ended_on")
    search_fields = ("authority__name", "authority__code", "school__name")
    ordering = ("authority__code", "-started_on", "pk")
    raw_id_fields = ("school",)
    list_select_related = ("authority", "school")


@admin.register(ClosedDay)
class ClosedDayAdmin(KeptAdmin):
    authority_path = "authority"
    list_display = ("authority", "school", "on", "reason")
    search_fields = ("authority__name", "authority__code", "school__name", "reason")
    ordering = ("authority__code", "-on", "pk")
    raw_id_fields = ("school",)
    list_select_related = ("authority", "school")


@admin.register(BankHoliday)
class BankHolidayAdmin(KeptAdmin):
    system_only = True
    list_display = ("on", "name")
    search_fields = ("name", "on")
    ordering = ("-on",)


class SchoolLinkInline(StackedInline):
    model = SchoolLink
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(School)
class SchoolAdmin(KeptAdmin):
    """Schools of the register are as the register has them; other providers may be changed."""

    list_display = ("id", "name", "town", "authority", "phase", "status")
    list_display_links = ("id", "name")
    list_filter = ("status", "phase")
    search_fields = ("=id", "name", "town", "postcode")
    ordering = ("name", "pk")
    raw_id_fields = ("authority", "added_by_authority")
    list_select_related = ("authority",)
    inlines = (SchoolLinkInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # by loading the register, or where a child's provider is entered

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not is_other_provider(obj.pk):
            return False
        if obj is not None and not is_system(request):
            return bool(obj.added_by_authority_id == own_authority(request))
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["id", "added_by_authority"]


@admin.register(District)
class DistrictAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "upper_code")
    search_fields = ("code", "name", "upper_code")
    ordering = ("name", "code")


@admin.register(Postcode)
class PostcodeAdmin(ReadOnlyAdmin):
    list_display = ("postcode", "easting", "northing", "district_code")
    search_fields = ("postcode",)
    ordering = ("postcode",)
