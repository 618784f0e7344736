from django.urls import path

from pep.views import asking, board, deputies, doubts, gaps, moves, plans, sections, signing

app_name = "pep"
urlpatterns = [
    path("", plans.plans, name="list"),
    path("waiting/", board.board, name="board"),
    path("waiting/nudge/", board.nudge_all, name="nudge_all"),
    path("deputies/", deputies.deputies_page, name="deputies"),
    path("deputies/<uuid:pk>/end/", deputies.end_deputy, name="end_deputy"),
    path("start/<uuid:child_pk>/", plans.start, name="start"),
    path("<uuid:pk>/", plans.plan, name="plan"),
    path("<uuid:pk>/nudge/", board.nudge, name="nudge"),
    path("<uuid:pk>/section/<slug:slug>/", sections.section, name="section"),
    path("<uuid:pk>/section/<slug:slug>/autosave/", sections.autosave, name="autosave"),
    path("<uuid:pk>/section/<slug:slug>/presence/", sections.presence_beat, name="presence"),
    path("<uuid:pk>/section/<slug:slug>/conflict/", sections.conflict, name="conflict"),
    path("<uuid:pk>/section/<slug:slug>/history/", sections.history, name="history"),
    path("<uuid:pk>/section/<slug:slug>/ask/", asking.ask, name="ask"),
    path("<uuid:pk>/notes/<uuid:note_pk>/", asking.note, name="note"),
    path("<uuid:pk>/notes/<uuid:note_pk>/sorted/", asking.mark_sorted, name="mark_sorted"),
    path("<uuid:pk>/notes/<uuid:note_pk>/open-again/", asking.open_again, name="open_again"),
    path("<uuid:pk>/facts/<uuid:doubt_pk>/", doubts.doubt, name="doubt"),
    path("<uuid:pk>/send/", moves.send, name="send"),
    path("<uuid:pk>/take-back/", moves.take_back, name="take_back"),
    path("<uuid:pk>/agree-with-gap/", gaps.name_gap, name="name_gap"),
    path("<uuid:pk>/write-missing/", gaps.write_missing, name="write_missing"),
    path("<uuid:pk>/send-back/", moves.send_back, name="send_back"),
    path("<uuid:pk>/reopen/", moves.reopen, name="reopen"),
    path("<uuid:pk>/sign/", signing.sign, name="sign"),
    path("<uuid:pk>/read/", plans.read, name="read"),
    path("<uuid:pk>/compare/", plans.compare, name="compare"),
    path("<uuid:pk>/pdf/", plans.pdf, name="pdf"),
]
