import { API, call, get, one } from "./http";
import type { Items, Loss, Operation } from "./types";

/** What a running container holds in its own layer alone. */
export interface Growth {
  readonly id: string;
  readonly bytes: number;
  /** Whether all of the layer was looked at; else it is this much at least. */
  readonly whole: boolean;
  readonly growing: boolean;
  readonly measuredAt: string;
}

export interface Pruned {
  readonly items: readonly string[];
  readonly reclaimedBytes: number;
}

export const guard = {
  /** Makes a volume of a folder; a container that runs is stopped for it and started again. */
  rescue: async (id: string, path: string, volume: string): Promise<Operation> => (await (await call("POST", `${one(id)}/rescue`, { path, volume })).json()) as Operation,
  operation: (id: string): Promise<Operation> => get(`/operations/${encodeURIComponent(id)}`),
  /** Where what exists only in the container is downloaded from. */
  archiveAddress: (id: string, path: string): string => `${API}${one(id)}/changes/archive?${new URLSearchParams({ path })}`,
  /** What would be gone with all containers that do not run; nothing is removed. */
  pruneLosses: async (): Promise<readonly Loss[]> => ((await (await call("POST", "/containers/prune?dryRun=true")).json()) as Items<Loss>).items,
  prune: async (ids: readonly string[]): Promise<Pruned> => (await (await call("POST", "/containers/prune", { ids })).json()) as Pruned,
  unprotected: async (): Promise<readonly Growth[]> => (await get<Items<Growth>>("/unprotected")).items,
} as const;
