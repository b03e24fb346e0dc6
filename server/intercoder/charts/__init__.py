"""Figures as SVG, from the plain data of a report; the same for the page and for a file."""
