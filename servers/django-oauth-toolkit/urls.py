from django.contrib import admin
from django.urls import include, path
from oauth2_provider import urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("o/", include(urls)),
    # RFC 8414 §3.1: the metadata of an issuer with a path is asked for at the root.
    path("", include((urls.metadata_urlpatterns, "metadata"))),
]
