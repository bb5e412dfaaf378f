"""Pictures continued over what is unknown, and colours compared with those of samples nearby."""

import cv2
import numpy as np

from tryon.engines.local.analysis import Picture
from tryon.engines.local.continued import continued
from tryon.engines.local.minimum_cut import minimum_cut
from tryon.engines.local.nearby_colours import fit_nearby
from tryon.engines.local.raster import polygon_opacity, taken_at


def _striped() -> Picture:
    """(80, 120, 3) stripes one above the other, of the same grey all along."""
    rows = (120 + 40 * np.sin(np.arange(80) * 0.9))[:, None, None]
    return np.broadcast_to(rows, (80, 120, 3)).astype(np.uint8)


def test_texture_goes_on_where_it_is_needed_and_nothing_else_changes() -> None:
    true = _striped()
    picture, known, needed = true.copy(), np.ones((80, 120), np.uint8), np.zeros((80, 120), bool)
    picture[:, 70:] = (255, 0, 0)
    known[:, 70:] = 0
    needed[:, 60:80] = True
    made = continued(picture, known, needed)
    assert (made[:, :70] == picture[:, :70]).all()
    assert (made[:, 80:] == picture[:, 80:]).all()
    assert np.abs(made[10:70, 71:76].astype(int) - true[10:70, 71:76]).mean() < 12
    assert (picture[:, 70:] == (255, 0, 0)).all()


def test_nothing_is_continued_where_nothing_is_known_or_needed() -> None:
    picture = _striped()
    nothing, all_of_it = np.zeros((80, 120), np.uint8), np.ones((80, 120), bool)
    assert (continued(picture, nothing, all_of_it) == picture).all()
    assert (continued(picture, 1 - nothing, all_of_it) == picture).all()
    assert (continued(picture, nothing, ~all_of_it) == picture).all()


def test_places_are_looked_up_one_by_one() -> None:
    field = np.arange(600, dtype=np.float32).reshape(20, 30)
    points = np.stack([np.arange(700) % 29 + 0.5, np.arange(700) % 20], axis=-1).astype(np.float32)
    expected = points[:, 1] * 30 + points[:, 0]
    assert np.abs(taken_at(field, points) - expected).max() < 0.1
    assert taken_at(np.dstack([field, field]), points).shape == (700, 2)


def test_a_colour_fits_where_it_is_like_the_samples_around_it() -> None:
    lab = np.full((60, 60, 3), 100.0, np.float32)
    lab[:, 30:] = 160.0
    samples = np.zeros((60, 60), bool)
    samples[:, :20] = True
    fit = fit_nearby(lab, samples, 12, np.full(3, 4.0, np.float32))
    assert fit.known.all()
    assert fit.likely[:, :30].min() > fit.likely[:, 32:].max() + 50
    assert abs(float(fit.mean[0][30, 25]) - 100.0) < 0.5
    assert not fit_nearby(lab, ~np.ones((60, 60), bool), 12, np.full(3, 4.0, np.float32)).known.any()


def test_a_minimum_cut_follows_the_picture_s_edge_and_leaves_the_seeds_alone() -> None:
    random = np.random.default_rng(1)
    picture = random.integers(0, 20, (60, 60, 3), dtype=np.uint8)
    picture[20:40, 20:40] += 200
    seeds = np.full((60, 60), cv2.GC_PR_BGD, np.uint8)
    seeds[:4], seeds[25:35, 25:35] = cv2.GC_BGD, cv2.GC_FGD
    kept = seeds.copy()
    cut = minimum_cut(picture, seeds)
    assert (cut == (picture[..., 0] > 100)).mean() > 0.99
    assert (seeds == kept).all()


def test_a_small_polygon_is_as_soft_as_one_drawn_on_the_whole_canvas() -> None:
    outline = np.array([(10.0, 12.0), (40.0, 15.0), (30.0, 44.0)], np.float32)
    canvas = np.zeros((90, 110), np.uint8)
    cv2.fillPoly(canvas, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    whole = cv2.GaussianBlur(canvas, (0, 0), 2.0).astype(np.float32) / 255
    assert np.abs(polygon_opacity((90, 110), outline, 2.0) - whole).max() < 1e-6
    assert not polygon_opacity((90, 110), outline + 500, 2.0).any()
