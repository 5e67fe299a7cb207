/* Where the reader of a list is that grows at both ends. */
import type { Heights } from "./heights";

/** What of an element is needed to know and to set where it is scrolled to. */
export type Scrolled = Pick<HTMLElement, "scrollTop" | "scrollHeight" | "clientHeight">;

interface Keyed {
  readonly key: number;
}

export const distanceToEnd = (at: Scrolled): number => at.scrollHeight - at.scrollTop - at.clientHeight;

/** The line at the top of the view stays there when others come before it. */
export class ScrollPlace {
  /** Where the page has scrolled to: what is elsewhere was the reader. */
  private own = 0;
  /** The line at the top, and how far the view begins below the top of it. */
  private anchor: { readonly key: number; readonly offset: number } | null = null;

  /** How far the reader has scrolled, in pixels downwards. What is at the end and higher than it was has become lower or larger itself. */
  readerBy(at: Scrolled): number {
    const by = at.scrollTop - this.own;
    return by > 1 || (by < -1 && distanceToEnd(at) > 1) ? by : 0;
  }

  put(at: Scrolled, y: number, lines: readonly Keyed[], sizes: Heights): void {
    at.scrollTop = y;
    this.take(at, lines, sizes);
  }

  /** Here is the reader now. */
  take(at: Scrolled, lines: readonly Keyed[], sizes: Heights): void {
    this.own = at.scrollTop;
    const index = sizes.at(this.own);
    const line = lines[index];
    this.anchor = line ? { key: line.key, offset: this.own - sizes.top(index) } : null;
  }

  /**
   * Before other lines are laid out: the event that tells of a scroll comes later than the scroll, and what is drawn in between goes along
   * with the reader, and not back. Gives how far.
   */
  goAlong(at: Scrolled): number {
    const by = this.readerBy(at);
    if (by === 0 || !this.anchor) return 0;
    this.own = at.scrollTop;
    this.anchor = { key: this.anchor.key, offset: this.anchor.offset + by };
    return by;
  }

  /** After other lines were laid out: the line at the top is there again. Gives whether this had to scroll. */
  hold(at: Scrolled, lines: readonly Keyed[], sizes: Heights): boolean {
    const anchor = this.anchor;
    const index = anchor ? lines.findIndex((line) => line.key === anchor.key) : -1;
    const wanted = anchor && index >= 0 ? sizes.top(index) + anchor.offset : at.scrollTop;
    if (Math.abs(wanted - at.scrollTop) <= 1) return false;
    at.scrollTop = wanted;
    this.own = at.scrollTop;
    return true;
  }
}
