import type { JSX } from "preact";

type Passed = Pick<JSX.IntrinsicElements["input"], "id" | "aria-label" | "aria-describedby" | "aria-invalid" | "inputMode" | "placeholder" | "required" | "title">;

interface Props extends Passed {
  readonly text: string;
  /** Id of the list of what is proposed. */
  readonly list?: string;
  /** Whether it may have several lines. What has some already is shown with them in any case: nothing is to be lost when it is changed. */
  readonly multiline?: boolean;
  readonly onText: (text: string) => void;
}

/** A field for a text that is meant for a program: nothing in it is proposed, corrected or capitalised. */
export function TextInput({ text, multiline = false, onText, inputMode, list, ...passed }: Props) {
  const shared = { ...passed, value: text, autocomplete: "off", autocapitalize: "none", spellcheck: false } as const;
  return multiline || text.includes("\n") ? (
    <textarea {...shared} rows={text.split("\n").length} onInput={(event) => onText(event.currentTarget.value)} />
  ) : (
    <input {...shared} type="text" inputMode={inputMode} {...(list !== undefined && { list })} onInput={(event) => onText(event.currentTarget.value)} />
  );
}
