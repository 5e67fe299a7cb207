import { RequestError } from "../../api/http";
import { PLATFORM } from "./model/ids";
import { OPTIONS } from "./model/options";

/** Why the server does not do what was asked. */
export interface Refusal {
  readonly message: string;
  /** The option that it is about; empty when it is about none. */
  readonly id: string;
  readonly imageMissing: boolean;
}

/** Parts of what is sent, as the server names them, with what stands before the names of options. */
const PARTS: readonly (readonly [part: string, prefix: string])[] = [
  ["hostConfig.", "HostConfig."],
  ["networkingConfig.", "NetworkingConfig."],
  ["config.", ""],
];

/** Which option the server speaks of. */
export function optionNamed(failure: RequestError): Omit<Refusal, "message"> {
  if (failure.status === 404 && /no such image/i.test(failure.message)) return { id: "Image", imageMissing: true };
  if (failure.status === 409 && /container name .* already in use/i.test(failure.message)) return { id: "name", imageMissing: false };
  if (failure.status === 404 && /does not match the specified platform/.test(failure.message)) return { id: PLATFORM, imageMissing: false };
  return { id: optionAt(failure.field), imageMissing: false };
}

function optionAt(field: string): string {
  const part = PARTS.find(([name]) => field.startsWith(name));
  const path = part ? part[1] + field.slice(part[0].length) : field === "image" ? "Image" : field;
  const found = OPTIONS.find((option) => path === option.id || (path.startsWith(option.id) && /^[.[]/.test(path.slice(option.id.length)))) ?? OPTIONS.find((option) => path !== "" && option.id.startsWith(`${path}.`));
  return found?.id ?? "";
}
