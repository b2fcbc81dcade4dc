"""A network program that takes no bytes.

as: program
shows: forward(np.arange(784.0).reshape(28, 28) % 256, 5)
"""
import base64
import json
import sys
import numpy as np

def network(image, label, filters, weights, biases):
    if not isinstance(label, int) or not 0 <= label < len(biases):
        raise ValueError(f"no class {label}")
    x = image / 255 - 0.5
    h, w = x.shape[0] - 2, x.shape[1] - 2
    maps = sum(filters[:, a, b] * x[a:a + h, b:b + w, None] for a in range(3) for b in range(3))
    pooled = maps.reshape(h // 2, 2, w // 2, 2, -1).max(axis=(1, 3))
    z = pooled.ravel() @ weights + biases
    z = z - z.max()
    total = np.exp(z).sum()
    return np.exp(z) / total, np.log(total) - z[label], float(z.argmax() == label)

OPERATIONS = {"network": network}

def read(value):
    if isinstance(value, dict):
        return np.frombuffer(base64.b64decode(value["data"]), value["dtype"]).reshape(value["shape"])
    return value

def written(value):
    value = np.asarray(value)
    data = base64.b64encode(value.tobytes()).decode()
    return {"dtype": value.dtype.name, "shape": value.shape, "data": data}

def answer(message):
    if message["type"] == "hello":
        return {"type": "hello", "protocol": 1, "name": "network", "operations": {"network": []},
                "dtypes": ["float64"], "arrays": "base64"}
    try:
        given = {name: read(value) for name, value in message["arguments"].items()}
        value = OPERATIONS[message["operation"]](**given)
    except ValueError as error:
        return {"type": "error", "id": message["id"], "message": str(error)}
    value = [written(one) for one in value] if isinstance(value, tuple) else written(value)
    return {"type": "result", "id": message["id"], "value": value}

if __name__ == "__main__":
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "stop":
            break
        print(json.dumps(answer(message)), flush=True)
