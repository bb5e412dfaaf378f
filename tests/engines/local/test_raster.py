"""Connected pieces of a mask, as all stages ask for them."""

import numpy as np

from tryon.engines.local.raster import connected, frame_of, holding, largest_piece, pieces_holding, pieces_of

MASK = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0, 1],
    ],
    np.bool_,
)
"""A corner of three pixels and, where corners that touch connect, two more: a diagonal and a pixel at the frame."""


def test_pieces_have_their_sizes_and_what_is_no_piece_has_none() -> None:
    pieces, sizes = connected(MASK)
    assert sizes.tolist() == [0, 3, 2, 1]
    assert np.array_equal(pieces > 0, MASK)
    assert connected(MASK, connectivity=4)[1].tolist() == [0, 3, 1, 1, 1]
    assert connected(np.zeros((3, 3), np.bool_))[1].tolist() == [0]


def test_a_piece_is_held_as_a_whole_by_any_of_its_pixels() -> None:
    where = np.zeros(MASK.shape, np.bool_)
    where[2, 4] = where[0, 0] = True
    held = pieces_holding(MASK, where)
    assert np.argwhere(held).tolist() == [[2, 4], [3, 3]]
    assert np.array_equal(held, holding(connected(MASK)[0], where))
    assert np.argwhere(pieces_holding(MASK, frame_of(MASK.shape))).tolist() == [[4, 5]]


def test_the_window_around_a_piece_ends_at_the_frame() -> None:
    found = sorted((area[0].start, area[0].stop, area[1].start, area[1].stop) for area, _ in pieces_of(MASK, margin=1))
    assert found == [(0, 4, 0, 4), (1, 5, 2, 6), (3, 5, 4, 6)]
    for area, piece in pieces_of(MASK, margin=1):
        assert piece.shape == MASK[area].shape
        assert MASK[area][piece].all()


def test_the_largest_piece_of_nothing_is_nothing() -> None:
    assert np.array_equal(largest_piece(MASK), connected(MASK)[0] == 1)
    assert not largest_piece(np.zeros((3, 3), np.bool_)).any()
