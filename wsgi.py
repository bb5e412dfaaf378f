"""The application for a production WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`, …

Settings come from the environment: DATABASE_URL, REDIS_URL, STORAGE_URL, PUBLIC_APP_URL and the rest of
`tryon settings`. The tables are made ready beforehand by `tryon migrate`, the pictures by `tryon worker`.
"""

import sys

from tryon.errors import ConfigurationError
from tryon.factory import create_app

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"tryon: {error.message}")
