"""Entry point: API Gateway sends requests for the console's pages."""

from clinic_console.routes import build
from prm import wiring
from prm.core import table
from prm.web.staff import serve

house = wiring.house()
handler = serve(build(house), house)
table.warm()
