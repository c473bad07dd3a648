"""The directory's public pages: search, an entry, practices, and where somebody belongs."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.generic import TemplateView

from cms.directory.cards import Card, cards
from cms.directory.forms import PlaceForm, SearchForm, place_of
from cms.directory.place import NotFound, Place, home_of, practices_near
from cms.directory.register import Entry, Register, Surgery, current
from cms.directory.search import Found, find_services
from cms.models.directory import Practice
from curriculum.limits import Limit

A_PAGE = 10
CARD = "cms/directory/card.html"
A_PRINT = 60  # services on a printed list
FRONT_DOOR = "council-front-door"
# Of a practice, for colleagues alone.
COLLEAGUES_FIELDS = ("professional_line", "safeguarding_lead", "meeting_day", "professional_note")
URGENT = ("emergency-duty-team", "safeguarding-adults")
# More places than somebody asks for who looks up people.
ASKED = Limit("directory-place", allowed=40, period=600)


def sees_notes(request: HttpRequest) -> bool:
    """Whether what is for professionals only may be shown. Asks the database only about staff."""
    user = request.user
    return bool(user.is_staff and user.has_perm("cms.see_professional_notes"))


@method_decorator(never_cache, name="dispatch")
class DirectoryPage(TemplateView):
    """A page of the directory, which says when entries are invented."""

    @cached_property
    def register(self) -> Register:
        return current(self.request)

    @cached_property
    def for_colleagues(self) -> bool:
        return sees_notes(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            nav="directory",
            register=self.register,
            fictional=self.register.fictional,
            for_colleagues=self.for_colleagues,
        )

    def cards(self, found: Sequence[Entry]) -> list[Card]:
        return cards(found, self.register, for_colleagues=self.for_colleagues)

    def practices(self) -> QuerySet[Practice]:
        """Those that are shown, without what this reader may not see."""
        found = Practice.objects.shown().select_related("network", "council")
        return found if self.for_colleagues else found.defer(*COLLEAGUES_FIELDS)


class DirectoryView(DirectoryPage):
    """Services for a need, with filters; the kinds, as long as nothing is asked for.

    A subclass may have another template, other cards, and add to the context: `services` are
    cards, which `cms/directory/card.html` shows with whatever it is given as `action`.
    """

    template_name = "cms/directory/search.html"
    card_template = CARD
    a_page = A_PAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = SearchForm(self.request.GET, register=self.register)
        form.is_valid()  # what is not valid is said at its field, and left out
        words = form.cleaned_data.get("q", "")
        is_asked = bool(words or form.narrowed)
        context = super().get_context_data(
            **kwargs,
            form=form,
            words=words,
            is_asked=is_asked,
            place=named(form.place, self.register),
            card_template=self.card_template,
            is_kept=self.card_template == CARD and not self.for_colleagues,
        )
        if not is_asked:
            kinds = [
                (kind, len(self.register.of_kind.get(kind.pk, ())))
                for kind in self.register.kinds.values()
            ]
            return {**context, "kinds": kinds}
        found = self.find(form, words)
        page = Paginator(found.entries, self.a_page).get_page(self.request.GET.get("page"))
        return {**context, **self.results(form, found, page)}

    def find(self, form: SearchForm, words: str) -> Found:
        return find_services(
            words,
            kind=form.cleaned_data.get("kind", ""),
            place=form.place,
            wishes=form.wishes,
            register=self.register,
        )

    def results(self, form: SearchForm, found: Found, page: Page[Any]) -> dict[str, Any]:
        """What the list of results needs; what helps on, where there are none."""
        doors = [] if found.entries else self.front_doors(form.place)
        return {
            "found": found,
            "page": page,
            "services": self.cards(list(page.object_list)),
            "kind": self.register.kind(form.cleaned_data.get("kind", "")),
            "kinds": [(one, len(self.register.of_kind.get(one.pk, ()))) for one in found.kinds],
            "front_doors": self.cards(doors),
        }

    def front_doors(self, place: Place) -> list[Entry]:
        """Whom one can always ask: the council's front door, the person's own first."""
        return find_services(kind=FRONT_DOOR, place=place, register=self.register).entries[:2]


class PrintView(DirectoryView):
    """The same list as a sheet for printing; without what is for professionals only."""

    template_name = "cms/directory/print.html"
    a_page = A_PRINT

    @cached_property
    def for_colleagues(self) -> bool:
        return False


class EntryView(DirectoryPage):
    """One service with all that is said of it."""

    template_name = "cms/directory/entry.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key: uuid.UUID = self.kwargs["key"]
        entry = next((e for e in self.register.entries.values() if e.uuid == key), None)
        found = self.cards([entry]) if entry else []
        if not found:
            raise Http404("There is no such entry, or nobody has checked it for too long.")
        return super().get_context_data(**kwargs, service=found[0])


class PracticesView(DirectoryPage):
    """Practices by network, so that others reach the GP as easily as the reverse."""

    template_name = "cms/directory/practices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        practices = self.practices().order_by("network__name", "name")
        return super().get_context_data(**kwargs, practices=practices)


class PracticeView(DirectoryPage):
    """One practice, and the services for those who are registered there."""

    template_name = "cms/directory/practice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        practice = self.practices().filter(uuid=self.kwargs["key"]).first()
        if practice is None or practice.pk not in self.register.surgeries:
            raise Http404("There is no such practice, or nobody has checked it for too long.")
        return super().get_context_data(
            **kwargs,
            practice=practice,
            services=self.cards(by_registration(practice.pk, self.register)),
        )


@method_decorator(sensitive_post_parameters("postcode"), name="dispatch")
class PlaceView(DirectoryPage):
    """Which council by home address, which link workers by registration, side by side.

    The postcode comes by POST, is answered in the same breath and is kept nowhere.
    """

    template_name = "cms/directory/place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", PlaceForm(register=self.register))
        return super().get_context_data(**kwargs)

    @sensitive_variables()
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PlaceForm(request.POST, register=self.register)
        if ASKED.is_passed_from(request):
            form.add_error("postcode", "Too many questions at once. Try again in ten minutes.")
            return ASKED.refuse(self.render_to_response(self.get_context_data(form=form)))
        answer = self.answer(form) if form.is_valid() else None
        return self.render_to_response(self.get_context_data(form=form, answer=answer))

    @sensitive_variables()
    def answer(self, form: PlaceForm) -> dict[str, Any] | None:
        """Both answers; none, with an error at the field, where the postcode tells nothing."""
        given, register = form.cleaned_data, self.register
        chosen = place_of(given, register)
        area, near = chosen.area, []
        if given["postcode"]:
            try:
                home = home_of(given["postcode"])
            except NotFound as why:
                form.add_error("postcode", str(why))
                return None
            area = home.ward or home.council
            near = practices_near(given["postcode"], register)
        place = Place(area=area, practice=chosen.practice)
        return {**named(place, register), **self.services(place, near)}

    def services(self, place: Place, near: list[Surgery]) -> dict[str, Any]:
        """Cards for a place, or for the practices near it where none was named."""
        register = self.register
        care, linked, council = [], {}, None
        if place.area is not None:
            council = register.regions[register.regions[place.area].council]
            here = Place(area=place.area)
            care = [
                entry
                for kind in (FRONT_DOOR, *URGENT)
                for entry in find_services(kind=kind, place=here, register=register).entries
            ]
        practices = [register.surgeries[place.practice]] if place.practice else near
        for practice in practices:
            for entry in by_registration(practice.pk, register):
                linked[entry.pk] = entry
        shown = {card.entry.pk: card for card in self.cards([*care, *linked.values()])}
        return {
            "council": council,
            "care": [shown[entry.pk] for entry in care],
            "linked": [shown[pk] for pk in linked],
            "near": [] if place.practice else near,
            "network": _network_of(practices, register),
        }


def _network_of(practices: list[Surgery], register: Register) -> str | None:
    """The network that all of these practices share."""
    shared = {practice.network for practice in practices}
    return register.networks.get(shared.pop() or 0) if len(shared) == 1 else None


def by_registration(practice: int, register: Register) -> list[Entry]:
    """The services that are for a practice's patients because they are registered there."""
    found = find_services(place=Place(practice=practice), register=register).entries
    return [entry for entry in found if entry.basis == "registration"]


def named(place: Place, register: Register) -> dict[str, Any]:
    """A place as pages speak of it."""
    return {
        "area": register.regions.get(place.area or 0),
        "practice": register.surgeries.get(place.practice or 0),
    }
