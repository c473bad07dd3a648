"""Every address; docs/architecture.md lists who owns which."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from cms.admin.keeping import keeping
from cms.admin.reviewing import ReviewPageView
from cms.admin.seat_fill import FillView
from cms.directory.wrong import wrong
from cms.views import go, search, serve
from elearn import views
from elearn.invitations import invitation

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Sitemap}}, name="sitemap"),
    path("look.css", views.look, name="look"),
    # Wagtail's own ways in would go round allauth's throttles; allauth's take their places.
    path("cms/login/", views.cms_login, name="cms_login"),
    path("cms/logout/", views.cms_logout, name="cms_logout"),
    path("cms/password_reset/", views.cms_password_reset),
    path("cms/password_reset/<path:rest>", views.cms_password_reset),
    # Before Wagtail's own, which send somebody whose session ended away without what they typed.
    path("cms/seats/<int:pk>/", keeping(FillView.as_view()), name="seat_fill"),
    path("cms/review/<int:page>/", keeping(ReviewPageView.as_view()), name="review_page"),
    path("cms/documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/login/", views.login_within),
    path("accounts/signed-in/", views.signed_in, name="signed_in"),
    path("accounts/invitations/<str:key>/", invitation, name="invitation"),
    path("accounts/", include("allauth.account.urls")),
    path("go/<uuid:key>/", go, name="go"),
    path("search/", search, name="search"),
    path("directory/<uuid:key>/wrong/", wrong, name="directory_wrong"),
    path("api/directory/", include("cms.directory.standard.urls")),
    path("directory/", include("cms.directory.urls")),
    path("", include("curriculum.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # Not the whole of Wagtail's addresses: its own sign-in page would be a way round the throttles.
    re_path(serve_pattern, serve, name="wagtail_serve"),
]

handler400 = "elearn.views.bad_request"
handler403 = "elearn.views.forbidden"
handler404 = "elearn.views.not_found"
handler500 = "elearn.views.server_error"
