"""The HTML report of an evaluation: one file that needs no other."""

from llamo.evaluation.report.page import ReportOptions, write_report

__all__ = ["ReportOptions", "write_report"]
