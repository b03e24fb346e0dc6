"""Figures as SVG, from numbers and ready words; the same for the page and for a file."""
