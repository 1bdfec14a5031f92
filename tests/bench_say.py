"""How the benchmark tells a number and its bound."""


def say(what: str, value: float, bound: float) -> None:
    """One line."""
    print(f"{what}: {value:.2f} (at most {bound:g}){'' if value <= bound else '   <-- over'}", flush=True)
