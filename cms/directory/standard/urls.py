"""Addresses of the API, as Open Referral UK names them."""

from django.urls import path

from cms.directory.standard import api

urlpatterns = [
    path("", api.root, name="oruk"),
    path("services", api.services, name="oruk_services"),
    path("services/<str:key>", api.service, name="oruk_service"),
    path("organizations", api.organisations, name="oruk_organisations"),
    path("organizations/<str:key>", api.organisation, name="oruk_organisation"),
    path("taxonomies", api.taxonomies, name="oruk_taxonomies"),
    path("taxonomies/<str:key>", api.taxonomy, name="oruk_taxonomy"),
    path("taxonomy_terms", api.terms, name="oruk_terms"),
    path("taxonomy_terms/<str:key>", api.term, name="oruk_term"),
]
