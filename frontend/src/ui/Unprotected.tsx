import { useEffect } from "preact/hooks";
import { followUnprotected, unprotected } from "../live/unprotected";
import { bytes } from "./format";

/** Says of a running container that it keeps much that exists nowhere else; nothing of one that does not. */
export function Unprotected({ id }: { readonly id: string }) {
  useEffect(followUnprotected, []);
  const held = unprotected.value.get(id);
  if (!held) return null;
  const amount = `${held.whole ? "" : "at least "}${bytes(held.bytes)}`;
  return (
    <span class="unprotected" title={`${amount} exist only in this container${held.growing ? " and become more" : ""}: they go when it is removed. Removing it offers to rescue them.`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path d="M8 1.5 15 14H1Z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" />
        <path d="M8 6v4M8 11.4v1.2" stroke="currentColor" stroke-width="1.6" />
      </svg>
      Unprotected: {amount}
      {held.growing && ", growing"}
    </span>
  );
}
