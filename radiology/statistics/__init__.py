"""Statistics shared by quiz and inference: numpy and the standard library only, sources in each docstring."""

from radiology.statistics.agreement import Confusion, cohen_kappa, confusion, mcnemar_exact
from radiology.statistics.calibration import (
    CalibrationBin,
    brier,
    calibration_bins,
    expected_calibration_error,
)
from radiology.statistics.intervals import Interval, UndefinedStatistic, wilson
from radiology.statistics.roc import (
    PairedAreas,
    roc_auc,
    roc_auc_delong,
    roc_auc_paired_delong,
    separation,
)

__all__ = [
    "CalibrationBin",
    "Confusion",
    "Interval",
    "PairedAreas",
    "UndefinedStatistic",
    "brier",
    "calibration_bins",
    "cohen_kappa",
    "confusion",
    "expected_calibration_error",
    "mcnemar_exact",
    "roc_auc",
    "roc_auc_delong",
    "roc_auc_paired_delong",
    "separation",
    "wilson",
]
