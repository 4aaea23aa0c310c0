"""Entry point: API Gateway sends requests for pages."""

from prm import wiring
from prm.core import table
from prm.web.routes import serve
from review_request.routes import build

house = wiring.house()
handler = serve(build(house), house)
table.warm()
