/* What a process writes is shown as text and nothing else: no colours, no cursor movement, no hidden or reordering characters. */

/* ESC or the one-character forms, then: an operating system command or another string up to its end, a control sequence, or two characters. */
const ESCAPES = /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|(?:\u001b\[|\u009b)[0-?]*[ -/]*(?:[@-~]|$)|\u001b[ -/]*(?:[0-~]|$)/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const named = (one: string): string => `‹U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`;

/** The text without escape codes. Of a line that overwrites itself (a progress bar) the last writing stays. */
export function plainText(raw: string): string {
  const text = raw.replace(ESCAPES, "").replace(/[\r\n]+$/, "");
  const last = text.slice(text.lastIndexOf("\r") + 1);
  return last.replace(CONTROLS, "").replace(REORDERING, named);
}

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
