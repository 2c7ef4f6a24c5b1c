"""Two measured data sets that come with scikit-learn, so that nothing is fetched from a network."""

from __future__ import annotations

from typing import Any

from autograd_mini.data.dataset import Dataset


def digits() -> Dataset[int]:
    """1,797 handwritten digits, 8×8 pixels, each divided by 16 so that it lies from 0 to 1.

    Source: E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
    Learning Repository, 1998 (its test set).

    Raises:
        ImportError: scikit-learn is not installed; it is the extra ``data``.
    """
    found = _loaded("digits")
    names = [f"pixel {row},{column}" for row in range(8) for column in range(8)]
    X = [[pixel / 16.0 for pixel in image] for image in found.data.tolist()]
    classes = [str(digit) for digit in range(10)]
    rule = "handwritten digits of 13 people, 8×8 pixels from 0 to 1"
    return Dataset("digits", X, found.target.tolist(), names, classes, rule)


def iris() -> Dataset[int]:
    """150 irises of three species: length and width of sepal and petal, in centimetres.

    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936.

    Raises:
        ImportError: scikit-learn is not installed; it is the extra ``data``.
    """
    found = _loaded("iris")
    names = [name.removesuffix(" (cm)") for name in found.feature_names]
    classes = list(map(str, found.target_names))
    rule = "measured by E. Anderson, in centimetres"
    return Dataset("iris", found.data.tolist(), found.target.tolist(), names, classes, rule)


def _loaded(name: str) -> Any:
    from importlib import import_module

    try:
        datasets = import_module("sklearn.datasets")
    except ImportError as error:
        raise ImportError(
            f"data.{name}: it comes with scikit-learn, which is not installed; install it with "
            "pip install 'autograd-mini[data]'"
        ) from error
    return getattr(datasets, f"load_{name}")()
