import type { UsageMessage } from "../api/types";

/** A minute, at one reading a second. */
export const USAGE_POINTS = 60;

/** The last readings of one container, oldest first; NaN stands for a second of which nothing is known. */
export interface Usage {
  readonly cpuPercent: readonly number[];
  readonly memoryBytes: readonly number[];
}

interface Pages {
  readonly cpuPercent: number[];
  readonly memoryBytes: number[];
}

function write(series: number[], missed: number, value: number | null | undefined): void {
  for (let gap = 0; gap < missed; gap++) series.push(Number.NaN);
  series.push(value ?? Number.NaN);
  if (series.length > USAGE_POINTS) series.splice(0, series.length - USAGE_POINTS);
}

/** Keeps the last minute of all containers. It is changed in place: of a thousand containers nothing is copied each second. */
export class UsageBook {
  private readonly byId = new Map<string, Pages>();
  private ids: readonly string[] = [];
  private at = 0;

  of(id: string): Usage | undefined {
    return this.byId.get(id);
  }

  take(message: UsageMessage): void {
    const at = Date.parse(message.at);
    const missed = this.at === 0 ? 0 : Math.max(0, Math.min(Math.round((at - this.at) / 1000) - 1, USAGE_POINTS));
    this.at = at;
    if (message.ids) this.keepOnly(message.ids);
    this.ids.forEach((id, index) => {
      const known = this.byId.get(id);
      const pages = known ?? { cpuPercent: [], memoryBytes: [] };
      if (!known) this.byId.set(id, pages);
      write(pages.cpuPercent, known ? missed : 0, message.cpuPercent[index]);
      write(pages.memoryBytes, known ? missed : 0, message.memoryBytes[index]);
    });
  }

  private keepOnly(ids: readonly string[]): void {
    this.ids = ids;
    const kept = new Set(ids);
    for (const id of this.byId.keys()) if (!kept.has(id)) this.byId.delete(id);
  }
}
