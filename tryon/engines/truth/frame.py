"""Where the candidate's picture lies on the photo: a small shift and scale, found by what a try-on leaves alone."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.engines.local.analysis import Picture, Points

Mask = NDArray[np.bool_]
Matrix = NDArray[np.float32]

FEATURES: Final = 1200
RATIO: Final = 0.8
"""A feature's best match must be this much nearer than its second best."""
NEAR_PX: Final = 2.0
"""A match that is farther from where the common movement puts it does not count."""
SURE_MATCHES: Final = 12
CALM_PX: Final = 1.5
OTHER_EDGE: Final = 12.0
"""Of 255 a pixel: an edge that differs by more is another one, and is no evidence of how far the picture has moved."""
WORTH_MOVING: Final = 0.96
"""A movement must make what differs by edges at least this much less."""
STEPS: Final = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 25, 1e-4
UNSHARP: Final = 5
"""Pixels of the blur under which the fine alignment compares: smaller details may be redrawn."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How points of the candidate move to lie on the photo's; both pictures are of one size."""

    matrix: Matrix
    """(2, 3), candidate → photo."""

    @property
    def scale(self) -> float:
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2].astype(np.float64)))))

    def drift(self, size: tuple[int, int]) -> float:
        """How far the corner that moves most moves, as a share of the picture's diagonal; `size`: height, width."""
        height, width = size
        corners = np.array(((0, 0), (width, 0), (0, height), (width, height)), np.float32)
        return float(np.linalg.norm(self.apply(corners) - corners, axis=1).max() / np.hypot(height, width))

    def apply(self, points: Points) -> Points:
        return (points @ self.matrix[:, :2].T + self.matrix[:, 2]).astype(np.float32)

    def scaled(self, factor: float) -> "Placement":
        """The same for pictures `factor` times as large."""
        matrix = self.matrix.copy()
        # Pixel centres lie half a pixel inside: scaling is about the picture's corner, not its first pixel's centre.
        half = 0.5 * (factor - 1.0)
        matrix[:, 2] = matrix[:, 2] * factor + half - matrix[:, :2] @ np.array((half, half), np.float32)
        return Placement(matrix)

    def warp(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The candidate laid on the photo's frame; beyond its own edge it goes on as it ends."""
        size = (picture.shape[1], picture.shape[0])
        flags = cv2.INTER_CUBIC
        return np.asarray(cv2.warpAffine(picture, self.matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))

    def covered(self, size: tuple[int, int]) -> Mask:
        """Where the photo's frame shows the candidate at all; `size`: height, width."""
        ones = np.full(size, 255, np.uint8)
        return np.asarray(cv2.warpAffine(ones, self.matrix, (size[1], size[0]), flags=cv2.INTER_NEAREST)) > 0


UNMOVED: Final = Placement(np.array(((1, 0, 0), (0, 1, 0)), np.float32))


def place(photo: Picture, candidate: Picture, steady: Mask, landmarks: tuple[Points, Points] | None) -> Placement:
    """Find the movement that lays `candidate` on `photo`, two pictures of one size.

    `steady` is where the photo should be as it was; `landmarks` are the same points of the person in candidate and
    photo, for pictures with too little else to go by. Of several explanations the one under which what is steady agrees
    best is taken, and none where that says as much.
    """
    grey, other = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (photo, candidate))
    edges = _edges(grey)
    best, least = UNMOVED, WORTH_MOVING * _disagreement(edges, other, steady, UNMOVED)
    found = _by_features(grey, other)
    for rough in (found, None if found is not None or landmarks is None else _by_landmarks(*landmarks)):
        if rough is not None and (cost := _disagreement(edges, other, steady, rough)) < least:
            best, least = rough, cost
    fine = _refined(grey, other, steady, best)
    return fine if _disagreement(edges, other, steady, fine) < least else best


def _edges(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How the light changes to the right and down: the same whether the whole picture was made brighter or not."""
    calm = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), CALM_PX)
    return cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=0.25)


def _disagreement(
    photo: tuple[NDArray[np.float32], NDArray[np.float32]],
    candidate: NDArray[np.uint8],
    steady: Mask,
    placement: Placement,
) -> float:
    """How much the steady part's edges differ once the candidate is laid there; what is wholly other counts little."""
    if not steady.any():
        return 0.0
    right, down = _edges(placement.warp(candidate))
    apart = np.abs(right - photo[0]) + np.abs(down - photo[1])
    return float(np.minimum(apart[steady], OTHER_EDGE).mean())


def _by_features(photo: NDArray[np.uint8], candidate: NDArray[np.uint8]) -> Placement | None:
    """By details that both show, wherever they are: those of the products have nothing to be taken for."""
    finder = cv2.SIFT.create(nfeatures=FEATURES, contrastThreshold=0.02)
    points, words = finder.detectAndCompute(photo, None)
    others, other_words = finder.detectAndCompute(candidate, None)
    if words is None or other_words is None or len(words) < SURE_MATCHES or len(other_words) < SURE_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(words, other_words, k=2)
    good = [two[0] for two in pairs if len(two) == 2 and two[0].distance < RATIO * two[1].distance]
    if len(good) < SURE_MATCHES:
        return None
    here = np.array([points[match.queryIdx].pt for match in good], np.float32)
    there = np.array([others[match.trainIdx].pt for match in good], np.float32)
    matrix, inliers = cv2.estimateAffinePartial2D(there, here, ransacReprojThreshold=NEAR_PX, maxIters=1000)
    if matrix is None or inliers is None or int(inliers.sum()) < SURE_MATCHES:
        return None
    return Placement(matrix.astype(np.float32))


def _by_landmarks(candidate: Points, photo: Points) -> Placement | None:
    if len(photo) < 4:
        return None
    matrix, _ = cv2.estimateAffinePartial2D(candidate, photo, method=cv2.LMEDS)
    return None if matrix is None else Placement(matrix.astype(np.float32))


def _refined(photo: NDArray[np.uint8], candidate: NDArray[np.uint8], steady: Mask, rough: Placement) -> Placement:
    """To a fraction of a pixel, by the light and shade of everything steady; `rough` where that leads astray."""
    mask = cv2.erode(steady.astype(np.uint8), np.ones((5, 5), np.uint8))
    if mask.mean() < 0.02:
        return rough
    try:
        _, matrix = cv2.findTransformECC(
            candidate, photo, rough.matrix.copy(), cv2.MOTION_AFFINE, STEPS, mask * 255, UNSHARP
        )
    except cv2.error:
        return rough
    better = Placement(matrix.astype(np.float32))
    moved = np.linalg.norm(better.matrix - rough.matrix, axis=0)
    astray = moved[2] > 0.02 * max(photo.shape) or moved[:2].max() > 0.02
    return rough if astray else better
