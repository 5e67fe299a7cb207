import "./form.css";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { api, RequestError } from "../../api/http";
import type { ContainerSettings } from "../../api/types";
import { connection } from "../../live/containers";
import { visibleText } from "../../live/plainText";
import { LIKE } from "../../ui/addresses";
import { NotFound } from "../../ui/NotFound";
import { Form } from "./Form";
import { valuesOf } from "./model/body";
import type { Values } from "./model/values";

/** A new container: with nothing set, or with the settings of one that is there. */
export function CreatePage() {
  const like = useLocation().query[LIKE] ?? "";
  if (like === "") return <Form key="" title="New container" first={NOTHING} old={null} />;
  return <Loaded of={like}>{(found) => <Form key={found.id} title={`New container like ${found.name}`} first={twinOf(found)} old={null} />}</Loaded>;
}

const NOTHING: Values = {};

/** All but what one container alone can have. */
function twinOf(found: ContainerSettings): Values {
  const { name: _name, MacAddress: _mac, ...values } = valuesOf(found);
  return values;
}

/** Other settings for a container that is there. */
export function EditPage() {
  const ref = useRoute().params["ref"] ?? "";
  return <Loaded of={ref}>{(found) => <Form key={found.id} title={`Edit ${found.name}`} first={valuesOf(found)} old={found} />}</Loaded>;
}

interface LoadedProps {
  /** Id or name of a container. */
  readonly of: string;
  readonly children: (found: ContainerSettings) => VNode;
}

/** What a container was asked to be, once that is known. */
function Loaded({ of, children }: LoadedProps) {
  const [found, setFound] = useState<{ readonly of: string; readonly settings: ContainerSettings } | null>(null);
  const [failure, setFailure] = useState<RequestError | null>(null);
  const [round, setRound] = useState(0);
  const live = connection.value === "live";
  useEffect(() => {
    let current = true;
    setFailure(null);
    api.settings(of).then(
      (settings) => current && setFound({ of, settings }),
      (problem: unknown) => {
        if (!(problem instanceof RequestError)) throw problem;
        if (current) setFailure(problem);
      },
    );
    return () => {
      current = false;
    };
  }, [of, round]);
  // What could not be asked for is asked for again when the connection is back.
  useEffect(() => {
    if (live && failure?.status === 0) setRound(round + 1);
  }, [live]);
  if (failure?.status === 404) return <NotFound />;
  if (failure) return <p class="note note-bad" role="alert">{visibleText(failure.message)}</p>;
  if (found?.of !== of) return <p class="empty">Loading…</p>;
  return children(found.settings);
}
