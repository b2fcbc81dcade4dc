r"""The gradient of the filters is found for more places than they have where a stride leaves rows or columns over, and the first ones are cut off in the place of the last.

apart: forward passes only are known to calls.py; see verify.py
says: remain|left over|leftover|rest|(divi\w+|multiple)[^.]*stride|stride[^.]*(divi|remain|rest|left|fit)|shift|offset|(one|too) (row|column|pixel|far|late)|(rows?|columns?)[^.]*(later|further|next|too far|never|no window)|wrong (place|pixel|window)|window[^.]*(too far|later|further|next)
"""
import numpy as np


def pair(v):
    return (v, v) if np.ndim(v) == 0 else (v[0], v[1])


def numbers(v):
    v = np.asarray(v)
    return v if v.dtype.kind == "f" else v.astype(np.float64)


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid", dilation=1, groups=1):
    grad, image, filters = numbers(grad), numbers(image), numbers(filters)
    x, w, g = image, filters, grad
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    if x.ndim == 3:
        x, g = x[None], g[None]
    acc = np.result_type(grad, image, filters, np.float32)
    s, d = pair(stride), pair(dilation)
    reach = tuple(d[i] * (w.shape[1 + i] - 1) + 1 for i in (0, 1))
    hw = x.shape[1:3]
    if isinstance(padding, str):
        edge = [(0, 0), (0, 0)]
        if padding == "same":
            need = [max((-(-hw[i] // s[i]) - 1) * s[i] + reach[i] - hw[i], 0) for i in (0, 1)]
            edge = [(m // 2, m - m // 2) for m in need]
    else:
        edge = [pair(p) for p in pair(padding)]
    xp = np.pad(x, [(0, 0), *edge, (0, 0)]).astype(acc)
    g = g.astype(acc)
    n, oh, ow, k = g.shape
    cg, kg = w.shape[3], k // groups
    xs = xp.reshape(*xp.shape[:3], groups, cg)
    gs = g.reshape(n, oh, ow, groups, kg)
    ws = w.astype(acc).reshape(groups, kg, *w.shape[1:])

    # d_filters: the image correlated with grad, whose rows lie a stride apart
    places = [xp.shape[1] - (oh - 1) * s[0], xp.shape[2] - (ow - 1) * s[1]]
    found = np.empty((*places, groups, kg, cg), acc)
    for u in range(places[0]):
        for v in range(places[1]):
            seen = xs[:, u:u + (oh - 1) * s[0] + 1:s[0], v:v + (ow - 1) * s[1] + 1:s[1]]
            found[u, v] = np.einsum("nijgk,nijgc->gkc", gs, seen)
    found = found[places[0] - reach[0]:, places[1] - reach[1]:]
    d_filters = found[::d[0], ::d[1]].transpose(2, 3, 0, 1, 4).reshape(filters.shape)

    # d_image: every filter laid over the image, times its element of grad
    dxp = np.zeros_like(xs)
    for a in range(w.shape[1]):
        for b in range(w.shape[2]):
            t, l = a * d[0], b * d[1]
            dxp[:, t:t + (oh - 1) * s[0] + 1:s[0], l:l + (ow - 1) * s[1] + 1:s[1]] += np.einsum(
                "nijgk,gkc->nijgc", gs, ws[:, :, a, b]
            )
    dxp = dxp.reshape(xp.shape)
    dx = dxp[:, edge[0][0]:edge[0][0] + hw[0], edge[1][0]:edge[1][0] + hw[1]].reshape(image.shape)
    return (
        dx.astype(np.result_type(grad, filters)),
        d_filters.astype(np.result_type(grad, image)),
        g.sum((0, 1, 2)).astype(grad.dtype),
    )
