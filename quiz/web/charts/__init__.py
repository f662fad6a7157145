"""The progress page's charts, drawn on the server as SVG: no script, light and dark through style sheets.

Each chart is a picture with one sentence as its name; the numbers and their links are in the table beside it.
"""

from quiz.web.charts.calendar import calendar
from quiz.web.charts.curve import curve
from quiz.web.charts.due import due
from quiz.web.charts.rating import rating_line
from quiz.web.charts.reliability import reliability
from quiz.web.charts.square import square
from quiz.web.charts.whisker import whisker

__all__ = ["calendar", "curve", "due", "rating_line", "reliability", "square", "whisker"]
