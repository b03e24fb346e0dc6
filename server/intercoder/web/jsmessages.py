"""The sentences of the browser's modules, so that they speak the language of the page."""

from collections.abc import Mapping

from intercoder.web.i18n import gettext

MESSAGES: Mapping[str, str] = {}


def js_messages() -> dict[str, str]:
    """Return key → sentence for ``t()`` in static/js/lib/page.js."""
    return {key: gettext(english) for key, english in MESSAGES.items()}
