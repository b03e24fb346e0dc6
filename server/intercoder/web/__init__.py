"""HTTP: translates requests to service calls and back."""

import sys

# Flask-WTF loads Babel, 1.5 MiB, to find that Flask-Babel is not here; a server that idles needs none of it.
_HIDDEN = "babel" not in sys.modules
if _HIDDEN:
    sys.modules["babel"] = None  # type: ignore[assignment]
import flask_wtf  # noqa: E402, F401 - see above

if _HIDDEN:
    del sys.modules["babel"]
