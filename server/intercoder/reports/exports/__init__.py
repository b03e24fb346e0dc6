"""What leaves the program: one registry of files, for pages, API and command line.

An ``Export`` says what a file holds and for whom, which permission opens its door, and how it is made. Whoever adds one to
``registry.EXPORTS`` has its address, its row on the page and its command, and with its address the test of blindness.
"""
