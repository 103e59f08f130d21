"""Capitals and digits as strokes on a grid, for lettering of any weight: our own alphabet."""

from __future__ import annotations

import numpy as np

from detector.records import Floats

HEIGHT, ADVANCE = 6.0, 5.2  # units of a capital's height, and from one letter to the next

_TABLE = """
A 0,6 0,2 2,0 4,2 4,6|0,4 4,4
B 0,6 0,0 3,0 4,1 4,2 3,3 0,3|3,3 4,4 4,5 3,6 0,6
C 4,1 3,0 1,0 0,1 0,5 1,6 3,6 4,5
D 0,0 0,6 2.5,6 4,4.5 4,1.5 2.5,0 0,0
E 4,0 0,0 0,6 4,6|0,3 3,3
F 4,0 0,0 0,6|0,3 3,3
G 4,1 3,0 1,0 0,1 0,5 1,6 3,6 4,5 4,3 2.4,3
H 0,0 0,6|4,0 4,6|0,3 4,3
I 2,0 2,6
J 3.6,0 3.6,5 2.6,6 1.4,6 0.4,5
K 0,0 0,6|4,0 0,3.4|1.4,2.4 4,6
L 0,0 0,6 3.8,6
M 0,6 0,0 2,3.2 4,0 4,6
N 0,6 0,0 4,6 4,0
O 1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0
P 0,6 0,0 3,0 4,1 4,2.4 3,3.4 0,3.4
Q 1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0|2.6,4.4 4.4,6.4
R 0,6 0,0 3,0 4,1 4,2.2 3,3.2 0,3.2|2,3.2 4,6
S 4,1 3,0 1,0 0,1 0,2 1,3 3,3 4,4 4,5 3,6 1,6 0,5
T 0,0 4,0|2,0 2,6
U 0,0 0,5 1,6 3,6 4,5 4,0
V 0,0 2,6 4,0
W 0,0 0.8,6 2,2 3.2,6 4,0
X 0,0 4,6|4,0 0,6
Y 0,0 2,3 4,0|2,3 2,6
Z 0,0 4,0 0,6 4,6
0 1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0|3.4,1 0.6,5
1 0.8,1.4 2.2,0 2.2,6
2 0,1 1,0 3,0 4,1 4,2.4 0,6 4,6
3 0,0 4,0 2,2.4 3,2.4 4,3.4 4,5 3,6 1,6 0,5
4 3,6 3,0 0,4.2 4,4.2
5 4,0 0.4,0 0,2.8 1,2.4 3,2.4 4,3.4 4,5 3,6 1,6 0,5
6 3.6,0 1,2 0,3.6 0,5 1,6 3,6 4,5 4,3.8 3,2.8 1,2.8 0,3.6
7 0,0 4,0 1.4,6
8 1,0 3,0 4,1 4,2 3,3 1,3 0,2 0,1 1,0|1,3 0,4 0,5 1,6 3,6 4,5 4,4 3,3
9 0.4,6 3,4 4,2.4 4,1 3,0 1,0 0,1 0,2.2 1,3.2 3,3.2 4,2.4
& 4,6 1,2.4 0.6,1 1.6,0 2.6,0.6 2.4,1.8 0.4,3.6 0,5 1,6 2.4,6 4,3.6
- 0.8,3 3.2,3
! 2,0 2,3.8|2,5.6 2,6
% 4,0 0,6|0.6,0.4 0.6,1.6|3.4,4.4 3.4,5.6
. 2,5.6 2,6
, 2.2,5.4 1.6,6.8
' 2,0 2,1.6
"""


def _lines(text: str) -> list[Floats]:
    lines = [[corner.split(",") for corner in line.split()] for line in text.split("|")]
    return [np.array(line, np.float32) for line in lines]


_STROKES = {row[0]: _lines(row[2:]) for row in _TABLE.strip().splitlines()}


def strokes_of(letter: str, *, smooth: bool) -> list[Floats]:
    """The strokes of a capital, each (N, 2) from the top left; none of what is not in the table.

    `smooth` rounds the corners off, except those of straight letters.
    """
    strokes = _STROKES.get(letter, [])
    return [_rounded(line) for line in strokes] if smooth else strokes


def _rounded(line: Floats) -> Floats:
    """Cut flat corners twice (Chaikin 1974); sharp and right ones stay."""
    for _ in range(2):
        points = [line[:1]]
        for before, here, after in zip(line[:-2], line[1:-1], line[2:], strict=True):
            a, b = here - before, after - here
            if float(a @ b) > 0.05 * float(np.linalg.norm(a) * np.linalg.norm(b)):
                points.append(np.stack([here - a * 0.3, here + b * 0.3]))
            else:
                points.append(here[None])
        line = np.concatenate([*points, line[-1:]])
    return line
