"""Pages of a project: what a lead designs and reads, and what others may see of it."""
