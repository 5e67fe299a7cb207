/** What the kernel tells of one container, as it goes over the wire. What it does not tell is null, never 0. */

import type { ContainerState } from "./types";

/** How the last run ended. */
export interface End {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  readonly at: string;
  /** A sentence. */
  readonly why: string;
}

interface View {
  readonly state: ContainerState;
  /** Null while it runs, and when it never has. */
  readonly end: End | null;
}

export type NamespaceKind = "pid" | "net" | "mnt" | "uts" | "ipc" | "user" | "cgroup" | "time";
export type Sharing = "private" | "host" | "container" | "none";

/** Something that is one thing inside and another one outside. */
export interface NamespaceValue {
  readonly name: string;
  readonly inside: string;
  readonly outside: string | null;
  readonly path: string;
  readonly meaning: string;
}

export interface Namespace {
  readonly kind: NamespaceKind;
  readonly inode: number | null;
  readonly path: string;
  readonly sharing: Sharing;
  readonly sharedWith: readonly { readonly id: string; readonly name: string }[];
  readonly meaning: string;
  readonly values: readonly NamespaceValue[];
}

export interface NamespacesView extends View {
  readonly pid: number | null;
  readonly items: readonly Namespace[];
}

export type GaugeUnit = "bytes" | "count";

export interface Gauge {
  readonly controller: string;
  readonly name: string;
  readonly unit: GaugeUnit;
  readonly used: number | null;
  readonly limit: number | null;
  readonly peak: number | null;
  readonly path: string;
  readonly limitPath: string;
  readonly peakPath: string | null;
  readonly meaning: string;
}

/** Processor time since the cgroup was made, and the periods of its quota. */
export interface CpuTime {
  readonly usageNanos: number | null;
  readonly usagePath: string;
  readonly limitCpus: number | null;
  readonly limitPath: string;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledNanos: number;
  readonly path: string;
}

/** Percent of the last 10, 60 and 300 seconds. */
export interface PressureShare {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalMicros: number;
}

export interface Pressure {
  readonly resource: string;
  readonly some: PressureShare;
  readonly full: PressureShare | null;
  readonly path: string;
}

export interface CgroupView extends View {
  readonly version: number;
  readonly folders: Readonly<Record<string, string>>;
  readonly gauges: readonly Gauge[];
  readonly cpu: CpuTime | null;
  readonly pressure: readonly Pressure[];
  readonly oomKills: number | null;
  readonly oomPath: string | null;
  readonly missing: readonly { readonly what: string; readonly why: string }[];
}

/** What is absent stays as it is; -1 means no limit where there need not be one. */
export interface LimitChange {
  readonly memoryBytes?: number;
  readonly memorySwapBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
}

export interface Layer {
  /** From 1, the base. */
  readonly number: number;
  readonly diffId: string;
  readonly chainId: string;
  readonly createdBy: string;
  readonly bytes: number;
  readonly images: number;
  readonly containers: number;
  readonly path: string;
}

export interface LayerMount {
  readonly type: string;
  readonly name: string | null;
  readonly source: string;
  readonly destination: string;
  readonly writable: boolean;
  readonly path: string | null;
}

export interface LayersView extends View {
  readonly items: readonly Layer[];
  readonly writable: { readonly bytes: number; readonly files: number; readonly path: string; readonly meaning: string } | null;
  readonly mounts: readonly LayerMount[];
}

export type ChangeKind = "added" | "modified" | "deleted";

export interface ChangedFile {
  readonly path: string;
  readonly kind: ChangeKind;
  readonly type: "file" | "folder" | "link" | "other";
  readonly bytes: number;
}

export interface ChangedFolder {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** The database that keeps its data in such a folder. */
  readonly database: string | null;
}

/** What exists only in the writable layer; the biggest come first. */
export interface ChangesView {
  readonly files: number;
  readonly bytes: number;
  readonly deleted: number;
  readonly truncated: boolean;
  readonly items: readonly ChangedFile[];
  readonly folders: readonly ChangedFolder[];
}

export interface ProcessItem {
  readonly pid: number;
  readonly inside: number | null;
  readonly parent: number;
  readonly user: string;
  readonly uid: number;
  readonly name: string;
  readonly command: string;
  /** The kernel's letter. */
  readonly state: string;
  readonly residentBytes: number;
  readonly cpuNanos: number;
  readonly threads: number;
  readonly startedAt: string;
}

export interface ProcessesView extends View {
  readonly items: readonly ProcessItem[];
}
