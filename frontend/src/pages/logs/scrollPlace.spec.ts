import { describe, expect, it } from "vitest";
import { Heights } from "./heights";
import { type Scrolled, ScrollPlace } from "./scrollPlace";

const ROW = 20;

/** A box of 100 pixels that scrolls as a browser's does: never beyond its ends. */
class Box implements Scrolled {
  readonly clientHeight = 100;
  private height = 0;
  private y = 0;

  get scrollHeight(): number {
    return this.height;
  }
  set rows(count: number) {
    this.height = count * ROW;
    this.scrollTop = this.y;
  }
  get scrollTop(): number {
    return this.y;
  }
  set scrollTop(y: number) {
    this.y = Math.max(0, Math.min(y, this.height - this.clientHeight));
  }
}

function given(from: number, to: number): { box: Box; place: ScrollPlace; layOut: (first: number, last: number) => [{ key: number }[], Heights] } {
  const box = new Box();
  const place = new ScrollPlace();
  const sizes = new Heights();
  const layOut = (first: number, last: number): [{ key: number }[], Heights] => {
    const lines = Array.from({ length: last - first }, (_, index) => ({ key: first + index }));
    sizes.update(lines.length, () => ROW);
    box.rows = lines.length;
    return [lines, sizes];
  };
  layOut(from, to);
  return { box, place, layOut };
}

describe("the place of a reader", () => {
  it("stays at a line when others come before it", () => {
    const { box, place, layOut } = given(50, 150);
    place.put(box, 45, ...layOut(50, 150));
    expect(place.hold(box, ...layOut(0, 150))).toBe(true);
    expect(box.scrollTop).toBe(50 * ROW + 45);
    expect(place.readerBy(box)).toBe(0);
  });

  it("is where the reader went though nothing has told of it when other lines are laid out", () => {
    const { box, place, layOut } = given(50, 150);
    place.put(box, 45, ...layOut(50, 150));
    box.scrollTop = 0;
    expect(place.goAlong(box)).toBe(-45);
    place.hold(box, ...layOut(0, 150));
    expect(box.scrollTop).toBe(50 * ROW);
  });

  it("is where the reader went when nothing else has changed", () => {
    const { box, place, layOut } = given(50, 150);
    place.put(box, 2000, ...layOut(50, 150));
    box.scrollTop = 0;
    expect(place.goAlong(box)).toBe(-1900);
    expect(place.hold(box, ...layOut(50, 150))).toBe(false);
    expect(box.scrollTop).toBe(0);
  });

  it("is not changed by what becomes shorter at its end", () => {
    const { box, place, layOut } = given(0, 100);
    place.put(box, 5000, ...layOut(0, 100));
    layOut(0, 60);
    expect(place.readerBy(box)).toBe(0);
    expect(place.goAlong(box)).toBe(0);
  });
});
