"""Every address of ours answers every role as the tables say, and every address has a line."""

from collections import Counter

from tests.elearn.addresses import table
from tests.elearn.addresses.case import WorldCase
from tests.elearn.addresses.table import REFUSALS, Row
from tests.elearn.addresses.world import ROLES


class TestOurAddresses(WorldCase):
    def wrong(self, file: str) -> list[str]:
        """Where the answers are not those of the table, as the lines would have to be."""
        found = []
        for row in table.rows(file):
            path = row.path(self.world)
            given = [table.answer(self.answer_to(who, row.method, path)) for who in ROLES]
            if given != list(row.expected):
                found.append(f"{row.method} {row.name}: {' '.join(given)}, not {row.expected}")
        return found

    def test_the_frame_is_for_everybody(self) -> None:
        assert self.wrong("frame") == []

    def test_accounts_are_one_s_own(self) -> None:
        assert self.wrong("accounts") == []

    def test_what_learners_do_is_theirs_alone(self) -> None:
        assert self.wrong("learning") == []

    def test_pages_are_for_everybody_and_activities_for_who_is_signed_in(self) -> None:
        assert self.wrong("pages") == []

    def test_a_cohort_is_for_its_leads_and_its_meetings_for_its_tutors_too(self) -> None:
        assert self.wrong("cohorts") == []

    def test_reports_are_for_leads_and_files_for_who_asked_for_them(self) -> None:
        assert self.wrong("reports") == []

    def test_writing_is_for_tutors_and_signing_for_reviewers(self) -> None:
        assert self.wrong("writing") == []

    def test_the_directory_is_for_everybody_and_its_editing_is_not(self) -> None:
        assert self.wrong("directory") == []

    def test_people_and_what_they_did_are_for_administrators(self) -> None:
        assert self.wrong("people") == []

    def test_every_way_into_the_admin_leads_to_the_site_s_own_sign_in(self) -> None:
        assert self.wrong("ways_in") == []

    def test_who_may_not_look_may_not_send(self) -> None:
        """Of those with nothing to do with it, one of each kind."""
        found = []
        for row in table.rows():
            if row.method == "POST":
                continue
            refused = dict(zip(ROLES, row.expected, strict=True))
            for who in ("out", "dana", "gita", "olga"):
                if refused[who] in {"in", "no", "home", "403"}:
                    response = self.answer_to(who, "POST", row.path(self.world))
                    if (given := table.answer(response)) not in REFUSALS:
                        found.append(f"{row}: {who} is answered {given}")
        assert found == []


class TestTheTables(WorldCase):
    def covered(self) -> dict[str, list[Row]]:
        """The lines for each route."""
        found: dict[str, list[Row]] = {}
        for row in table.rows():
            found.setdefault(table.route_of(row.path(self.world)), []).append(row)
        return found

    def test_every_address_of_ours_has_a_line(self) -> None:
        ours = {route for route, pattern in table.routes() if not table.is_wagtail_s(pattern)}
        assert ours - set(self.covered()) == set()

    def test_every_type_of_page_has_a_line(self) -> None:
        from wagtail.models import Page, get_page_models

        urls = {row.name for row in table.rows("pages")}
        kinds = {type(page) for page in Page.objects.specific() if page.get_url() in urls}
        assert {kind for kind in get_page_models() if kind is not Page} - kinds == set()

    def test_what_only_takes_what_is_sent_has_a_line_for_sending(self) -> None:
        for route, lines in self.covered().items():
            methods = {row.method for row in lines}
            refuses = any("405" in row.expected for row in lines if row.method == "GET")
            assert not refuses or "POST" in methods, route

    def test_no_line_is_there_twice(self) -> None:
        lines = Counter((row.method, row.path(self.world)) for row in table.rows())
        assert [line for line, many in lines.items() if many > 1] == []
