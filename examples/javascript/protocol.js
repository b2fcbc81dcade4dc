/** The line protocol of cnnspec (PROTOCOL.md): messages are answered with lines of JSON. */

import * as layers from "./layers.js";

const CONVOLVED = ["stride", "padding", "dilation", "groups"];
const POOLED = ["size", "stride", "padding", "ceil_mode"];
const OF_MAPS = ["mean", "variance", "scale", "offset"];

/** What each operation takes: arrays by position, the first `required` of them always. */
const OPERATIONS = {
  conv2d: { positions: ["image", "filters", "bias"], required: 2, options: CONVOLVED },
  conv_transpose2d: {
    positions: ["image", "filters", "bias"],
    required: 2,
    options: [...CONVOLVED, "output_padding"],
  },
  relu: { positions: ["x"], required: 1, options: [] },
  leaky_relu: { positions: ["x"], required: 1, options: ["slope"] },
  sigmoid: { positions: ["x"], required: 1, options: [] },
  tanh: { positions: ["x"], required: 1, options: [] },
  batch_norm: { positions: ["maps", ...OF_MAPS], required: 5, options: ["epsilon"] },
  max_pool2d: { positions: ["maps"], required: 1, options: [...POOLED, "dilation"] },
  min_pool2d: { positions: ["maps"], required: 1, options: [...POOLED, "dilation"] },
  avg_pool2d: { positions: ["maps"], required: 1, options: [...POOLED, "count_include_pad"] },
  global_avg_pool2d: { positions: ["maps"], required: 1, options: [] },
  flatten: { positions: ["maps"], required: 1, options: [] },
  dense: { positions: ["x", "weights", "bias"], required: 3, options: [] },
  softmax: { positions: ["logits"], required: 1, options: [] },
  log_softmax: { positions: ["logits"], required: 1, options: [] },
  cross_entropy: { positions: ["probabilities", "label"], required: 2, options: [] },
  softmax_cross_entropy: { positions: ["logits", "label"], required: 2, options: [] },
  ...gradients("conv2d_grad", ["image", "filters"], ["image", "filters", "bias"], CONVOLVED),
  ...gradients(
    "conv_transpose2d_grad",
    ["image", "filters"],
    ["image", "filters", "bias"],
    [...CONVOLVED, "output_padding"],
  ),
  relu_backward: backward("x"),
  leaky_relu_backward: backward("x", ["slope"]),
  sigmoid_backward: backward("x"),
  tanh_backward: backward("x"),
  ...gradients(
    "batch_norm_grad",
    ["maps", "mean", "variance", "scale"],
    ["maps", ...OF_MAPS],
    ["epsilon"],
  ),
  max_pool2d_backward: backward("maps", [...POOLED, "dilation"]),
  min_pool2d_backward: backward("maps", [...POOLED, "dilation"]),
  avg_pool2d_backward: backward("maps", [...POOLED, "count_include_pad"]),
  global_avg_pool2d_backward: backward("maps"),
  flatten_backward: backward("maps"),
  ...gradients("dense_grad", ["x", "weights"], ["x", "weights", "bias"]),
  softmax_backward: backward("logits"),
  log_softmax_backward: backward("logits"),
  cross_entropy_backward: { positions: ["probabilities", "label"], required: 2, options: [] },
  softmax_cross_entropy_backward: { positions: ["logits", "label"], required: 2, options: [] },
  network: {
    positions: ["image", "label", "filters", "weights", "biases"],
    required: 5,
    options: [],
  },
};

/** Return what the gradient of a layer takes that has one argument. */
function backward(name, options = []) {
  return { positions: ["grad", name], required: 2, options };
}

/** Return what the gradients of a layer take, one to each of its parameters. */
function gradients(stem, given, parameters, options = []) {
  const positions = ["grad", ...given];
  const one = { positions, required: positions.length, options };
  return Object.fromEntries(parameters.map((name) => [`${stem}_${name}`, one]));
}

const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

const RESULTS_KEPT = 200;

/** What came is not a message of the protocol: no answer to it would be true. */
export class ProtocolError extends Error {}

class NotOffered extends Error {}

function demand(condition, problem) {
  if (!condition) throw new ProtocolError(problem);
}

// --- arrays --------------------------------------------------------------------------------

const NOT_IN_JSON = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

