import type { IParser } from "@xterm/xterm";

/** What a program asks a terminal by control sequences (DA, DSR, DECRQM, window reports), by their prefix, intermediate and final characters. */
const QUESTIONS = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { final: "t" },
] as const;

/** Colours: OSC 4, 10, 11, 12 with a question mark. */
const COLOURS = [4, 10, 11, 12];

/** While `isMuted`, questions stay unanswered: they were answered when they were shown first, and a second answer would be typed at a prompt. */
export function muteAnswers(parser: Pick<IParser, "registerCsiHandler" | "registerDcsHandler" | "registerOscHandler">, isMuted: () => boolean): void {
  QUESTIONS.forEach((question) => parser.registerCsiHandler(question, isMuted));
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, isMuted);
  COLOURS.forEach((colour) => parser.registerOscHandler(colour, (data) => isMuted() && data.includes("?")));
}
