"""The pack format (PACKS.md): reading a pack with every check, and writing one that reads back equal."""

from radiology.packs.contents import (
    FindingDef,
    FrameFacts,
    Licence,
    Pack,
    PackCase,
    PackHeader,
    PackRegion,
    PackSeries,
    Question,
)
from radiology.packs.digests import folder_digest
from radiology.packs.problems import PackRefused, Problem
from radiology.packs.reader import read_pack
from radiology.packs.sources import PackLimits
from radiology.packs.tables import MOST_MONTHS
from radiology.packs.writer import PackWriter, WriteCase, WriteRegion, WriteSeries

__all__ = [
    "MOST_MONTHS",
    "FindingDef",
    "FrameFacts",
    "Licence",
    "Pack",
    "PackCase",
    "PackHeader",
    "PackLimits",
    "PackRefused",
    "PackRegion",
    "PackSeries",
    "PackWriter",
    "Problem",
    "Question",
    "WriteCase",
    "WriteRegion",
    "WriteSeries",
    "folder_digest",
    "read_pack",
]
