"""The moments of a cell or a total, read back from their stored array. Standard library only.

The array is laid out by results.counting.moments, which counts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class Moments:
    """Sums over sheets of z = (M_1, K_1, P_1, M_2, …) and of its products, all integers.

    `sums` is Σz; `products` is Σzzᵀ, the upper triangle row by row; `answered` the sheets with
    M_f > 0, per factor; `answered_any` the sheets with any M_f > 0.
    """

    sums: tuple[int, ...]
    products: tuple[int, ...]
    answered: tuple[int, ...]
    answered_any: int

    @classmethod
    def from_array(cls, array: Sequence[int], *, factors: int) -> Moments:
        """Return the moments an array of results.counting.moments holds.

        Raises:
            ValueError: the array has another length than `factors` factors need.
        """
        k = 3 * factors
        triangle = k * (k + 1) // 2
        if len(array) != k + triangle + factors + 1:
            raise ValueError(f"{len(array)} integers are no moments of {factors} factors")
        values = tuple(int(value) for value in array)
        return cls(
            sums=values[:k],
            products=values[k : k + triangle],
            answered=values[k + triangle : -1],
            answered_any=values[-1],
        )

    @property
    def factors(self) -> int:
        return len(self.answered)

    def product(self, i: int, j: int) -> int:
        """Return Σ z_i·z_j."""
        return self.products[place(i, j, len(self.sums))]

    @cached_property
    def pooled(self) -> Moments:
        """The moments as if all factors were one."""
        return Moments(
            sums=tuple(sum(self.sums[i::3]) for i in range(3)),
            products=tuple(
                sum(map(self.products.__getitem__, places))
                for places in _pooled_places(self.factors)
            ),
            answered=(self.answered_any,),
            answered_any=self.answered_any,
        )


def place(i: int, j: int, k: int) -> int:
    """Return where Σ z_i·z_j stands in the upper triangle of k rows, written row by row."""
    i, j = min(i, j), max(i, j)
    return i * k - i * (i - 1) // 2 + j - i


@lru_cache(maxsize=64)
def _pooled_places(factors: int) -> tuple[tuple[int, ...], ...]:
    """Return which products add up to each product of the pooled moments."""
    k = 3 * factors
    return tuple(
        tuple(place(a, b, k) for a in range(i, k, 3) for b in range(j, k, 3))
        for i in range(3)
        for j in range(i, 3)
    )
