from django.urls import path

from quality.views import checking, sampling, trends

app_name = "quality"
urlpatterns = [
    path("peps/check/", checking.queue, name="queue"),
    path("peps/<uuid:pk>/check/", checking.check, name="check"),
    path("peps/<uuid:pk>/check/save/", checking.save, name="save"),
    path("peps/<uuid:pk>/check/autosave/", checking.autosave, name="autosave"),
    path("peps/<uuid:pk>/agree/", checking.agree, name="agree"),
    path("quality/", trends.trends, name="trends"),
    path("quality/plans/", trends.plans, name="plans"),
    path("quality/samples/", sampling.samples, name="samples"),
    path("quality/samples/<uuid:pk>/", sampling.sample, name="sample"),
    path("quality/second/<uuid:pk>/", sampling.second, name="second"),
    path("quality/second/<uuid:pk>/autosave/", sampling.autosave_second, name="autosave_second"),
    path("quality/second/<uuid:pk>/settle/", sampling.settle, name="settle"),
    path("peps/<uuid:pk>/quality/", checking.result, name="result"),
]
