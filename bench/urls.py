"""The site's addresses, and beside them a page that does nothing: the floor of every page."""

from django.http import HttpResponse
from django.urls import path

from accounts.requests import SignedInRequest
from vschool.urls import urlpatterns as of_the_site


def bare(request: SignedInRequest) -> HttpResponse:
    return HttpResponse("bare")


urlpatterns = [path("bench/bare/", bare), *of_the_site]
