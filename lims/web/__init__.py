"""What Streamlit cannot do: signing in with a cookie that survives a reload, and documents for those who may read."""

from lims.web.gate import MIDDLEWARE
from lims.web.opening import laboratory
from lims.web.routes import ROUTES
from lims.web.warming import warmed

__all__ = ["MIDDLEWARE", "ROUTES", "laboratory", "warmed"]
