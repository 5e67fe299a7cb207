import { useEffect, useState } from "preact/hooks";
import { api } from "../../../api/http";
import type { ChangesView, LayersView, NamespacesView, ProcessesView } from "../../../api/insight";
import type { Container } from "../../../api/types";
import { Follower } from "../../../live/follower";
import { nextMoment, type CgroupMoment } from "./cgroupMoment";

/** What is asked of one container while somebody looks at it. */
export interface Insight {
  readonly namespaces: Follower<NamespacesView>;
  readonly processes: Follower<ProcessesView>;
  readonly cgroup: Follower<CgroupMoment>;
  readonly layers: Follower<LayersView>;
  readonly changes: Follower<ChangesView>;
}

const LIVE_MS = 1000;
/** What does not run does not change by itself. */
const STILL_MS = 10_000;
/** The writable layer is walked through for these answers. */
const DISK_MS = 15_000;
const LISTED_CHANGES = 500;

function insightOf(id: string): Insight {
  const cgroup: Follower<CgroupMoment> = new Follower(async () => nextMoment(cgroup.sample.value.value, await api.cgroup(id), Date.now()));
  return {
    namespaces: new Follower(() => api.namespaces(id)),
    processes: new Follower(() => api.processes(id)),
    cgroup,
    layers: new Follower(() => api.layers(id)),
    changes: new Follower(() => api.changes(id, LISTED_CHANGES)),
  };
}

/** Follows a container, anew with each change of its state; the values of before stay until the next ones come. */
export function useInsight(one: Container): Insight {
  const [insight] = useState(() => insightOf(one.id));
  useEffect(() => {
    const { namespaces, processes, cgroup, layers, changes } = insight;
    const live = one.state === "running" ? LIVE_MS : STILL_MS;
    [namespaces, processes, cgroup].forEach((follower) => follower.start(live));
    [layers, changes].forEach((follower) => follower.start(DISK_MS));
    return () => Object.values(insight).forEach((follower: Follower<unknown>) => follower.stop());
  }, [insight, one.state, one.startedAt]);
  return insight;
}
