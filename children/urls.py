from django.urls import path

from children import views

app_name = "children"
urlpatterns = [
    path("children/<uuid:pk>/restricted/", views.restricted, name="restricted"),
    path("children/<uuid:pk>/protection/", views.protection, name="protection"),
    path("children/<uuid:pk>/protection/restrict/", views.restrict, name="restrict"),
    path("children/<uuid:pk>/protection/lift/", views.lift, name="lift"),
    path("children/<uuid:pk>/protection/seal/", views.seal, name="seal"),
    path("children/<uuid:pk>/protection/instruction/", views.instruction, name="instruction"),
    path(
        "children/<uuid:pk>/protection/instruction/<uuid:flag_pk>/end/",
        views.end_instruction,
        name="end_instruction",
    ),
    path("children/<uuid:pk>/protection/note/", views.note, name="note"),
    path("children/<uuid:pk>/protection/notes/", views.show_notes, name="show_notes"),
    path("children/<uuid:pk>/protection/note/<uuid:note_pk>/end/", views.end_note, name="end_note"),
    path("emergency/", views.emergency, name="emergency"),
    path("openings/", views.openings, name="openings"),
    path("openings/<uuid:opening_pk>/end/", views.end_opening, name="end_opening"),
    path("sealed/", views.sealed, name="sealed"),
    path("sealed/<uuid:restriction_pk>/", views.open_sealed, name="open_sealed"),
]