function isSize(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function floatFrom(element) {
  const number = typeof element === "string" ? NOT_IN_JSON[element] : element;
  demand(typeof number === "number", "an element of an array is no number");
  return number;
}

/** JSON.parse rounds integers beyond 2^53, so that 2^53 itself is not certain either. */
function integerFrom(element) {
  demand(Number.isInteger(element), "an element of an array of integers is no integer");
  if (!Number.isSafeInteger(element)) throw new NotOffered("integers of 2^53 and beyond");
  return element;
}

export function readArray(value) {
  demand(value !== null && typeof value === "object", "an array is no object");
  const { dtype, shape, data } = value;
  demand(Object.hasOwn(TYPED_ARRAYS, dtype), "an array has no dtype that was announced");
  demand(Array.isArray(shape) && shape.every(isSize), "the shape of an array is no list of sizes");
  const length = shape.reduce((total, size) => total * size, 1);
  demand(Array.isArray(data) && data.length === length, "the data of an array do not fill it");
  const isFloat = dtype.startsWith("float");
  const elements = data.map(isFloat ? floatFrom : integerFrom);
  const typed = TYPED_ARRAYS[dtype];
  const isBig = typed.name.startsWith("Big");
  return { dtype, shape, data: isBig ? typed.from(elements, BigInt) : typed.from(elements) };
}

function numberText(element) {
  if (Object.is(element, -0)) return "-0.0"; // JSON.stringify would write 0
  const isInJson = typeof element === "bigint" || Number.isFinite(element);
  return isInJson ? String(element) : `"${element}"`;
}

export function arrayText({ dtype, shape, data }) {
  const numbers = Array.from(data, numberText).join(", ");
  return `{"dtype": "${dtype}", "shape": [${shape.join(", ")}], "data": [${numbers}]}`;
}

// --- messages ------------------------------------------------------------------------------

function valueText(value) {
  return Array.isArray(value) ? `[${value.map(arrayText).join(", ")}]` : arrayText(value);
}

function argumentsText(given) {
  const arrays = Object.entries(given).filter(([, value]) => value?.dtype);
  return `{${arrays.map(([name, array]) => `"${name}": ${arrayText(array)}`).join(", ")}}`;
}

function messageText(type, id, message) {
  return `{"type": "${type}", "id": ${id}, "message": ${JSON.stringify(message)}}`;
}

/** Answers messages, and keeps what may be asked for again. */
export class Program {
  #latest = { id: null, arguments: null };
  #results = new Map();

  /** Return the line that answers a line, or null if it ends the conversation. */
  answer(line) {
    const message = this.#parse(line);
    switch (message.type) {
      case "hello":
        return this.#hello();
      case "call":
        return this.#call(message);
      case "recall":
        return this.#recall(message);
      case "stop":
        return null;
      default:
        throw new ProtocolError(`no message has the type ${JSON.stringify(message.type)}`);
    }
  }

  #parse(line) {
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      throw new ProtocolError("a line is not JSON");
    }
    demand(message !== null && typeof message === "object", "a message is no object");
    return message;
  }

  #hello() {
    const listed = (names) => `[${names.map((name) => `"${name}"`).join(", ")}]`;
    const operations = Object.entries(OPERATIONS).map(
      ([name, { positions, required, options }]) =>
        `"${name}": ${listed([...positions.slice(required), ...options])}`,
    );
    const dtypes = listed(Object.keys(TYPED_ARRAYS));
    return (
      `{"type": "hello", "protocol": 1, "name": "plain loops in JavaScript", ` +
      `"operations": {${operations.join(", ")}}, "dtypes": ${dtypes}, ` +
      `"arrays": "numbers", "recall": true}`
    );
  }

  #call({ id, operation, arguments: given }) {
    demand(isSize(id), "a call has no id");
    demand(given !== null && typeof given === "object", "a call has no arguments");
    try {
      const value = this.#made(id, operation, given);
      this.#keep(id, value);
      return `{"type": "result", "id": ${id}, "value": ${valueText(value)}}`;
    } catch (error) {
      if (error instanceof layers.Refusal) return messageText("error", id, error.message);
      if (error instanceof NotOffered) return messageText("not offered", id, error.message);
      throw error;
    }
  }

  #made(id, operation, given) {
    if (!Object.hasOwn(OPERATIONS, operation)) throw new NotOffered("there is no such operation");
    const { positions, required, options } = OPERATIONS[operation];
    const read = {};
    for (const [name, value] of Object.entries(given)) {
      if (![...positions, ...options].includes(name)) throw new NotOffered(`there is no ${name}`);
      const isPlain = (options.includes(name) || name === "label") && value?.dtype === undefined;
      read[name] = isPlain || value === null ? value : readArray(value);
    }
    for (const name of positions.slice(0, required)) demand(name in read, `${name} is missing`);
    this.#latest = { id, arguments: read };
    const byPosition = positions.map((name) => read[name]);
    const byName = Object.fromEntries(options.map((name) => [name, read[name]]));
    return layers[operation](...byPosition, byName);
  }

  #keep(id, value) {
    this.#results.set(id, value);
    if (this.#results.size > RESULTS_KEPT) {
      this.#results.delete(this.#results.keys().next().value); // the oldest
    }
  }

  #recall({ id, what }) {
    demand(what === "arguments" || what === "result", "a recall does not say of what");
    if (what === "result" && this.#results.has(id)) {
      return `{"type": "recalled", "id": ${id}, "value": ${valueText(this.#results.get(id))}}`;
    }
    if (what === "arguments" && this.#latest.id === id && isSize(id)) {
      const held = argumentsText(this.#latest.arguments);
      return `{"type": "recalled", "id": ${id}, "arguments": ${held}}`;
    }
    demand(isSize(id), "a recall has no id");
    return messageText("error", id, `there is no ${what} of this call any more`);
  }
}
