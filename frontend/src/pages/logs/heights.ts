/* How high the lines are, and so where each of them is. */

/** Tops of rows whose heights are measured when they are shown, and guessed before. */
export class Heights {
  private tops = new Float64Array(1024);
  private count = 0;

  /** Takes the heights of all rows anew. */
  update(rows: number, height: (index: number) => number): void {
    if (this.tops.length <= rows) this.tops = new Float64Array(rows * 2 + 1);
    const tops = this.tops;
    let top = 0;
    for (let index = 0; index < rows; index++) {
      tops[index] = top;
      top += height(index);
    }
    tops[rows] = top;
    this.count = rows;
  }

  get total(): number {
    return this.tops[this.count] ?? 0;
  }

  top(index: number): number {
    return this.tops[Math.max(0, Math.min(index, this.count))] ?? 0;
  }

  /** The row at this distance from the top; the first or last one beyond them. */
  at(y: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }
}
