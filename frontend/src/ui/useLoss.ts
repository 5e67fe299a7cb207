import { useEffect, useState } from "preact/hooks";
import { api, told } from "../api/http";
import type { Loss } from "../api/types";

interface Looked {
  /** Null until it is known. */
  readonly loss: Loss | null;
  /** Why it cannot be known; empty when nothing is in the way. */
  readonly error: string;
  readonly lookAgain: () => void;
}

/** What would be gone with a container. @param volumes whether its nameless volumes go, too */
export function useLoss(id: string, volumes: boolean): Looked {
  const [loss, setLoss] = useState<Loss | null>(null);
  const [error, setError] = useState("");
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    api.losses(id, volumes).then(
      (found) => current && setLoss(found),
      (failure: unknown) => current && setError(told(failure)),
    );
    return () => {
      current = false;
    };
  }, [id, volumes, asked]);
  return { loss, error, lookAgain: () => setAsked(asked + 1) };
}
