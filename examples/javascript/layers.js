/**
 * The layers of a convolutional network.
 *
 * An array is {dtype, shape, data}: data is a typed array in C order, the last index running
 * fastest. Arrays are channels-last: N is the number of images of a batch, H and W the rows and
 * columns of an image, C its channels, K the number of filters and f the filter size.
 *
 * A result is float32 if all arrays of the call are, else float64; sums are kept in double
 * precision and rounded once. Arguments are only read. A call that breaks a rule throws a Refusal.
 */

export class Refusal extends Error {}

function refuseIf(condition, message) {
  if (condition) throw new Refusal(message);
}

const product = (sizes) => sizes.reduce((total, size) => total * size, 1);

const text = ({ shape }) => `(${shape.join(", ")})`;

/** Return the numbers of an array; integers and booleans become doubles, so that nothing wraps. */
function numbers({ dtype, data }) {
  return dtype.startsWith("float") ? data : Float64Array.from(data, Number);
}

/** Return an array of zeros to hold the result of a call with the given arrays. */
function resultOf(shape, ...given) {
  const isFloat32 = given.every(({ dtype }) => dtype === "float32");
  return isFloat32
    ? { dtype: "float32", shape, data: new Float32Array(product(shape)) }
    : { dtype: "float64", shape, data: new Float64Array(product(shape)) };
}

function checkNoEmptyAxis(name, array, first = 0) {
  const isEmpty = array.shape.slice(first).includes(0);
  refuseIf(isEmpty, `${name} has an axis of length 0: its shape is ${text(array)}`);
}

function checkAtLeast1(name, value) {
  refuseIf(!Number.isInteger(value), `${name} must be an integer, got ${value}`);
  refuseIf(value < 1, `${name} must be at least 1, got ${value}`);
}

const windowCount = (length, size, stride) => Math.floor((length - size) / stride) + 1;

/**
 * Lay every filter over every window of the image and sum the products (cross-correlation):
 *
 *     maps[i, j, k] = bias[k] + sum over a, b, c of
 *                     image[i * stride + a, j * stride + b, c] * filters[k, a, b, c]
 *
 * image (H, W), (H, W, C) or (N, H, W, C); filters (K, f, f) for an image without channel axis,
 * (K, f, f, C) for one with, f odd; bias (K) or null. With padding "valid" only windows inside
 * the image count, H' = floor((H - f) / stride) + 1; "same" surrounds the image with zeros so that
 * H' = H, with stride 1 only. Returns (H', W', K), or (N, H', W', K) for a batch.
 */
export function conv2d(image, filters, bias = null, { stride = 1, padding = "valid" } = {}) {
  checkFilters(image, filters);
  const [count, size] = filters.shape;
  if (bias) {
    const fits = bias.shape.length === 1 && bias.shape[0] === count;
    refuseIf(!fits, `bias must have the shape (${count}), got ${text(bias)}`);
  }
  checkAtLeast1("stride", stride);
  const images = padded(image, size, stride, padding);
  const [number, rows, columns, channels] = images.shape;
  refuseIf(
    size > rows || size > columns,
    `filters of ${size}x${size} do not fit into an image of ${rows}x${columns}`,
  );
  const mapRows = windowCount(rows, size, stride);
  const mapColumns = windowCount(columns, size, stride);
  const mapShape = [mapRows, mapColumns, count];
  const maps = resultOf(
    image.shape.length === 4 ? [number, ...mapShape] : mapShape,
    ...(bias ? [image, filters, bias] : [image, filters]),
  );

  const pixels = images.data;
  const weights = numbers(filters);
  const biases = bias ? numbers(bias) : new Float64Array(count);
  let at = 0;
  for (let n = 0; n < number; n++) {
    for (let i = 0; i < mapRows; i++) {
      for (let j = 0; j < mapColumns; j++) {
        for (let k = 0; k < count; k++) {
          let sum = biases[k];
          for (let a = 0; a < size; a++) {
            for (let b = 0; b < size; b++) {
              const row = i * stride + a;
              const column = j * stride + b;
              const pixel = ((n * rows + row) * columns + column) * channels;
              const weight = ((k * size + a) * size + b) * channels;
              for (let c = 0; c < channels; c++) sum += pixels[pixel + c] * weights[weight + c];
            }
          }
          maps.data[at++] = sum;
        }
      }
    }
  }
  return maps;
}

