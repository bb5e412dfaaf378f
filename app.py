"""The whole system on one machine: `python app.py [--host 127.0.0.1] [--port 8000] [--data-dir ./var]`."""

import sys

if __name__ == "__main__":
    try:
        from tryon.cli import main
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is missing. Install first: python3 -m venv .venv && .venv/bin/pip install -e '.[demo]'")
    main(["serve", *sys.argv[1:]], prog_name="app.py")
