/* What a process or a user writes is shown as text and nothing else: no cursor movement, no hidden or reordering characters. */

const named = (one: string): string => `‹U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A name or path with every character named that cannot be seen or moves others: two different names never look the same for one of these. */
export function visibleText(raw: string): string {
  return raw.replace(UNSEEN, named);
}

/** What has characters that cannot be seen or move others, written out; line ends and tabs, which fields show, are none of them. */
export function writtenOut(raw: string): string {
  const plain = raw.replace(/[\n\t]/g, " ");
  return visibleText(plain) === plain ? "" : visibleText(raw);
}

const UNSEEN_BUT_TAB = new RegExp(UNSEEN.source.replace("\\u0000-\\u001f", "\\u0000-\\u0008\\u000a-\\u001f"), "g");

/** The same for lines, in which a tab is at home. */
export function visibleLine(raw: string): string {
  return raw.replace(UNSEEN_BUT_TAB, named);
}
