"""How distinctive the marks of an index are: how much they resemble the graphics of the cohort."""

from __future__ import annotations

from typing import NamedTuple

from detector.channels import edge_templates, embedding
from detector.index.store import ReferenceIndex
from detector.records import Floats

COMMON_COSINE = 0.8  # with a graphic of the cohort: a tenth of 1,000 icons has as much
COMMON_SIGMAS = 8.0  # of the template on such a graphic: nearly half of them has as much


class Distinctiveness(NamedTuple):
    """Of M marks, how much their whole views resemble the cohort's nearest graphic; (M,), or NaN.

    `cosines` are of learned descriptors, `sigmas` scores of edge templates.
    """

    cosines: Floats
    sigmas: Floats

    def is_common(self, row: int) -> bool:
        """Whether a mark is as simple as a letter or a common sign, by both."""
        return bool(self.cosines[row] >= COMMON_COSINE and self.sigmas[row] >= COMMON_SIGMAS)


def distinctiveness(index: ReferenceIndex) -> Distinctiveness:
    """The distinctiveness of all marks of an index."""
    table = index.view_table
    groups = edge_templates.template_groups(index.references("shape"), table)
    sigmas = edge_templates.cohort_highest(groups, len(table))
    cosines = embedding.cohort_highest(index.references("embedding"), len(table))
    return Distinctiveness(cosines[table.wholes], sigmas[table.wholes])
