"""Codebooks as people have them elsewhere: indented text, tables, ``.qdc``; read into lines with a depth, and written."""
