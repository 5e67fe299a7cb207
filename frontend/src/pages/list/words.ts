/** Splits a command line into words as a shell does with quotes and backslashes; nothing is expanded. */

/** Why a command line cannot be split; the message is a sentence for the user. */
export class WordsError extends Error {}

const BLANK = /\s/;

export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at++);
    if (BLANK.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "'") {
      const end = line.indexOf("'", at);
      if (end < 0) throw new WordsError("A single quote (') is not closed.");
      word = (word ?? "") + line.slice(at, end);
      at = end + 1;
    } else if (char === '"') {
      const quoted = doubleQuoted(line, at);
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      if (at >= line.length) throw new WordsError("A backslash (\\) stands at the end.");
      // A backslash before a line end joins the lines.
      const escaped = line.charAt(at++);
      if (escaped !== "\n") word = (word ?? "") + escaped;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
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