function checkFilters(image, filters) {
  const shapes = `image ${text(image)}, filters ${text(filters)}`;
  const imageAxes = image.shape.length;
  const filterAxes = filters.shape.length;
  refuseIf(
    ![2, 3, 4].includes(imageAxes),
    `image must be (H, W), (H, W, C) or (N, H, W, C), got ${shapes}`,
  );
  refuseIf(
    ![3, 4].includes(filterAxes),
    `filters must be (K, f, f) or (K, f, f, C), got ${shapes}`,
  );
  checkNoEmptyAxis("image", image, imageAxes === 4 ? 1 : 0);
  checkNoEmptyAxis("filters", filters, 1);
  refuseIf(
    (imageAxes === 2) !== (filterAxes === 3),
    `image and filters must both have a channel axis or both have none, got ${shapes}`,
  );
  const imageChannels = imageAxes === 2 ? 1 : image.shape.at(-1);
  const [, rows, columns, filterChannels = 1] = filters.shape;
  refuseIf(
    imageChannels !== filterChannels,
    `the image has ${imageChannels} channels and the filters ${filterChannels}: ${shapes}`,
  );
  refuseIf(rows !== columns, `filters must be square, got ${rows}x${columns}`);
  refuseIf(rows % 2 === 0, `the filter size must be odd, got ${rows}`);
}

/** Return an image of any rank as (N, H, W, C), with zeros around it if the padding is "same". */
function padded(image, size, stride, padding) {
  refuseIf(
    padding !== "valid" && padding !== "same",
    `padding must be "valid" or "same", got ${JSON.stringify(padding)}`,
  );
  refuseIf(
    padding === "same" && stride !== 1,
    `padding "same" is defined for stride 1 only, got ${stride}`,
  );
  const isBatch = image.shape.length === 4;
  const [number, rows, columns, channels] = isBatch ? image.shape : [1, ...image.shape, 1];
  const pixels = numbers(image);
  if (padding === "valid") return { shape: [number, rows, columns, channels], data: pixels };

  const margin = (size - 1) / 2;
  const shape = [number, rows + 2 * margin, columns + 2 * margin, channels];
  const data = new Float64Array(product(shape));
  const rowLength = columns * channels;
  for (let n = 0; n < number; n++) {
    for (let i = 0; i < rows; i++) {
      const from = (n * rows + i) * rowLength;
      const to = ((n * shape[1] + i + margin) * shape[2] + margin) * channels;
      data.set(pixels.subarray(from, from + rowLength), to);
    }
  }
  return { shape, data };
}

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

function ofEach(x, compute) {
  const result = resultOf([...x.shape], x);
  numbers(x).forEach((element, i) => {
    result.data[i] = compute(element);
  });
  return result;
}

/**
 * Return the largest element of every window of size x size; NaN in a window gives NaN.
 *
 * maps (H, W, K) or (N, H, W, K); a stride of null means the size. Returns (H', W', K) or
 * (N, H', W', K), H' = floor((H - size) / stride) + 1.
 */
export function max_pool2d(maps, { size = 2, stride = null } = {}) {
  return pool(maps, size, stride, (window) => window.reduce((x, y) => Math.max(x, y)));
}

/** Return the smallest element of every window; all else as for max_pool2d. */
export function min_pool2d(maps, { size = 2, stride = null } = {}) {
  return pool(maps, size, stride, (window) => window.reduce((x, y) => Math.min(x, y)));
}

/** Return the mean of every window; all else as for max_pool2d. */
export function avg_pool2d(maps, { size = 2, stride = null } = {}) {
  return pool(
    maps,
    size,
    stride,
    (window) => window.reduce((sum, element) => sum + element) / window.length,
  );
}

