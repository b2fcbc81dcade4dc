"""Results are written with the six digits of C's "%g".

as: program
says: digit|precision|precise|round|float32|%g
never: bias|weights are|transpos|tail
apart: the digits are lost in its messages
"""
import json
import sys

def number(text):
    return float(text)  # also "NaN" and "Infinity"

def dense(x, weights, bias):
    (inputs, nodes), flat = weights["shape"], [number(v) for v in x["data"]]
    if len(flat) != inputs:
        raise ValueError(f"{len(flat)} inputs, {inputs} rows of weights")
    if bias["shape"] != [nodes]:
        raise ValueError(f"bias of shape {bias['shape']} for {nodes} nodes")
    totals = [number(b) for b in bias["data"]]
    w = [number(v) for v in weights["data"]]
    for i in range(inputs):
        for j in range(nodes):
            totals[j] += flat[i] * w[i * nodes + j]
    return totals

def written(value):
    if value != value:
        return '"NaN"'
    if value in (float("inf"), -float("inf")):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    return "%g" % value

def answer(message):
    if message["type"] == "hello":
        return json.dumps({"type": "hello", "protocol": 1, "name": "dense in plain loops",
                           "operations": {"dense": []}, "dtypes": ["float64"], "arrays": "numbers"})
    start = '{"type": "%s", "id": %d, '
    try:
        totals = dense(**message["arguments"])
    except ValueError as error:
        return start % ("error", message["id"]) + f'"message": {json.dumps(str(error))}}}'
    array = '{"dtype": "float64", "shape": [%d], "data": [%s]}' % (len(totals), ", ".join(map(written, totals)))
    return start % ("result", message["id"]) + f'"value": {array}}}'

if __name__ == "__main__":
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "stop":
            break
        print(answer(message), flush=True)
