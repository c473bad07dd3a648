"""Every address; docs/architecture.md lists who owns which."""

from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from cms.admin.history import site_history, site_history_results
from cms.admin.keeping import keeping
from cms.admin.reviewing import ReviewPageView
from cms.admin.seat_fill import FillView
from cms.directory.wrong import wrong
from cms.views import go, search, serve
from elearn import own_account, views
from elearn.identity import step_up
from elearn.invitations import invitation
from elearn.media import media

STAFF_SIDE = settings.STAFF_SIDE.removeprefix("/")

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Sitemap}}, name="sitemap"),
    path("look.css", views.look, name="look"),
    # Wagtail's own ways in would go round allauth's throttles; allauth's take their places.
    path(f"{STAFF_SIDE}login/", views.cms_login, name="cms_login"),
    path(f"{STAFF_SIDE}logout/", views.cms_logout, name="cms_logout"),
    path(f"{STAFF_SIDE}password_reset/", views.cms_password_reset, name="cms_password_reset"),
    path(
        f"{STAFF_SIDE}password_reset/<path:rest>",
        views.cms_password_reset,
        name="cms_password_reset",
    ),
    # Before Wagtail's own, which send somebody whose session ended away without what they typed.
    path(f"{STAFF_SIDE}seats/<int:pk>/", keeping(FillView.as_view()), name="seat_fill"),
    path(f"{STAFF_SIDE}review/<int:page>/", keeping(ReviewPageView.as_view()), name="review_page"),
    # Before Wagtail's own, which show a lead what happened to every cohort.
    path(f"{STAFF_SIDE}reports/site-history/", site_history),
    path(f"{STAFF_SIDE}reports/site-history/results/", site_history_results),
    path(f"{STAFF_SIDE}documents/", include(wagtaildocs_urls)),
    path(STAFF_SIDE, include(wagtailadmin_urls)),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/login/", views.login_within),
    path("accounts/signed-in/", views.signed_in, name="signed_in"),
    path("accounts/invitations/<str:key>/", invitation, name="invitation"),
    path("accounts/data/", own_account.own_data, name="own_data"),
    path("accounts/data/ask/", own_account.ask_own_data, name="own_data_ask"),
    path("accounts/data/<uuid:key>/file/", own_account.own_data_file, name="own_data_file"),
    path("accounts/data/<uuid:key>/cancel/", own_account.cancel_own_data, name="own_data_cancel"),
    path("accounts/close/", own_account.close_account, name="close_account"),
    path("accounts/close/confirm/", own_account.confirm_close, name="close_confirm"),
    path("accounts/close/keep/", own_account.keep_account, name="keep_account"),
    path("accounts/", include("elearn.identity.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sso/confirm/", step_up.confirm, name="confirm_by_provider"),
    path("accounts/sso/confirmed/", step_up.confirmed, name="confirmed_by_provider"),
    path("accounts/sso/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("go/<uuid:key>/", go, name="go"),
    path("search/", search, name="search"),
    path("directory/<uuid:key>/wrong/", wrong, name="directory_wrong"),
    path("api/directory/", include("cms.directory.standard.urls")),
    path("directory/", include("cms.directory.urls")),
    path("", include("curriculum.urls")),
    # In production a proxy serves these, or an object store.
    *([path("media/<path:path>", media)] if settings.DEBUG else []),
    # Not the whole of Wagtail's addresses: its own sign-in page would be a way round the throttles.
    re_path(serve_pattern, serve, name="wagtail_serve"),
]

handler400 = "elearn.views.bad_request"
handler403 = "elearn.views.forbidden"
handler404 = "elearn.views.not_found"
handler429 = "elearn.views.too_many"  # allauth's limits look for it
handler500 = "elearn.views.server_error"
