"""Reading pack.toml: every key known, of its type, and fit to be shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from radiology.packs.contents import FindingDef, Licence, PackHeader, Question
from radiology.packs.problems import Problems
from radiology.packs.text import check_text

MANIFEST = "pack.toml"
MODALITIES = ("DX", "CR", "MG", "CT", "MR", "US")
KINDS = ("detection", "single-choice", "multi-label")
# Words that mean "no finding" in tables and forms.
_RESERVED_FINDINGS = {"normal", "none"}

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FINDING = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_RADLEX = re.compile(r"RID\d{1,10}")
_URL = re.compile(r"https?://[^\s\"'<>]+")

_TOP = {
    "format": int,
    "key": str,
    "version": int,
    "title": str,
    "description": str,
    "modality": str,
    "simulated": bool,
    "rated": bool,
    "truth_basis": str,
    "caveat": str,
    "licence": dict,
    "question": dict,
    "finding": list,
    "ai": dict,
}
_OPTIONAL_TOP = {"description", "caveat", "ai"}
_LICENCE = {"name": str, "attribution": str, "source_url": str}
_QUESTION = {"prompt": str, "kind": str, "localise": bool}
_FINDING_KEYS = {"key": str, "label": str, "radlex": str}
_AI = {"model": str}
_KIND_NAMES = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list of tables ([[finding]])",
}
_LONGEST = {"key": 64, "title": 200, "name": 200, "prompt": 500, "label": 100, "source_url": 500, "model": 64}


def parse_manifest(data: bytes, problems: Problems) -> PackHeader | None:
    """The header in pack.toml's bytes, or None where they aren't TOML; everything wrong goes to `problems`.

    With problems the header is good only for finding more of them: what is missing or wrong is empty in it.
    """
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.add(MANIFEST, None, "The text isn't UTF-8.")
        return None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problems.add(MANIFEST, None, f"This isn't valid TOML: {str(error)[:200]}.")
        return None
    return _header(_Reader(table, problems))


class _Reader:
    """Takes keys out of the tables of a manifest and notes what is missing, unknown or of another type."""

    def __init__(self, table: dict[str, Any], problems: Problems) -> None:
        self.table = table
        self.problems = problems

    def refuse(self, reason: str) -> None:
        self.problems.add(MANIFEST, None, reason)

    def check(self, table: dict[str, Any], known: Mapping[str, type], optional: set[str], where: str) -> None:
        """Note unknown keys, missing keys, values of another type, and texts that are empty or unfit."""
        for key in table.keys() - known.keys():
            self.refuse(f"The key “{where}{key}” isn't known.")
        for key, kind in known.items():
            if key not in table:
                if key not in optional:
                    self.refuse(f"The key “{where}{key}” is missing.")
            # bool is an int in Python, and `version = true` no version.
            elif not isinstance(table[key], kind) or (kind is int and isinstance(table[key], bool)):
                self.refuse(f"“{where}{key}” has to be {_KIND_NAMES[kind]}.")
                table[key] = kind()
            elif kind is str:
                if key not in optional and not table[key].strip():
                    self.refuse(f"“{where}{key}” is empty.")
                if reason := check_text(table[key], longest=_LONGEST.get(key, 5_000)):
                    self.refuse(f"“{where}{key}” {reason}.")

    def matches(self, value: str, pattern: re.Pattern[str], where: str, wanted: str) -> None:
        if value and not pattern.fullmatch(value):
            self.refuse(f"“{where}” has to be {wanted}, not “{value[:80]}”.")

    def one_of(self, value: str, allowed: tuple[str, ...], where: str) -> None:
        if value and value not in allowed:
            self.refuse(f"“{where}” has to be one of {', '.join(allowed)}, not “{value[:80]}”.")


def _header(reader: _Reader) -> PackHeader:
    table = reader.table
    reader.check(table, _TOP, _OPTIONAL_TOP, "")
    if "format" in table and table["format"] != 1:
        reader.refuse(f"This is pack format {table['format']}; only format 1 can be read.")
    if "version" in table and not 1 <= table["version"] < 2**31:
        reader.refuse("“version” has to be a whole number from 1 on.")
    reader.matches(table.get("key", ""), _SLUG, "key", "lower-case words with hyphens between them")
    reader.one_of(table.get("modality", ""), MODALITIES, "modality")
    return PackHeader(
        key=table.get("key", ""),
        version=table.get("version", 1),
        title=table.get("title", "").strip(),
        description=table.get("description", "").strip(),
        modality=table.get("modality", ""),
        simulated=table.get("simulated", False),
        rated=table.get("rated", False),
        truth_basis=table.get("truth_basis", "").strip(),
        caveat=table.get("caveat", "").strip(),
        licence=_licence(reader, table.get("licence", {})),
        question=_question(reader, table.get("question", {})),
        findings=_findings(reader, table.get("finding", [])),
        ai_model=_ai_model(reader, table.get("ai")),
    )


def _licence(reader: _Reader, table: dict[str, Any]) -> Licence:
    reader.check(table, _LICENCE, {"source_url"}, "licence.")
    # It becomes a link on a page: nothing but the web.
    reader.matches(table.get("source_url", ""), _URL, "licence.source_url", "a web address (https://…)")
    return Licence(
        name=table.get("name", "").strip(),
        attribution=table.get("attribution", "").strip(),
        source_url=table.get("source_url", ""),
    )


def _question(reader: _Reader, table: dict[str, Any]) -> Question:
    reader.check(table, _QUESTION, {"localise"}, "question.")
    reader.one_of(table.get("kind", ""), KINDS, "question.kind")
    return Question(
        prompt=table.get("prompt", "").strip(),
        kind=table.get("kind", ""),
        localise=table.get("localise", False),
    )


def _findings(reader: _Reader, tables: list[Any]) -> tuple[FindingDef, ...]:
    found: dict[str, FindingDef] = {}
    if "finding" in reader.table and not tables:
        reader.refuse("There has to be at least one [[finding]].")
    for number, table in enumerate(tables, start=1):
        where = f"finding {number}: "
        if not isinstance(table, dict):
            reader.refuse(f"“{where}” has to be a table.")
            continue
        reader.check(table, _FINDING_KEYS, {"radlex"}, where)
        key = table.get("key", "")
        reader.matches(key, _FINDING, f"{where}key", "lower-case words with hyphens between them")
        reader.matches(table.get("radlex", ""), _RADLEX, f"{where}radlex", "a RadLex code such as RID5350")
        if key in _RESERVED_FINDINGS:
            reader.refuse(f"“{key}” can't be a finding: it means that there is none.")
        if key in found:
            reader.refuse(f"The finding “{key}” is there twice.")
        found[key] = FindingDef(key=key, label=table.get("label", "").strip(), radlex=table.get("radlex", ""))
    return tuple(found.values())


def _ai_model(reader: _Reader, table: dict[str, Any] | None) -> str | None:
    if table is None:
        return None
    reader.check(table, _AI, {"model"}, "ai.")
    model = table.get("model", "")
    reader.matches(model, _SLUG, "ai.model", "lower-case words with hyphens between them")
    return model or None
