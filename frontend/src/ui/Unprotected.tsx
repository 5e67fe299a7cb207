import { useEffect } from "preact/hooks";
import { followUnprotected, unprotected } from "../live/unprotected";
import { bytes } from "./format";

interface Props {
  readonly id: string;
  /** Where there is little room the sign and the amount say it. */
  readonly brief?: boolean;
}

/** Says of a running container that it keeps much that exists nowhere else; nothing of one that does not. */
export function Unprotected({ id, brief = false }: Props) {
  useEffect(followUnprotected, []);
  const held = unprotected.value.get(id);
  if (!held) return null;
  const amount = `${held.whole ? "" : "at least "}${bytes(held.bytes)}`;
  return (
    <span class={`unprotected ${brief ? "unprotected-brief" : ""}`} title={`${amount} exist only in this container${held.growing ? " and become more" : ""}: they go when it is removed. Removing it offers to rescue them.`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path d="M8 1.5 15 14H1Z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />
        <path d="M8 6v4M8 11.4v1.2" stroke="currentColor" stroke-width="1.6" />
      </svg>
      <span class={brief ? "hidden" : undefined}>Unprotected: </span>
      {brief ? bytes(held.bytes) : amount}
      {held.growing && <span class={brief ? "hidden" : undefined}>, growing</span>}
    </span>
  );
}
