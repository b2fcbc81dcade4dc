/**
 * The layers of a convolutional network; those with windows are in convolution.js and pooling.js.
 *
 * Arrays (arrays.js) are channels-last: N is the number of images of a batch, H and W the rows and
 * columns of an image, C its channels, K the number of filters and f the filter size. Options are
 * numbers for rows and columns alike, or [of rows, of columns].
 *
 * A result is float32 if all arrays of the call are, else float64; sums are kept in double
 * precision and rounded once. Arguments are only read. A call that breaks a rule throws a Refusal.
 */

import {
  axesOfMaps,
  checkNoEmptyAxis,
  checkOneEach,
  numbers,
  product,
  refuseIf,
  resultOf,
  text,
} from "./arrays.js";
import { conv2d } from "./convolution.js";
import { max_pool2d } from "./pooling.js";

export { Refusal } from "./arrays.js";
export { conv2d, conv_transpose2d } from "./convolution.js";
export { avg_pool2d, global_avg_pool2d, max_pool2d, min_pool2d } from "./pooling.js";
export * from "./gradients.js";
export * from "./convolution_gradients.js";

/** Return each element if it is larger than 0, otherwise 0; NaN stays NaN. Any shape. */
export function relu(x) {
  const result = resultOf([...x.shape], x);
  numbers(x).forEach((element, i) => {
    result.data[i] = element > 0 || Number.isNaN(element) ? element : 0;
  });
  return result;
}

/** Return each element if it is larger than 0, otherwise slope times it. Any shape. */
export function leaky_relu(x, { slope = 0.01 } = {}) {
  refuseIf(typeof slope !== "number", `slope must be a number, got ${slope}`);
  return ofEach(x, (element) => (element > 0 ? element : slope * element));
}

/** Return 1 / (1 + exp(-x)) of each element, by exponentials that do not overflow. Any shape. */
export function sigmoid(x) {
  return ofEach(x, (element) => {
    const small = Math.exp(-Math.abs(element));
    return (element < 0 ? small : 1) / (1 + small);
  });
}

/** Return tanh(x) of each element. Any shape. */
export function tanh(x) {
  return ofEach(x, Math.tanh);
}

/** Return what is computed of each element, in the shape of x. */
function ofEach(x, compute) {
  const result = resultOf([...x.shape], x);
  numbers(x).forEach((element, i) => {
    result.data[i] = compute(element);
  });
  return result;
}

/**
 * Return (maps - mean) / sqrt(variance + epsilon) * scale + offset, in the shape of the maps.
 *
 * maps (H, W, K) or (N, H, W, K); mean, variance, scale and offset (K).
 */
export function batch_norm(maps, mean, variance, scale, offset, { epsilon = 1e-5 } = {}) {
  const count = axesOfMaps(maps).at(-1);
  const ofMaps = { mean, variance, scale, offset };
  checkNorm(ofMaps, count, epsilon);
  const [means, variances, scales, offsets] = Object.values(ofMaps).map(numbers);
  const result = resultOf([...maps.shape], maps, ...Object.values(ofMaps));
  numbers(maps).forEach((element, i) => {
    const k = i % count;
    const deviation = Math.sqrt(variances[k] + epsilon);
    result.data[i] = ((element - means[k]) / deviation) * scales[k] + offsets[k];
  });
  return result;
}

export function checkNorm(ofMaps, count, epsilon) {
  for (const [name, array] of Object.entries(ofMaps)) checkOneEach(name, array, count);
  refuseIf(typeof epsilon !== "number", `epsilon must be a number, got ${epsilon}`);
  const isBelow0 = epsilon < 0 || numbers(ofMaps.variance).some((one) => one < 0);
  refuseIf(isBelow0, "neither a variance nor epsilon may be below 0");
}

/** Return the numbers of (H, W, K) in C order as (H * W * K), of (N, H, W, K) as (N, H * W * K). */
export function flatten(maps) {
  const [number, ...axes] = axesOfMaps(maps);
  const result = resultOf(
    maps.shape.length === 4 ? [number, product(axes)] : [product(axes)],
    maps,
  );
  result.data.set(numbers(maps));
  return result;
}

/**
 * Weight every input for every node and add the bias: weights (inputs, nodes), bias (nodes).
 *
 * x may have any shape and is taken in C order; rows (N, inputs) are weighted one by one. Returns
 * (nodes), or (N, nodes) for rows. One row alone is taken as any other shape.
 */
export function dense(x, weights, bias) {
  refuseIf(weights.shape.length !== 2, `weights must be (inputs, nodes), got ${text(weights)}`);
  const [inputs, nodes] = weights.shape;
  const areRows = x.shape.length === 2 && x.shape[0] !== 1 && x.shape[1] === inputs;
  checkNoEmptyAxis("x", x, areRows ? 1 : 0);
  checkNoEmptyAxis("weights", weights);
  const given = product(x.shape);
  refuseIf(
    !areRows && given !== inputs,
    `x of shape ${text(x)} holds ${given} numbers, weights ${text(weights)} take ${inputs}`,
  );
  checkOneEach("bias", bias, nodes);

  const [values, factors, biases] = [x, weights, bias].map(numbers);
  const rows = given / inputs;
  const result = resultOf(areRows ? [rows, nodes] : [nodes], x, weights, bias);
  for (let row = 0; row < rows; row++) {
    for (let node = 0; node < nodes; node++) {
      let sum = biases[node];
      for (let i = 0; i < inputs; i++) sum += values[row * inputs + i] * factors[i * nodes + node];
      result.data[row * nodes + node] = sum;
    }
  }
  return result;
}

