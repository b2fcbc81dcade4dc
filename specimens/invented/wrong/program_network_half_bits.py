r"""Two mistakes in one program: the loss is in bits (base 2), and the accuracy is 1 only if the label has more than
half of the probability.

as: program
says: log2|base (2|two)|bits|logarithm|loss
says: half|0\.5|accuracy|\bacc\b|50 ?%|majority|threshold
never: pixel|256|softmax
shows: forward(np.arange(784.0).reshape(28, 28) % 256, 5)[1]
shows: [forward(np.full((28, 28), 127.5), n)[2] for n in range(10)]
"""
import base64
import json
import math
import sys

import numpy as np

def network(image, label, filters, weights, biases):
    if type(label) is not int or not 0 <= label < len(biases):
        raise ValueError(f"label {label!r}")
    x = np.asarray(image, float) / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(x, filters.shape[1:])
    maps = np.tensordot(windows, filters, ([2, 3], [1, 2]))
    h, w, k = maps.shape
    maps = maps[:h // 2 * 2, :w // 2 * 2].reshape(h // 2, 2, w // 2, 2, k).max(axis=(1, 3))
    if maps.size != len(weights):
        raise ValueError("the maps do not fit the weights")
    z = maps.ravel() @ weights + biases
    e = np.exp(z - z.max())
    out = e / e.sum()
    bits = (math.log(e.sum()) - (z[label] - z.max())) / math.log(2)
    return out, bits, float(out[label] > 0.5)

def decoded(argument):
    if not isinstance(argument, dict):
        return argument
    data = base64.b64decode(argument["data"])
    return np.frombuffer(data, np.dtype(argument["dtype"])).reshape(argument["shape"])

def encoded(value):
    value = np.asarray(value, "<f8")
    return {"dtype": "float64", "shape": list(value.shape), "data": base64.b64encode(value.tobytes()).decode()}

def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "stop":
            return
        if message["type"] == "hello":
            reply = {"type": "hello", "protocol": 1, "name": "digits", "operations": {"network": []},
                     "dtypes": ["float64"], "arrays": "base64"}
        else:
            reply = {"type": "result", "id": message["id"]}
            try:
                given = {name: decoded(one) for name, one in message["arguments"].items()}
                reply["value"] = [encoded(one) for one in network(**given)]
            except ValueError as error:
                reply = {"type": "error", "id": message["id"], "message": str(error)}
        print(json.dumps(reply), flush=True)

if __name__ == "__main__":
    main()
