"""The caller's array is rectified in place.

shows: (a := whole(3, 3), relu(a), a)[-1]
"""
def relu(x):
    x[x < 0] = 0
    return x