/** Return exp(x) / sum of exp(x) along the last axis, in the shape of the logits. */
export function softmax(logits) {
  return ofEachRow(logits, (row) => {
    const { largest, sum } = exponentials(row);
    return row.map((x) => Math.exp(x - largest) / sum);
  });
}

/**
 * Return x - ln(sum of exp(x)) along the last axis, in the shape of the logits.
 *
 * No probability is computed: that of an improbable class would be 0, and its logarithm infinite.
 */
export function log_softmax(logits) {
  return ofEachRow(logits, (row) => {
    const { largest, sum } = exponentials(row);
    return row.map((x) => x - largest - Math.log(sum));
  });
}

function ofEachRow(logits, compute) {
  checkRows(logits);
  const classes = logits.shape.at(-1);
  const values = Float64Array.from(numbers(logits));
  const result = resultOf([...logits.shape], logits);
  for (let start = 0; start < values.length; start += classes) {
    result.data.set(compute(values.subarray(start, start + classes)), start);
  }
  return result;
}

export function checkRows(logits) {
  refuseIf(logits.shape.length === 0, "logits must have at least one axis, got a single number");
  checkNoEmptyAxis("logits", logits, logits.shape.length - 1);
}

/** Return the largest logit and the sum of exp(x - largest), of which none overflows. */
function exponentials(row) {
  const largest = row.reduce((x, y) => Math.max(x, y));
  const sum = row.reduce((total, x) => total + Math.exp(x - largest), 0);
  return { largest, sum };
}

/** Return the single number -ln(probabilities[label]); probabilities (classes). */
export function cross_entropy(probabilities, label) {
  checkProbabilities(probabilities, label);
  const loss = resultOf([], probabilities);
  loss.data[0] = 0 - Math.log(numbers(probabilities)[label]); // 0 - 0 is 0, not -0
  return loss;
}

export function checkProbabilities(probabilities, label) {
  const { shape } = probabilities;
  refuseIf(shape.length !== 1, `probabilities must be (classes), got ${text(probabilities)}`);
  checkNoEmptyAxis("probabilities", probabilities);
  const isClass = Number.isInteger(label) && label >= 0 && label < shape[0];
  refuseIf(!isClass, `label must be an integer from 0 to ${shape[0] - 1}, got ${label}`);
}

/**
 * Return ln(sum of exp(x)) - x[label] of logits (classes), or of each row of logits (N, classes).
 *
 * The label is an integer, or an array (N) of them.
 */
export function softmax_cross_entropy(logits, label) {
  const { shape } = logits;
  const classes = shape.at(-1);
  const values = numbers(logits);
  const losses = resultOf(shape.slice(0, -1), logits);
  labelsOf(logits, label).forEach((one, row) => {
    const its = values.subarray(row * classes, (row + 1) * classes);
    const { largest, sum } = exponentials(its);
    losses.data[row] = Math.log(sum) - (its[one] - largest);
  });
  return losses;
}

/** Return the label of each row of logits. */
export function labelsOf(logits, label) {
  const { shape } = logits;
  const isBatch = shape.length === 2;
  refuseIf(
    !isBatch && shape.length !== 1,
    `logits must be (classes) or (N, classes), got ${text(logits)}`,
  );
  checkNoEmptyAxis("logits", logits, shape.length - 1);
  const classes = shape.at(-1);
  const labels = label?.shape ?? [];
  const fits = labels.length === shape.length - 1 && (!isBatch || labels[0] === shape[0]);
  refuseIf(!fits, `there must be one label for each row of logits ${text(logits)}`);
  const given = label?.shape ? numbers(label) : [label];
  const isClass = (one) => Number.isInteger(one) && one >= 0 && one < classes;
  refuseIf(!given.every(isClass), `labels must be integers from 0 to ${classes - 1}`);
  return given;
}

/**
 * Run an image (H, W) of pixels from 0 to 255 through the network of 3x3 filters (K, 3, 3),
 * max-pooling and a softmax layer; the filters see the pixels from -0.5 to 0.5.
 *
 * Returns [probabilities, loss, accuracy]: accuracy is 1 if the most probable class is the label,
 * else 0.
 */
export function network(image, label, filters, weights, biases) {
  const pixels = { ...image, dtype: "float64", data: Float64Array.from(numbers(image)) };
  pixels.data.forEach((pixel, i) => (pixels.data[i] = pixel / 255 - 0.5));
  const maps = max_pool2d(conv2d(pixels, filters));
  const probabilities = softmax(dense(maps, weights, biases));
  const loss = cross_entropy(probabilities, label);
  const best = probabilities.data.indexOf(Math.max(...probabilities.data));
  const accuracy = { dtype: "float64", shape: [], data: Float64Array.of(best === label ? 1 : 0) };
  return [probabilities, loss, accuracy];
}
