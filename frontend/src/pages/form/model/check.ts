import { problemOf } from "./kinds";
import { OPTIONS, type Option } from "./options";
import { isEmpty, type Value, type Values } from "./values";

/** What is wrong with values, by the ids of options: a sentence each. */
export type Problems = Readonly<Record<string, string>>;

/** What is wrong with one; empty when nothing is. */
export function problemWith(option: Option, value: Value | undefined): string {
  if (isEmpty(value) || value === undefined) return option.id === "Image" ? "Image is missing: name the image to make the container of." : "";
  const problem = problemOf(() => {
    const found = option.kind.check(value);
    if (found === "") option.kind.toJson(value);
    return found;
  });
  const found = option.kind.check(value) || problem;
  return found === "" ? "" : `${option.label}${/^[,:]/.test(found) ? "" : " "}${found}${/[.!?]$/.test(found) ? "" : "."}`;
}

export function problemsIn(values: Values): Problems {
  return Object.fromEntries(OPTIONS.map((option) => [option.id, problemWith(option, values[option.id])] as const).filter(([, problem]) => problem !== ""));
}
