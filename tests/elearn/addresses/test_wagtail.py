"""At Wagtail's own addresses, who has nothing to do there is refused, whatever they ask."""

from django.test import Client
from django.urls import reverse

from tests import people
from tests.elearn.addresses import table, wagtail
from tests.elearn.addresses.case import WorldCase
from tests.elearn.addresses.table import REFUSALS

REFUSED = REFUSALS | {"400"}  # where Wagtail looks at what was sent first
ALWAYS_FAILS = "cms/failwhale/"


class TestWagtailsAddresses(WorldCase):
    def routes(self) -> list[str]:
        found = {route for route, pattern in table.routes() if table.is_wagtail_s(pattern)}
        return sorted(found)

    def test_there_is_a_rule_for_each(self) -> None:
        assert [route for route in self.routes() if wagtail.let_in(route) is None] == []

    def test_every_rule_is_for_some(self) -> None:
        routes = self.routes()
        unused = {p for p in wagtail.rules() if not any(r.startswith(p) for r in routes)}
        assert unused == set()

    def test_nobody_comes_in_who_has_nothing_to_do_there(self) -> None:
        """Everybody who is to be refused looks, and one of each kind sends, too; of the others one
        looks, who must not meet an error."""
        wrong = []
        for route in self.routes():
            path, welcome = wagtail.path_of(route, self.world), wagtail.let_in(route) or set()
            asked = [("GET", who) for who in ("out", "lena", "gita", "olga", "tom", "ada")]
            asked += [("POST", who) for who in ("lena", "olga", "tom")]
            for method, who in asked:
                if who not in welcome:
                    given = table.answer(self.answer_to(who, method, path))
                    if given not in REFUSED:
                        wrong.append(f"{method} /{route}: {who} is answered {given}")
            for who in sorted(welcome)[:1]:
                given = table.answer(self.answer_to(who, "GET", path))
                if given.startswith("5") and route != ALWAYS_FAILS:
                    wrong.append(f"GET /{route}: {who} is answered {given}")
        assert wrong == []

    def test_a_password_sent_to_any_other_door_lets_nobody_in(self) -> None:
        """allauth's page alone takes it, with its limits and second factors."""
        known = {"username": "ada@example.org", "login": "ada@example.org"}
        doors = ("/cms/login/", "/cms/", "/cms/password_reset/", "/_util/login/", "/admin/login/")
        for door in (*doors, "/cms/account/", "/django-admin/login/", "/api-auth/login/"):
            browser = Client()
            browser.post(door, {**known, "password": people.PASSWORD, "next": "/cms/"})
            assert table.answer(browser.get("/cms/")) == "in", door
        assert Client().login(username="ada@example.org", password=people.PASSWORD)

    def test_only_writers_move_a_page(self) -> None:
        """Wagtail asks for permission once something is sent."""
        page, to = self.world.reading_page, self.world.programme_page
        path = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, to.pk])
        for who in ("gita", "cora", "olga"):
            assert table.answer(self.answer_to(who, "POST", path)) == "home"

    def test_a_lead_reads_no_history_of_other_leads_cohorts(self) -> None:
        """Wagtail's history of the site would tell; the menu has no way there either."""
        menu = self.answer_to("olga", "GET", "/cms/").content.decode()
        assert "site-history" not in menu
        assert "site-history" in self.answer_to("ada", "GET", "/cms/").content.decode()
