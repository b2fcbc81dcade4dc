"""The pictures of the gradients of poolings."""

OF_MAXIMA = OF_MEANS = ()
