"""The addresses menus look for, so that these tests do not wait for the pages to be built."""

from django.urls import include, path


def page(request):
    raise AssertionError("No page is opened here")


def app(namespace, *names):
    routes = [path(f"{namespace}/{name}/", page, name=name) for name in names]
    return path("", include((routes, namespace)))


urlpatterns = [
    app(
        "dashboard",
        *("home", "overview", "your_work", "children", "school_home"),
        *("social_worker_home", "my_children", "my_views"),
    ),
    app("pep", "list"),
    app("attendance", "overview"),
    app("schools", "list"),
    app("returns", "list"),
    app("funding", "list"),
    app("measures", "list"),
    app("notifications", "list"),
    app("accounts", "sign_in", "sign_out", "account", "switch", "stay"),
    path("help/", page, name="help"),
    path("theme.css", page, name="theme"),
]
