import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part that is loaded when it is first shown, wherever it stands; until then a word says so. */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null;
  return function Later(props: P) {
    const [Part, setPart] = useState<FunctionComponent<P> | null>(() => loaded);
    const [error, setError] = useState("");
    useEffect(() => {
      let current = true;
      if (!Part) {
        load().then(
          (part) => {
            loaded = part;
            if (current) setPart(() => part);
          },
          () => current && setError("This part of the page could not be loaded. Load the page again."),
        );
      }
      return () => {
        current = false;
      };
    }, []);
    if (error) return <p class="note note-bad">{error}</p>;
    return Part ? <Part {...props} /> : <p class="dim">Loading…</p>;
  };
}
