/* Colours of terminals, by class; nothing else of their escape codes is followed. */

export interface Segment {
  readonly text: string;
  /** Names of classes; empty for plain text. */
  readonly look: string;
  /** Part of what was found. */
  readonly hit: boolean;
}

const COLOURS = /\u001b\[([0-9;:]*)m/g;
const CUBE = [0, 95, 135, 175, 215, 255] as const;
/** The 16 colours as they are mixed, to find the nearest one. */
const BASIC: readonly (readonly [number, number, number])[] = [
  [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
  [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
];

interface Look {
  fore: number | null;
  back: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underlined: boolean;
  struck: boolean;
  inverse: boolean;
}

const PLAIN: Look = { fore: null, back: null, bold: false, dim: false, italic: false, underlined: false, struck: false, inverse: false };

/** The text without the codes that colour it; the server finds in this. */
export const withoutColours = (raw: string): string => (raw.includes("\u001b") ? raw.replace(COLOURS, "") : raw);

function nearest(red: number, green: number, blue: number): number {
  let best = 0;
  let least = Infinity;
  BASIC.forEach(([r, g, b], index) => {
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

function ofPalette(index: number): number | null {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) return nearest(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10);
  const at = index - 16;
  return nearest(CUBE[Math.floor(at / 36) % 6] ?? 0, CUBE[Math.floor(at / 6) % 6] ?? 0, CUBE[at % 6] ?? 0);
}

/** A colour that is given by several numbers: 5;n or 2;r;g;b. How many numbers it took comes second. */
function mixed(numbers: readonly number[], at: number): readonly [number | null, number] {
  const [kind = -1, first = -1, second = -1, third = -1] = numbers.slice(at, at + 4);
  if (kind === 5) return [ofPalette(first), 2];
  if (kind === 2 && third >= 0) return [nearest(first, second, third), 4];
  return [null, 1];
}

/** The look after these numbers (ECMA-48 8.3.117); what is unknown changes nothing. */
function change(before: Look, codes: string): Look {
  const numbers = codes.split(/[;:]/).map((one) => Number(one || 0));
  const next = { ...before };
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 0) Object.assign(next, PLAIN);
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4 || code === 21) next.underlined = true;
    else if (code === 7) next.inverse = true;
    else if (code === 9) next.struck = true;
    else if (code === 22) next.bold = next.dim = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underlined = false;
    else if (code === 27) next.inverse = false;
    else if (code === 29) next.struck = false;
    else if (code >= 30 && code <= 37) next.fore = code - 30;
    else if (code >= 90 && code <= 97) next.fore = code - 82;
    else if (code === 39) next.fore = null;
    else if (code >= 40 && code <= 47) next.back = code - 40;
    else if (code >= 100 && code <= 107) next.back = code - 92;
    else if (code === 49) next.back = null;
    else if (code === 38 || code === 48) {
      const [colour, taken] = mixed(numbers, at + 1);
      if (code === 38) next.fore = colour;
      else next.back = colour;
      at += taken;
    }
  }
  return next;
}

function classes(look: Look): string {
  const names: string[] = [];
  if (look.fore !== null) names.push(`fore-${look.fore}`);
  if (look.back !== null) names.push(`back-${look.back}`);
  for (const name of ["bold", "dim", "italic", "underlined", "struck", "inverse"] as const) if (look[name]) names.push(`sgr-${name}`);
  return names.join(" ");
}

/** The text in pieces of one look. Hits are places in the text without colours, rising. */
export function segments(raw: string, hits: readonly (readonly [number, number])[] = []): readonly Segment[] {
  const pieces: Segment[] = [];
  let look = PLAIN;
  let plainAt = 0;
  let hit = 0;
  const add = (text: string): void => {
    let rest = text;
    const name = classes(look);
    while (rest) {
      while ((hits[hit]?.[1] ?? Infinity) <= plainAt) hit++;
      const [begin, end] = hits[hit] ?? [Infinity, Infinity];
      const inside = begin <= plainAt;
      const length = Math.min(rest.length, (inside ? end : begin) - plainAt);
      pieces.push({ text: rest.slice(0, length), look: name, hit: inside });
      rest = rest.slice(length);
      plainAt += length;
    }
  };
  let at = 0;
  for (const code of raw.matchAll(COLOURS)) {
    add(raw.slice(at, code.index));
    look = change(look, code[1] ?? "");
    at = code.index + code[0].length;
  }
  add(raw.slice(at));
  return pieces;
}
