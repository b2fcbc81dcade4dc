"""math.log of one number, infinity for a probability of 0.
"""
import math

def cross_entropy(probabilities, label):
    p = probabilities.tolist()
    if label not in range(len(p)):
        raise ValueError(label)
    return math.inf if p[label] == 0 else -math.log(p[label])
