"""Rules of the URL map that cost nothing before an address is built of them."""

from collections.abc import Callable

from werkzeug import routing


class Rule(routing.Rule):
    """A rule that compiles how its address is built when one is first built.

    Werkzeug compiles that twice for each rule as soon as the rule is known: 35 of the 45 ms in which the application is
    made, and a page builds addresses of a few rules only. Should the method be called otherwise one day, all that is lost
    are these milliseconds.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: routing.Rule, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
