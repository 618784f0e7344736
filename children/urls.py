from django.urls import path

from children.views import opening, protecting

app_name = "children"
urlpatterns = [
    path("children/<uuid:pk>/restricted/", opening.restricted, name="restricted"),
    path("children/<uuid:pk>/protection/", protecting.protection, name="protection"),
    path("children/<uuid:pk>/protection/restrict/", protecting.restrict, name="restrict"),
    path("children/<uuid:pk>/protection/lift/", protecting.lift, name="lift"),
    path("children/<uuid:pk>/protection/seal/", protecting.seal, name="seal"),
    path("children/<uuid:pk>/protection/instruction/", protecting.instruction, name="instruction"),
    path(
        "children/<uuid:pk>/protection/instruction/<uuid:flag_pk>/end/",
        protecting.end_instruction,
        name="end_instruction",
    ),
    path("children/<uuid:pk>/protection/note/", protecting.note, name="note"),
    path("children/<uuid:pk>/protection/notes/", protecting.show_notes, name="show_notes"),
    path(
        "children/<uuid:pk>/protection/note/<uuid:note_pk>/end/",
        protecting.end_note,
        name="end_note",
    ),
    path("emergency/", opening.emergency, name="emergency"),
    path("openings/", opening.openings, name="openings"),
    path("openings/<uuid:opening_pk>/end/", opening.end_opening, name="end_opening"),
    path("sealed/", opening.sealed, name="sealed"),
    path("sealed/<uuid:restriction_pk>/", opening.open_sealed, name="open_sealed"),
]
