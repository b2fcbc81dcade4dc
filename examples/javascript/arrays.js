/**
 * Arrays and the rules that arguments must keep.
 *
 * An array is {dtype, shape, data}: data is a typed array in C order, the last index running
 * fastest. A call that breaks a rule throws a Refusal.
 */

export class Refusal extends Error {}

export function refuseIf(condition, message) {
  if (condition) throw new Refusal(message);
}

export const product = (sizes) => sizes.reduce((total, size) => total * size, 1);

export const text = ({ shape }) => `(${shape.join(", ")})`;

/** Return the numbers of an array; integers and booleans become doubles, so that nothing wraps. */
export function numbers({ dtype, data }) {
  return dtype.startsWith("float") ? data : Float64Array.from(data, Number);
}

/** Return an array of zeros to hold the result of a call with the given arrays. */
export function resultOf(shape, ...given) {
  const isFloat32 = given.every(({ dtype }) => dtype === "float32");
  return isFloat32
    ? { dtype: "float32", shape, data: new Float32Array(product(shape)) }
    : { dtype: "float64", shape, data: new Float64Array(product(shape)) };
}

export function checkNoEmptyAxis(name, array, first = 0) {
  const isEmpty = array.shape.slice(first).includes(0);
  refuseIf(isEmpty, `${name} has an axis of length 0: its shape is ${text(array)}`);
}

export function checkOneEach(name, vector, count) {
  const fits = vector.shape.length === 1 && vector.shape[0] === count;
  refuseIf(!fits, `${name} must have the shape (${count}), got ${text(vector)}`);
}

/** Return the axes [N, H, W, K] of maps, N being 1 for those of one image. */
export function axesOfMaps(maps) {
  const isBatch = maps.shape.length === 4;
  refuseIf(
    !isBatch && maps.shape.length !== 3,
    `maps must be (H, W, K) or (N, H, W, K), got ${text(maps)}`,
  );
  checkNoEmptyAxis("maps", maps, isBatch ? 1 : 0);
  return isBatch ? maps.shape : [1, ...maps.shape];
}

const LARGEST_OPTION = 2 ** 31 - 1; // more than any image has

/** Return an option, which must be an integer, at least `least`. */
export function integer(name, value, least) {
  const got = `got ${value}`;
  refuseIf(!Number.isInteger(value), `${name} must be an integer, ${got}`);
  const isInRange = value >= least && value <= LARGEST_OPTION;
  refuseIf(!isInRange, `${name} must be from ${least} to ${LARGEST_OPTION}, ${got}`);
  return value;
}

/** Return [of rows, of columns]; one number stands for both. */
export function pair(name, value, least) {
  const both = Array.isArray(value) ? value : [value, value];
  const got = `got ${value}`;
  refuseIf(both.length !== 2, `${name} must be an integer, or one for rows and columns, ${got}`);
  return both.map((one) => integer(name, one, least));
}

/** Return [[top, bottom], [left, right]] of these, of [rows, columns], or of one number. */
export function sides(name, value) {
  if (Array.isArray(value) && value.length === 2 && value.every(Array.isArray)) {
    return value.map((axis) => pair(name, axis, 0));
  }
  return pair(name, value, 0).map((border) => [border, border]);
}

export function flag(name, value) {
  refuseIf(typeof value !== "boolean", `${name} must be true or false, got ${value}`);
  return value;
}
