"""Can a case's answer be told by anything but the finding? A classifier tries, on what no reader should learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inference.simulation.quality.stored import StoredCase
from radiology.imaging import to_display
from radiology.statistics import roc_auc

Numbers = npt.NDArray[np.float64]
_BINS, _CELLS, _CORNER, _BORDER = 32, 12, 8, 4
_FOLDS = 5


@dataclass(frozen=True, eq=False)
class Trace:
    """What of one case might tell the answer by accident: five lists of numbers, and whether it has a finding."""

    abnormal: bool
    size: Numbers
    greys: Numbers
    edges: Numbers
    covered: Numbers
    words: str


def trace(case: StoredCase, borrowed: StoredCase) -> Trace:
    """The trace of a case; a normal one is covered where the abnormal case `borrowed` has its finding."""
    images = case.displayed()
    places = case.masks if case.abnormal else _moved(borrowed, case, images)
    covered = [
        cover(image, places[place]) if place in places else image
        for image, place in zip(images, _order(case), strict=True)
    ]
    row = case.row
    words = f"{row.history} {row.acquisition} {row.pixel_spacing_mm} {len(images)} {images[0].shape}"
    sizes = np.array(case.file_bytes, dtype=float)
    return Trace(
        abnormal=case.abnormal,
        size=np.array([sizes.sum(), sizes.min(), sizes.max(), sizes.std()]),
        greys=_greys(images),
        edges=np.concatenate([_edges(image) for image in _few(images)]),
        covered=np.concatenate([_greys(covered), *(_cells(image) for image in _views(covered, case))]),
        words=words,
    )


def _order(case: StoredCase) -> list[tuple[int, int]]:
    return [(number, one) for number, frames in enumerate(case.series) for one in range(len(frames))]


def _moved(
    lender: StoredCase, case: StoredCase, images: Sequence[npt.NDArray[np.uint8]]
) -> dict[tuple[int, int], npt.NDArray[np.bool_]]:
    """The lender's masks where they would lie in this patient: moved and scaled as the body is.

    Left where it was, a mask from just inside one skull would cover the bone of a narrower one.
    """
    own = dict(zip(_order(case), images, strict=True))
    return {
        place: carried(mask, to_display(lender.series[place[0]][place[1]]), own[place])
        for place, mask in lender.masks.items()
        if place in own and own[place].shape == mask.shape
    }


def carried(
    mask: npt.NDArray[np.bool_], of: npt.NDArray[np.uint8], to: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """A mask [H, W] of the image `of`, moved and scaled as the body has to be to lie as it does in `to`."""
    there, here = _body(of), _body(to)
    if there is None or here is None:
        return mask
    scale = there[1::2] / here[1::2]
    offset = there[::2] - here[::2] * scale
    found: npt.NDArray[np.bool_] = (
        ndimage.affine_transform(mask.astype(np.float32), scale, offset, order=1) > 0.5
    )
    return found


def _body(image: npt.NDArray[np.uint8]) -> Numbers | None:
    """(first row, rows, first column, columns) of the largest bright part; None for an empty image."""
    parts, count = ndimage.label(image > image.min())
    if not count:
        return None
    sizes = ndimage.sum_labels(np.ones_like(parts), parts, np.arange(1, count + 1))
    rows, columns = ndimage.find_objects(parts)[int(np.argmax(sizes))]
    return np.array([rows.start, rows.stop - rows.start, columns.start, columns.stop - columns.start], float)


def cover(image: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """`image` with each part of `mask`, a little enlarged, filled with the mean of what surrounds it."""
    filled = image.copy()
    reach = max(2, round(0.02 * max(image.shape)))
    parts, count = ndimage.label(ndimage.binary_dilation(mask, iterations=reach))
    for part in range(1, count + 1):
        inside = parts == part
        ring = ndimage.binary_dilation(inside, iterations=reach) & (parts == 0)
        filled[inside] = round(float(image[ring].mean())) if ring.any() else 0
    return filled


def accident_areas(traces: Sequence[Trace], *, seed: int = 0) -> dict[str, dict[str, float]]:
    """ROC areas of two cross-validated classifiers of "has a finding" for each kind of trace; 0.5 tells nothing."""
    truth = np.array([one.abnormal for one in traces])
    words = sorted({one.words for one in traces})
    kinds: dict[str, Numbers] = {
        name: np.stack([getattr(one, name) for one in traces])
        for name in ("size", "greys", "edges", "covered")
    }
    kinds["words"] = np.array([[float(one.words == known) for known in words] for one in traces])
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    return {
        name: {
            "logistic_regression": _area(
                make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000)),
                table,
                truth,
                folds,
            ),
            "random_forest": _area(
                RandomForestClassifier(100, min_samples_leaf=3, random_state=seed), table, truth, folds
            ),
        }
        for name, table in kinds.items()
    }


def _area(model: object, table: Numbers, truth: npt.NDArray[np.bool_], folds: StratifiedKFold) -> float:
    scores = cross_val_predict(model, table, truth, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc(scores, truth))


def _greys(images: Sequence[npt.NDArray[np.uint8]]) -> Numbers:
    every = np.concatenate([image.ravel() for image in images])
    histogram = np.bincount(every // (256 // _BINS), minlength=_BINS) / every.size
    return np.concatenate(
        [[every.mean(), every.std()], np.percentile(every, (1, 5, 25, 50, 75, 95, 99)), histogram]
    )


def _edges(image: npt.NDArray[np.uint8]) -> Numbers:
    corners = [
        image[rows, columns]
        for rows in (slice(None, _CORNER), slice(-_CORNER, None))
        for columns in (slice(None, _CORNER), slice(-_CORNER, None))
    ]
    sides = [image[:_BORDER], image[-_BORDER:], image[:, :_BORDER], image[:, -_BORDER:]]
    return np.array([value for part in (*corners, *sides) for value in (part.mean(), part.std())])


def _few(images: Sequence[npt.NDArray[np.uint8]]) -> list[npt.NDArray[np.uint8]]:
    """At most four images: the views, or of a stack the first, the last and two between."""
    chosen = sorted({round(place) for place in np.linspace(0, len(images) - 1, min(len(images), 4))})
    return [images[place] for place in chosen]


def _views(images: Sequence[npt.NDArray[np.uint8]], case: StoredCase) -> list[Numbers]:
    """Each view; a stack as the mean of its slices."""
    views, start = [], 0
    for frames in case.series:
        views.append(np.mean(images[start : start + len(frames)], axis=0))
        start += len(frames)
    return views


def _cells(image: Numbers) -> Numbers:
    rows = np.array_split(np.arange(image.shape[0]), _CELLS)
    columns = np.array_split(np.arange(image.shape[1]), _CELLS)
    return np.array([image[np.ix_(row, column)].mean() for row in rows for column in columns])
