"""Pictures of numbers: SVG drawn on the server, at two widths, with a table behind each series.

Geometry stands in attributes and colour in classes, so that the pages' policy needs no exception. Each picture is drawn
for 640 and for 326 pixels; the style sheet shows the one that fits, and text is never scaled down.
"""

from prm.web.charts.bars import Slice, coverage, groups, stays, swatch
from prm.web.charts.compare import ComparePictures, compare
from prm.web.charts.picture import Picture
from prm.web.charts.score import score
from prm.web.charts.trend import trend

__all__ = ["ComparePictures", "Picture", "Slice", "compare", "coverage", "groups", "score", "stays", "swatch", "trend"]
