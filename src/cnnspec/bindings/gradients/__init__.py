"""How the gradients of code are called: after its forward call, which is known already.

Methods, functions with what forward has kept, attributes, updates, and autograd.
Each way ends in a binding of the gradient's own.
"""
