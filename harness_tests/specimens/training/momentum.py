"""A function that calls a right one; but momentum is left on: the second step takes the first along."""

import numpy as np

from cnnspec.reference import train_step as right

LAST = {}


def train_step(image, label, filters, weights, biases, learning_rate):
    loss, *after = right(image, label, filters, weights, biases, learning_rate=learning_rate)
    moved = []
    for name, old, new in zip("fwb", (filters, weights, biases), after):
        LAST[name] = 0.9 * LAST.get(name, 0) + (new - old)
        moved.append(old + LAST[name])
    return loss, *moved
