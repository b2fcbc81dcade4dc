/** The windows along one axis, which convolution, transposed convolution and pooling share. */

export const ON_THE_BORDER = -1;

/**
 * Element a of window i lies at the place i * stride + a * dilation - before of the axis. Places
 * below 0 and from `length` on belong to the border, of which there are `before` and `after`.
 */
export class Windows {
  constructor({ length = 0, size, stride, dilation = 1, border = [0, 0] }) {
    Object.assign(this, { length, size, stride, dilation });
    [this.before, this.after] = border;
  }

  /** Over how many places a window extends, gaps included. */
  get reach() {
    return this.dilation * (this.size - 1) + 1;
  }

  /**
   * Return how many windows fit between the borders' ends. With `ceilMode` a last one is counted
   * that the end cuts off, if it starts before the border behind the axis.
   */
  count(ceilMode = false) {
    const room = this.before + this.length + this.after - this.reach;
    if (!ceilMode) return room < 0 ? 0 : Math.floor(room / this.stride) + 1;
    const count = Math.max(Math.ceil(room / this.stride) + 1, 0);
    return (count - 1) * this.stride >= this.before + this.length ? count - 1 : count;
  }

  /** Choose the border that makes ceil(length / stride) windows; an odd place is put behind. */
  surround() {
    const count = Math.ceil(this.length / this.stride);
    const border = Math.max((count - 1) * this.stride + this.reach - this.length, 0);
    this.before = Math.floor(border / 2);
    this.after = border - this.before;
  }

  /** Return where element a of window i lies, ON_THE_BORDER if not on the axis. */
  place(i, a) {
    const place = i * this.stride + a * this.dilation - this.before;
    return place >= 0 && place < this.length ? place : ON_THE_BORDER;
  }

  /** Return how many elements of window i lie on the axis, or not beyond the ends of its border. */
  elements(i, withBorder) {
    const end = this.before + this.length + this.after;
    let elements = 0;
    for (let a = 0; a < this.size; a++) {
      const counts = withBorder
        ? i * this.stride + a * this.dilation < end
        : this.place(i, a) !== ON_THE_BORDER;
      if (counts) elements++;
    }
    return elements;
  }
}
