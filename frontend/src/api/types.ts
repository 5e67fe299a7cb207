/** What goes over the wire between the dashboard and Berth. Times are RFC 3339 texts, sizes are bytes. */

export type ContainerState = "created" | "running" | "paused" | "restarting" | "exited" | "removing" | "dead";
export type Protocol = "tcp" | "udp" | "sctp";

export interface PortBinding {
  readonly hostIp: string | null;
  readonly hostPort: number | null;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export interface NetworkAddress {
  readonly network: string;
  readonly address: string;
}

export interface Mount {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface Limits {
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly pids: number | null;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly command: readonly string[];
  readonly state: ContainerState;
  /** A sentence, such as "Up 3 minutes". */
  readonly status: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Why the last start failed; empty when it did not. */
  readonly error: string;
  readonly pid: number | null;
  readonly ports: readonly PortBinding[];
  readonly addresses: readonly NetworkAddress[];
  readonly mounts: readonly Mount[];
  readonly limits: Limits;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: string;
}

export interface Items<T> {
  readonly items: readonly T[];
}

export interface CreatePort {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIp?: string;
  readonly protocol?: Protocol;
}

export interface CreateContainer {
  readonly image: string;
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment?: readonly string[];
  readonly ports?: readonly CreatePort[];
  readonly limits?: { readonly memoryBytes?: number; readonly cpus?: number; readonly pids?: number };
  readonly start?: boolean;
}

/** RFC 9457. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
}

export type ContainersMessage =
  | { readonly type: "snapshot"; readonly sequence: number; readonly items: readonly Container[] }
  | { readonly type: "upsert"; readonly sequence: number; readonly item: Container }
  | { readonly type: "remove"; readonly sequence: number; readonly id: string };

/** One reading. The network and block counters are totals since the start. */
export interface StatsReading {
  readonly at: string;
  readonly cpuPercent: number;
  readonly cpuLimitPercent: number | null;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly hostMemoryBytes: number;
  readonly networkRxBytes: number | null;
  readonly networkTxBytes: number | null;
  readonly blockReadBytes: number | null;
  readonly blockWriteBytes: number | null;
  readonly pids: number;
}

export type StatsMessage = StatsReading | { readonly type: "end" };

export type LogStream = "stdout" | "stderr";

export interface LogLine {
  readonly time: string;
  readonly stream: LogStream;
  readonly text: string;
  /** The line is not finished: the next one of the same stream continues it. */
  readonly partial: boolean;
}

export type LogMessage =
  | { readonly lines: readonly LogLine[] }
  | { readonly end: true }
  | { readonly skipped: number };

export type ConsoleMessage =
  | { readonly type: "exit"; readonly code: number | null }
  | { readonly type: "error"; readonly message: string };
