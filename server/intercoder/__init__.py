"""Intercoder: blind parallel coding, agreement, adjudication and saturation."""
