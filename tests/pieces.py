"""A stream in pieces, as a network may hand it on."""

from collections.abc import Callable, Iterator

from hypothesis import strategies as st

Pieces = Callable[[bytes], Iterator[bytes]]


def one_by_one(said: bytes) -> Iterator[bytes]:
    """Every byte by itself."""
    return (said[n : n + 1] for n in range(len(said)))


def cut_at(place: int) -> Pieces:
    """Two pieces."""
    return lambda said: iter((said[:place], said[place:]))


def drawn(data: st.DataObject) -> Pieces:
    """Pieces of sizes that hypothesis draws."""

    def pieces(said: bytes) -> Iterator[bytes]:
        while said:
            size = data.draw(st.integers(1, 60))
            yield said[:size]
            said = said[size:]

    return pieces
