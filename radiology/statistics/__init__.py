"""Statistics shared by quiz and inference: numpy and the standard library only, sources in each docstring."""

from radiology.statistics.agreement import Confusion, cohen_kappa, confusion, mcnemar_exact
from radiology.statistics.calibration import (
    BrierParts,
    CalibrationBin,
    brier,
    brier_parts,
    calibration_bins,
    expected_calibration_error,
)
from radiology.statistics.differences import proportion_difference
from radiology.statistics.intervals import Interval, UndefinedStatistic, wilson
from radiology.statistics.items import RaschFit, point_biserial, rasch
from radiology.statistics.roc import (
    PairedAreas,
    roc_auc,
    roc_auc_delong,
    roc_auc_paired_delong,
    separation,
)

__all__ = [
    "BrierParts",
    "CalibrationBin",
    "Confusion",
    "Interval",
    "PairedAreas",
    "RaschFit",
    "UndefinedStatistic",
    "brier",
    "brier_parts",
    "calibration_bins",
    "cohen_kappa",
    "confusion",
    "expected_calibration_error",
    "mcnemar_exact",
    "point_biserial",
    "proportion_difference",
    "rasch",
    "roc_auc",
    "roc_auc_delong",
    "roc_auc_paired_delong",
    "separation",
    "wilson",
]
