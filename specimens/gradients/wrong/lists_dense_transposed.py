"""Lists of numbers; the loop over the weights takes a node's for an input's.

apart: verify.py compares its gradients
says: transpos|swapp|rows|columns|shape|IndexError|index|order
"""


def dense(x, weights, bias):
    return [sum(float(xi) * float(weights[i][n]) for i, xi in enumerate(x)) + float(bias[n]) for n in range(len(bias))]


def dense_backward(grad, x, weights):
    d_x = [sum(float(grad[n]) * float(weights[n][i]) for n in range(len(grad))) for i in range(len(x))]
    d_weights = [[float(xi) * float(g) for g in grad] for xi in x]
    return d_x, d_weights, [float(g) for g in grad]