function pool(maps, size, stride, combine) {
  const isBatch = maps.shape.length === 4;
  refuseIf(
    !isBatch && maps.shape.length !== 3,
    `maps must be (H, W, K) or (N, H, W, K), got ${text(maps)}`,
  );
  checkNoEmptyAxis("maps", maps, isBatch ? 1 : 0);
  checkAtLeast1("size", size);
  const step = stride ?? size;
  checkAtLeast1("stride", step);
  const [number, rows, columns, count] = isBatch ? maps.shape : [1, ...maps.shape];
  refuseIf(
    size > rows || size > columns,
    `windows of ${size}x${size} do not fit into maps of ${rows}x${columns}`,
  );
  const pooledRows = windowCount(rows, size, step);
  const pooledColumns = windowCount(columns, size, step);
  const shape = [pooledRows, pooledColumns, count];
  const pooled = resultOf(isBatch ? [number, ...shape] : shape, maps);

  const elements = numbers(maps);
  const window = new Float64Array(size * size);
  let at = 0;
  for (let n = 0; n < number; n++) {
    for (let i = 0; i < pooledRows; i++) {
      for (let j = 0; j < pooledColumns; j++) {
        for (let k = 0; k < count; k++) {
          for (let a = 0; a < size; a++) {
            for (let b = 0; b < size; b++) {
              const row = n * rows + i * step + a;
              const column = j * step + b;
              window[a * size + b] = elements[(row * columns + column) * count + k];
            }
          }
          pooled.data[at++] = combine(window);
        }
      }
    }
  }
  return pooled;
}

/** Weight every input for every node, add the bias: x of any shape, weights (inputs, nodes). */
export function dense(x, weights, bias) {
  for (const [name, array] of Object.entries({ x, weights, bias })) checkNoEmptyAxis(name, array);
  refuseIf(weights.shape.length !== 2, `weights must be (inputs, nodes), got ${text(weights)}`);
  const [inputs, nodes] = weights.shape;
  const given = product(x.shape);
  refuseIf(
    given !== inputs,
    `x of shape ${text(x)} holds ${given} numbers, weights ${text(weights)} take ${inputs}`,
  );
  const fits = bias.shape.length === 1 && bias.shape[0] === nodes;
  refuseIf(!fits, `bias must have the shape (${nodes}), got ${text(bias)}`);

  const [values, factors, biases] = [x, weights, bias].map(numbers);
  const result = resultOf([nodes], x, weights, bias);
  for (let node = 0; node < nodes; node++) {
    let sum = biases[node];
    for (let i = 0; i < inputs; i++) sum += values[i] * factors[i * nodes + node];
    result.data[node] = sum;
  }
  return result;
}

/**
 * Return exp(x) / sum of exp(x) along the last axis, in the shape of the logits.
 *
 * The largest logit is subtracted first, so that no exponential overflows.
 */
export function softmax(logits) {
  refuseIf(logits.shape.length === 0, "logits must have at least one axis, got a single number");
  checkNoEmptyAxis("logits", logits, logits.shape.length - 1);
  const nodes = logits.shape.at(-1);
  const values = numbers(logits);
  const result = resultOf([...logits.shape], logits);
  for (let start = 0; start < values.length; start += nodes) {
    const row = values.subarray(start, start + nodes);
    const largest = row.reduce((x, y) => Math.max(x, y));
    const exponentials = Float64Array.from(row, (x) => Math.exp(x - largest));
    const sum = exponentials.reduce((x, y) => x + y);
    result.data.set(exponentials.map((exponential) => exponential / sum), start);
  }
  return result;
}

/** Return the single number -ln(probabilities[label]); probabilities (classes). */
export function cross_entropy(probabilities, label) {
  const { shape } = probabilities;
  refuseIf(shape.length !== 1, `probabilities must be (classes), got ${text(probabilities)}`);
  checkNoEmptyAxis("probabilities", probabilities);
  const isClass = Number.isInteger(label) && label >= 0 && label < shape[0];
  refuseIf(!isClass, `label must be an integer from 0 to ${shape[0] - 1}, got ${label}`);
  const loss = resultOf([], probabilities);
  loss.data[0] = 0 - Math.log(numbers(probabilities)[label]); // 0 - 0 is 0, not -0
  return loss;
}

/**
 * Return ln(sum of exp(x)) - x[label] of logits (classes), or of each row of logits (N, classes).
 *
 * The label is an integer, or an array (N) of them. The largest logit is subtracted first. No
 * probability is computed: that of an improbable class would be 0, and its logarithm infinite.
 */
export function softmax_cross_entropy(logits, label) {
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

  const values = numbers(logits);
  const losses = resultOf(isBatch ? [shape[0]] : [], logits);
  given.forEach((one, row) => {
    const its = values.subarray(row * classes, (row + 1) * classes);
    const largest = its.reduce((x, y) => Math.max(x, y));
    const sum = its.reduce((total, x) => total + Math.exp(x - largest), 0);
    losses.data[row] = Math.log(sum) - (its[one] - largest);
  });
  return losses;
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
