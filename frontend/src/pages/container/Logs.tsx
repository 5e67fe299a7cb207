import { useMemo } from "preact/hooks";
import type { Container } from "../../api/types";
import { logsAddress } from "../../ui/addresses";
import { LogView } from "../logs/LogView";

/** What the container prints, in all its runs. */
export function Logs({ one }: { readonly one: Container }) {
  const refs = useMemo(() => [one.id], [one.id]);
  return (
    <>
      <LogView refs={refs} />
      <p class="hint">
        <a href={logsAddress([one.name])}>Put together with the logs of other containers</a>
      </p>
    </>
  );
}
