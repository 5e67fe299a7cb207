/** Splits a command line into words as a shell does with quotes and backslashes; nothing is expanded. */

/** Why a command line cannot be split; the message is a sentence for the user. */
export class WordsError extends Error {}

const BLANK = /\s/;

/** @param notice for whole command lines: is told what a shell would do more, which ends the command or stays as it stands */
export function splitWords(line: string, notice?: (what: string) => void): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at++);
    if (notice && word === null && char === "#") {
      at = lineEnd(line, at);
    } else if (notice && (OPERATOR.test(char) || (char === "\n" && words.length > 0 && word === null) || (char === "\n" && word !== null))) {
      if (line.slice(at - 1).trim() !== "") notice(`“${line.slice(at - 1).trim()}”, which a shell takes for itself`);
      at = line.length;
    } else if (BLANK.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "'") {
      const end = line.indexOf("'", at);
      if (end < 0) throw new WordsError("A single quote (') is not closed.");
      word = (word ?? "") + line.slice(at, end);
      at = end + 1;
    } else if (char === '"') {
      const quoted = doubleQuoted(line, at);
      if (notice) tellExpanded(line.slice(at, quoted.end), notice);
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      if (at >= line.length) throw new WordsError("A backslash (\\) stands at the end.");
      // A backslash before a line end joins the lines.
      const escaped = line.charAt(at++);
      if (escaped !== "\n") word = (word ?? "") + escaped;
    } else {
      if (notice && (char === "$" || char === "`")) tellExpanded(line.slice(at - 1), notice, true);
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

const OPERATOR = /[;&|<>()]/;
const EXPANDED = /\\.|\$(?:\w+|\{[^}]*\}|\([^)]*\))|`[^`]*`/g;

function lineEnd(line: string, from: number): number {
  const end = line.indexOf("\n", from);
  return end < 0 ? line.length : end;
}

/** @param first whether only what the text begins with counts */
function tellExpanded(text: string, notice: (what: string) => void, first = false): void {
  const found = [...text.matchAll(EXPANDED)].filter((match) => !match[0].startsWith("\\") && (!first || match.index === 0));
  found.forEach((match) => notice(`${match[0]}, which a shell would replace: it stays as it is`));
}

function doubleQuoted(line: string, from: number): { readonly text: string; readonly end: number } {
  let text = "";
  for (let at = from; at < line.length; at++) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (char === '"') return { text, end: at + 1 };
    if (char === "\\" && next !== "" && '"\\$`\n'.includes(next)) {
      if (next !== "\n") text += next;
      at++;
    } else {
      text += char;
    }
  }
  throw new WordsError('A double quote (") is not closed.');
}

const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** The words as one line that `splitWords` splits into the same words. */
export function joinWords(words: readonly string[]): string {
  return words.map((word) => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
