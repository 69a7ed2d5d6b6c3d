"""What a person is told of an attack that does not get on, and of one that does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.attacks.hints import Hint, hint
from engine.attacks.parcels import AttackRecord, AttackRun, Distortion, Source
from engine.attacks.recipe import METHODS, NAMES
from engine.jobs import NetworkRef

BLACK = np.zeros((8, 8, 3), dtype=np.uint8)


def a_run(method: str = "gradient-ascent", steps: int = 15, **values: Any) -> AttackRun:
    """A run that ended without fooling, certain of its class, each record alike."""
    recipe = METHODS[method].recipe.changed(**values)
    run = AttackRun(NetworkRef("net"), Source("a.png", BLACK), recipe, "cpu", ended="finished")
    row = AttackRecord(0, (("jaguar", 0.998), ("leopard", 0.001)), 290, False, "jaguar", 290,
                       False, 0.002, 0.0268, Distortion(3e-5, 2e-5, 0.01, 0.1, 0.0))  # fmt: skip
    for k in range(steps + 1):
        run.add(replace(row, iteration=k), BLACK, BLACK / np.float32(255))
    return run


def end(run: AttackRun, **values: Any) -> AttackRun:
    run.records[-1] = replace(run.records[-1], **values)
    return run


def fooled(run: AttackRun, saved: bool = True, outside: float = 0.0) -> AttackRun:
    top = (("leopard", 0.6), ("jaguar", 0.3))
    after = ("leopard", 288) if saved else ("jaguar", 290)
    return end(run, top=top, index=288, fooled=True, saved=after[0], saved_index=after[1],
               saved_fooled=saved, distortion=Distortion(0.01, 0.01, 1, 3, outside))  # fmt: skip


def uncertain(run: AttackRun) -> AttackRun:
    return end(run, top=(("jaguar", 0.6), ("leopard", 0.3)))


def given(found: Hint | None) -> dict[str, dict[str, Any]]:
    assert found is not None
    return dict(found.remedies)


def test_a_certain_network_s_gradient_is_told() -> None:
    found = hint(a_run())
    assert found is not None
    assert "p = 0.9980" in found.text and "0.027" in found.text
    assert [values for _, values in found.remedies] == [
        {"loss": "margin"}, {"step": "unit"}, {"lr": 1.0}, {"steps": 150},
    ]  # fmt: skip


def test_where_ten_times_nothing_is_nothing_it_is_not_offered() -> None:
    run = end(a_run(), gradient=2.7e-4, top=(("orangutan", 0.999999),))
    found = hint(run)
    assert found is not None and "p > 0.9999" in found.text
    assert [values for _, values in found.remedies] == [{"loss": "margin"}, {"step": "unit"}]


def test_a_run_that_goes_on_is_told_once_it_has_had_its_chance() -> None:
    for steps, told in ((0, False), (2, False), (3, True)):
        run = a_run(steps=steps)
        run.ended = ""
        assert (hint(run) is not None) is told


@pytest.mark.parametrize("name", [x for x in NAMES if METHODS[x].goal == "budget"])
def test_a_budget_used_up(name: str) -> None:
    found = hint(a_run(name))
    assert found is not None and "budget ε" in found.text and "still sees jaguar" in found.text
    assert ("8/255" in found.text) is (METHODS[name].norm == "inf")
    first = found.remedies[0]
    assert first[1] == {"epsilon": 2 * METHODS[name].recipe.epsilon}
    other = found.remedies[-1][1]
    assert other["method"] == ("pgd-linf" if name == "fgsm" else "carlini-wagner")


def test_a_sign_s_step_is_only_stalled_by_no_gradient_at_all() -> None:
    run = a_run("pgd-linf")
    for i, row in enumerate(run.records):
        run.records[i] = replace(row, gradient=0.0)
    assert [values for _, values in hint(run).remedies] == [{"loss": "margin"}]


def test_nothing_found_by_a_minimal_attack() -> None:
    deepfool = given(hint(a_run("deepfool")))
    assert deepfool["100 iterations"] == {"steps": 100}
    assert deepfool["Carlini & Wagner"]["method"] == "carlini-wagner"
    cw = given(hint(a_run("carlini-wagner", target="leopard")))
    assert {"initial_c": pytest.approx(0.1)} in cw.values()
    assert {"search_steps": 10} in cw.values() and {"target": ""} in cw.values()
    # L-BFGS weighs the change by c, C&W the class.
    assert {"initial_c": pytest.approx(0.1)} in given(hint(a_run("lbfgs"))).values()
    assert "30 values of c" not in given(hint(a_run("lbfgs", search_steps=30)))


def test_an_uncertain_network_that_was_not_fooled() -> None:
    found = hint(uncertain(a_run(loss="margin")))
    assert found is not None and "After 15 iterations" in found.text
    assert {"steps": 60} in given(found).values() and {"loss": "margin"} not in given(
        found
    ).values()


def test_undone_by_saving() -> None:
    found = hint(fooled(a_run(), saved=False))
    assert found is not None and "Saving undoes it" in found.text and "jaguar again" in found.text
    assert [values for _, values in found.remedies] == [{"lattice": True}]
    also = given(hint(fooled(a_run(), saved=False, outside=3.0)))
    assert list(also.values()) == [{"lattice": True}, {"box": True}]
    on = given(hint(fooled(a_run("deepfool"), saved=False)))
    assert list(on.values()) == [{"overshoot": 0.04}]


def test_pixels_that_left_the_box() -> None:
    found = hint(fooled(a_run(), outside=3.25))
    assert found is not None and "3.2/255" in found.text
    assert [values for _, values in found.remedies] == [{"box": True}]


def test_the_target_is_what_it_is_already() -> None:
    run = fooled(a_run("pgd-l2", target="jaguar"))
    run.target = "jaguar"
    assert {"target": ""} in given(hint(run)).values()


def test_silence_where_all_is_well() -> None:
    assert hint(fooled(a_run())) is None
    assert hint(fooled(a_run(), outside=0.4)) is None
    for name in NAMES:
        assert hint(fooled(a_run(name))) is None
    empty = a_run()
    empty.records.clear()
    assert hint(empty) is None
    failed = a_run()
    failed.ended = "failed"
    assert hint(failed) is None
    stopped = uncertain(a_run())
    stopped.ended = "stopped"
    assert hint(stopped) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["", "leopard"])
def test_every_remedy_is_a_recipe(name: str, target: str) -> None:
    if target and not METHODS[name].targeted:
        pytest.skip("takes no target")
    for make in (lambda x: x, uncertain, fooled, lambda x: fooled(x, False, 2.0)):
        run = make(a_run(name, target=target))
        run.target = target
        found = hint(run)
        for title, values in found.remedies if found else ():
            assert title and run.recipe.changed(**values) != run.recipe
