from django.urls import path

from families.views import carers, codes, young_people

app_name = "families"
urlpatterns = [
    path("me/", young_people.young_person, name="young_person"),
    path("sign-in/carer/", carers.ask, name="carer"),
    path("sign-in/carer/sent/", carers.link_sent, name="link_sent"),
    path("sign-in/carer/pin/", carers.pin, name="pin"),
    path("sign-in/carer/<str:token>/", carers.link, name="link"),
    path("children/<uuid:pk>/sign-in/", codes.help_sign_in, name="help_sign_in"),
    path("children/<uuid:pk>/sign-in/code/", codes.make_code, name="make_code"),
    path("children/<uuid:pk>/sign-in/sheet/", codes.make_sheet, name="make_sheet"),
    path("children/<uuid:pk>/sign-in/<uuid:code_pk>/withdraw/", codes.withdraw, name="withdraw"),
    path("children/<uuid:pk>/carers/<uuid:person_pk>/pin/", carers.reset_pin, name="reset_pin"),
]
