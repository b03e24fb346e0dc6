"""The table of the routes, ``server/intercoder/web/routes.txt``, from what the modules of the web register.

``check`` answers 1 when a row is missing, wrong or too many; ``write`` writes it anew, as `make format` does.
"""

import pkgutil
import sys
from importlib import import_module

from intercoder import web
from intercoder.web.views import TABLE, Views


def registered() -> str:
    """Return the rows of all views, by address and method."""
    for module in pkgutil.walk_packages(web.__path__, f"{web.__name__}."):
        import_module(module.name)
    routes = sorted((route for route, _ in Views.loaded.values()), key=lambda route: (route.address, route.methods))
    return "".join(f"{route}\n" for route in routes)


def main() -> int:
    """Compare or write the table."""
    said = registered()
    if sys.argv[1:] == ["write"]:
        TABLE.write_text(said, encoding="utf-8")
    elif TABLE.read_text(encoding="utf-8") != said:
        print(f"{TABLE} is not what the modules register; make format writes it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
