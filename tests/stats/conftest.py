from hypothesis import settings

# How long one example takes says nothing about whether it is right; other work may share the machine.
settings.register_profile("stats", deadline=None)
settings.load_profile("stats")
