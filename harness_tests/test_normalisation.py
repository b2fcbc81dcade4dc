"""batch_norm, global_avg_pool2d and flatten: what they refuse, and how code of others is read."""

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.declaration.case import Case
from cnnspec.reference.errors import (
    EmptyAxisError,
    ParameterLengthError,
    ShapeError,
    VarianceError,
)
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Result
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import implementation

MAPS = np.arange(24.0).reshape(3, 4, 2)
GIVEN = {
    "mean": np.array([1.0, -2.0]),
    "variance": np.array([4.0, 0.5]),
    "scale": np.array([3.0, -1.0]),
    "offset": np.array([0.25, 7.0]),
}


def loaded(folder: Path, code: str) -> Implementation:
    """Return the implementation that a file is."""
    file = folder / "theirs.py"
    file.write_text(f"import numpy as np\n{textwrap.dedent(code)}", "utf-8")
    return load(str(file))


# --- the references --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"mean": np.zeros(3)}, ParameterLengthError, r"^mean must .* each of 2 maps, .* \(3,\)$"),
        ({"scale": np.ones(1)}, ParameterLengthError, r"^scale must .* got the shape \(1,\)$"),
        ({"offset": np.zeros((1, 2))}, ParameterLengthError, r"^offset .* \(1, 2\)$"),
        ({"variance": np.array([1.0, -1.0])}, VarianceError, "below 0$"),
        ({"epsilon": -1e-5}, VarianceError, "below 0$"),
        ({"epsilon": [1e-5]}, ShapeError, r"^epsilon must be one number, got the shape \(1,\)$"),
        ({"maps": np.zeros((3, 2))}, ShapeError, r"got the shape \(3, 2\)$"),
        ({"maps": np.zeros((0, 4, 2))}, EmptyAxisError, "^maps has an axis of length 0"),
        ({"mean": ["a", "b"]}, TypeError, "^mean must hold real numbers"),
    ],
)
def test_what_a_normalisation_refuses(
    changed: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        reference.batch_norm(**{"maps": MAPS, **GIVEN, **changed})


def test_no_images_are_normalised_to_none() -> None:
    given: dict[str, Any] = GIVEN
    assert reference.batch_norm(np.zeros((0, 3, 4, 2)), **given).shape == (0, 3, 4, 2)
    assert reference.global_avg_pool2d(np.zeros((0, 3, 4, 2))).shape == (0, 2)
    assert reference.flatten(np.zeros((0, 3, 4, 2))).shape == (0, 24)


def test_no_variance_at_all_divides_by_0() -> None:
    given = GIVEN | {"variance": np.array([0.0, 0.0]), "mean": MAPS[0, 0]}
    got = reference.batch_norm(MAPS, **given, epsilon=0.0)
    assert np.isnan(got[0, 0]).all()
    assert np.isinf(got[1:]).all()


@pytest.mark.parametrize(
    ("dtypes", "due"),
    [
        (("float32", "float32"), "float32"),
        (("float16", "float16"), "float16"),
        (("float16", "float32"), "float32"),
        (("uint8", "float32"), "float64"),
    ],
)
def test_the_dtype_of_normalised_maps(dtypes: tuple[str, str], due: str) -> None:
    given = {name: numbers.astype(dtypes[1]) for name, numbers in GIVEN.items()}
    assert reference.batch_norm(MAPS.astype(dtypes[0]), **given, epsilon=0.5).dtype == due


@pytest.mark.parametrize("function", [reference.global_avg_pool2d, reference.flatten])
def test_maps_of_other_axes_are_refused(function: Any) -> None:
    for shape in ((4,), (3, 4), (1, 2, 3, 4, 5)):
        with pytest.raises(ShapeError, match=r"^maps must be"):
            function(np.ones(shape))
    with pytest.raises(EmptyAxisError):
        function(np.ones((3, 0, 2)))


def test_what_is_flattened_is_a_copy() -> None:
    maps = MAPS.copy()
    reference.flatten(maps)[:] = 0
    assert np.array_equal(maps, MAPS)


# --- an epsilon of its own -------------------------------------------------------------------


def with_epsilon(epsilon: float) -> Any:
    def batch_norm(maps: Any, mean: Any, variance: Any, scale: Any, offset: Any) -> Any:
        return (maps - mean) / np.sqrt(variance + epsilon) * scale + offset

    return batch_norm


@pytest.mark.parametrize("epsilon", [1e-3, 1e-6, 1e-8, 1e-10, 2e-5])
def test_code_without_the_parameter_is_judged_with_its_own(epsilon: float) -> None:
    found = Capabilities(implementation(batch_norm=with_epsilon(epsilon)))
    case = Case("plain", "batch_norm", {"maps": MAPS, **GIVEN})
    assert found.narrowed(case).arguments["epsilon"] == epsilon
    assert "epsilon" not in found.fit(found.narrowed(case))[0]
    assert not found.lacks(case)
    assert [one.kind for one in found.of("batch_norm").limits] == ["own-epsilon"]


@pytest.mark.parametrize("epsilon", [1e-5, 0.0, 0.5])
def test_the_default_is_no_limit_and_no_epsilon_is_no_other(epsilon: float) -> None:
    found = Capabilities(implementation(batch_norm=with_epsilon(epsilon)))
    case = Case("plain", "batch_norm", {"maps": MAPS, **GIVEN})
    assert "epsilon" not in found.narrowed(case).arguments
    assert not found.of("batch_norm").fixed


def test_a_default_that_can_be_changed_is_judged() -> None:
    def batch_norm(maps: Any, *given: Any, epsilon: float = 1e-3) -> Any:
        return reference.batch_norm(maps, *given, epsilon=epsilon)

    assert not Capabilities(implementation(batch_norm=batch_norm)).of("batch_norm").fixed


# --- layers ----------------------------------------------------------------------------------

LAYER = """
    class BatchNorm:
        def __init__(self, features, eps=1e-5):
            self.eps, self.training = eps, True
            self.gamma, self.beta = np.ones((1, features, 1, 1)), np.zeros((1, features, 1, 1))
            self.running_mean = np.zeros((1, features, 1, 1))
            self.running_var = np.ones((1, features, 1, 1))

        def forward(self, x):
            m, v = self.running_mean, self.running_var
            if self.training:
                m, v = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
            return self.gamma * (x - m) / np.sqrt(v + self.eps) + self.beta
"""


def test_a_layer_is_told_that_it_is_not_trained(tmp_path: Path) -> None:
    judged = loaded(tmp_path, LAYER)
    binding = judged.bindings["batch_norm"]
    assert "layer.training = False" in binding.setup
    assert binding.reading["layout"] == "NCHW"
    batch = np.stack([MAPS, 2 - MAPS])
    outcome = judged.call("batch_norm", {"maps": batch, **GIVEN, "epsilon": 0.5})
    assert isinstance(outcome, Result)
    due = reference.batch_norm(batch, **GIVEN, epsilon=0.5)
    np.testing.assert_allclose(outcome.value, due, rtol=1e-12)


DICTIONARY = """
    def spatial_batchnorm_forward(x, gamma, beta, bn_param):
        n, c, h, w = x.shape
        rows = x.transpose(0, 2, 3, 1).reshape(-1, c)
        assert bn_param["mode"] == "test"
        deviation = np.sqrt(bn_param["running_var"] + bn_param["eps"])
        out = gamma * (rows - bn_param["running_mean"]) / deviation + beta
        return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), None
"""


def test_statistics_and_epsilon_may_stand_in_one_dictionary(tmp_path: Path) -> None:
    judged = loaded(tmp_path, DICTIONARY)
    batch = np.stack([MAPS, 2 - MAPS])
    outcome = judged.call("batch_norm", {"maps": batch, **GIVEN, "epsilon": 0.5})
    assert isinstance(outcome, Result)
    due = reference.batch_norm(batch, **GIVEN, epsilon=0.5)
    np.testing.assert_allclose(outcome.value, due, rtol=1e-12)


@pytest.mark.parametrize(
    "code",
    [
        "def global_average_pooling(x):\n    return x.mean(axis=(1, 2))",
        "def gap(x):\n    return x.mean(axis=(-2, -1))",
        "def GlobalAvgPool(x):\n    return x.mean(axis=(2, 3), keepdims=True)",
        "def global_avg(x):\n    return x.mean(axis=(1, 2), keepdims=True)",
    ],
)
def test_means_in_other_conventions(tmp_path: Path, code: str) -> None:
    judged = loaded(tmp_path, code.replace("global_avg(", "global_average("))
    batch = np.arange(120.0).reshape(2, 5, 4, 3) ** 2 % 17
    outcome = judged.call("global_avg_pool2d", {"maps": batch})
    assert isinstance(outcome, Result)
    np.testing.assert_allclose(outcome.value, reference.global_avg_pool2d(batch), rtol=1e-12)


def test_maps_with_the_channels_first_are_flattened_as_they_lie(tmp_path: Path) -> None:
    code = """
    class Flatten:
        def forward(self, x):
            return x.reshape(len(x), -1)

    def max_pool(x, size=2):  # the channels stand first
        n, c, h, w = x.shape
        return x[:, :, :h // size * size, :w // size * size].reshape(
            n, c, h // size, size, w // size, size).max(axis=(3, 5))
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["max_pool2d"].reading["layout"] == "NCHW"
    batch = np.arange(48.0).reshape(2, 3, 4, 2)
    outcome = judged.call("flatten", {"maps": batch})
    assert isinstance(outcome, Result)
    assert np.array_equal(outcome.value, batch.reshape(2, 24))


@pytest.mark.parametrize(
    ("function", "ranks"),
    [
        (lambda maps: maps.mean(axis=(0, 1)), {3}),
        (lambda maps: maps.mean(axis=(1, 2)), {4}),
        (lambda maps: maps.mean(axis=(-3, -2)), {3, 4}),
        (lambda maps: maps.mean(axis=(-2, -1)), {3, 4}),  # wrong in both, and judged
    ],
)
def test_means_over_other_axes_of_a_kind_do_not_offer_it(function: Any, ranks: set[int]) -> None:
    found = Capabilities(implementation(global_avg_pool2d=function)).of("global_avg_pool2d")
    assert found.ranks == ranks


@pytest.mark.parametrize(
    ("function", "ranks"),
    [
        (np.ravel, {3}),
        (lambda maps: maps.reshape(len(maps), -1), {4}),
        (reference.flatten, {3, 4}),
    ],
)
def test_what_a_flattening_offers(function: Any, ranks: set[int]) -> None:
    assert Capabilities(implementation(flatten=function)).of("flatten").ranks == ranks
