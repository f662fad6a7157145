"""Authoring in the Django admin: instructors see and edit what they own, administrators everything."""

from quiz.admin import answer_keys, case_sets, cases, fault_reports, packs, reads, users

__all__ = ["answer_keys", "case_sets", "cases", "fault_reports", "packs", "reads", "users"]
