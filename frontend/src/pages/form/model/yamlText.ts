import { CORE_SCHEMA, dump, load, mergeTag, YAMLException } from "js-yaml";
import { readCompose, servicesOf, writeCompose, type ComposeFile } from "./compose";
import type { Reading } from "./body";
import type { Values } from "./values";

/** Compose files as text: loaded when they are wanted, for the reader of YAML is large. */

const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

export function composeText(values: Values): { readonly text: string; readonly lost: readonly string[] } {
  const { file, lost }: ComposeFile = writeCompose(values);
  return { text: dump(file, { noRefs: true, lineWidth: -1 }), lost };
}

/** @param wanted the service; the first one when it is empty or not there */
export function readComposeText(text: string, wanted: string): Reading & { readonly services: readonly string[] } {
  let file: unknown;
  try {
    file = load(text, { schema: SCHEMA });
  } catch (problem) {
    if (!(problem instanceof YAMLException)) throw problem;
    return { values: {}, start: null, services: [], problems: [`It is no YAML: ${problem.message.split("\n")[0]}`] };
  }
  const services = servicesOf(file);
  const name = services.includes(wanted) ? wanted : (services[0] ?? "");
  return { ...readCompose(file, name), services };
}
