"""What belongs to somebody is refused to another lead and to another learner."""

from tests.elearn.addresses import table
from tests.elearn.addresses.case import WorldCase
from tests.elearn.addresses.owned import REGISTRY, owned
from tests.elearn.addresses.table import REFUSALS
from tests.elearn.addresses.world import ROLES

# Dana takes the same programme as Lena, so what she writes there is her own.
OUTSIDERS = ("olga", "dana")


class TestOwned(WorldCase):
    def test_every_model_that_belongs_to_somebody_is_registered(self) -> None:
        assert {model._meta.label for model in owned()} == set(REGISTRY)

    def test_each_has_an_address_that_refuses_or_a_reason(self) -> None:
        for model, said in REGISTRY.items():
            assert said if isinstance(said, str) else len(said) > 0, model

    def test_outsiders_are_refused_everything_that_is_owned(self) -> None:
        """Asked for directly, by whoever got hold of the address."""
        rows: dict[str, list[table.Row]] = {}
        for row in table.rows():
            rows.setdefault(row.name.partition("?")[0], []).append(row)
        wrong = []
        named = {a for said in REGISTRY.values() if not isinstance(said, str) for a in said}
        for address in sorted(named):
            for row in rows[address]:
                expected = dict(zip(ROLES, row.expected, strict=True))
                for who in OUTSIDERS:
                    path = row.path(self.world)
                    for method in ("GET", "POST"):
                        given = table.answer(self.answer_to(who, method, path))
                        if given not in REFUSALS or expected[who] not in REFUSALS:
                            wrong.append(f"{method} {row.name}: {who} is answered {given}")
        assert wrong == []

    def test_what_does_not_exist_is_answered_as_what_is_somebody_else_s(self) -> None:
        """So that nobody learns from the answer whether there is such a thing."""
        nothing = {"uuid": self.world.nobody.uuid, "pk": str(self.world.nobody.pk)}
        for row in table.rows("learning", "cohorts", "reports", "writing"):
            changed = tuple(
                (name, f"={nothing[wanted.rpartition('.')[2]]}")
                if wanted.rpartition(".")[2] in nothing
                else (name, wanted)
                for name, wanted in row.args
            )
            if changed == row.args:
                continue
            ghost = table.Row(row.file, row.method, row.name, changed, row.expected)
            for who in ("dana", "olga"):
                expected = dict(zip(ROLES, row.expected, strict=True))[who]
                if expected in {"no", "in", "405"}:
                    response = self.answer_to(who, row.method, ghost.path(self.world))
                    assert table.answer(response) == expected, (row, who)
