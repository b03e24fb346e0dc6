"""What the modules of this audience register their pages on."""

from intercoder.web.views import Views

blueprint = Views("coder")
