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
  /** How often it was started again since it was started. */
  readonly restarts: number;
  /** Null when nobody looks at it. */
  readonly health: "starting" | "healthy" | "unhealthy" | null;
  /** Those that it is, or will be, connected to. */
  readonly networks: readonly string[];
}

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: string;
}

export type OperationKind = "pull" | "push" | "load" | "import" | "backup" | "restore" | "clone" | "rescue";
export type OperationState = "running" | "succeeded" | "failed" | "cancelled";
export type LayerStep = "waits" | "already-there" | "downloads" | "uploads" | "travelled" | "unpacks" | "retries" | "done";

export interface LayerProgress {
  readonly digest: string;
  readonly step: LayerStep;
  readonly currentBytes: number;
  readonly totalBytes: number;
}

/** Long work. Its bytes are those that travel. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly subject: string;
  /** The account that began it; null when a client of the engine's socket did. */
  readonly begunBy: string | null;
  readonly state: OperationState;
  readonly error: string | null;
  readonly begun: string;
  readonly ended: string | null;
  readonly layers: readonly LayerProgress[];
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
  readonly bytesPerSecond: number | null;
}

/** What a pull would do. */
export interface PullPlan {
  readonly reference: string;
  readonly id: string;
  readonly digest: string;
  readonly layers: readonly { readonly digest: string; readonly sizeBytes: number; readonly missingBytes: number }[];
  readonly layersHere: number;
  readonly fetchBytes: number;
  /** An estimate of the disk that it takes. */
  readonly neededBytes: number;
  readonly freeBytes: number;
  readonly freeAfterBytes: number;
  /** The image that would lose the name. */
  readonly replacedId: string | null;
  readonly replacedUsers: readonly { readonly id: string; readonly name: string; readonly running: boolean }[];
}

/** A login at a registry, without its secret. */
export interface RegistryLogin {
  readonly registry: string;
  readonly username: string;
  readonly saved: string;
  /** False when the server has lost the key of its password. */
  readonly readable: boolean;
}

export interface Items<T> {
  readonly items: readonly T[];
}

/** What is asked for: settings in the names of the Docker Engine API. */
export interface ContainerWish {
  readonly name?: string;
  readonly start?: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly hostConfig: Readonly<Record<string, unknown>>;
  readonly networkingConfig: Readonly<Record<string, unknown>>;
}

/** What a container was asked to be. */
export interface ContainerSettings extends ContainerWish {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** The image's name leads to another image by now. */
  readonly imageMoved: boolean;
}

export interface MadeContainer extends Container {
  /** What could not be as asked, a sentence each. */
  readonly warnings: readonly string[];
}

/** RFC 9457. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  /** The part of the body that is wrong, with dots. */
  readonly field?: string;
}

/** A list that changes: all of it, then each change. */
export type ListMessage<T> =
  | { readonly type: "snapshot"; readonly sequence: number; readonly items: readonly T[] }
  | { readonly type: "upsert"; readonly sequence: number; readonly item: T }
  | { readonly type: "remove"; readonly sequence: number; readonly id: string };

export type ContainersMessage = ListMessage<Container>;
export type OperationsMessage = ListMessage<Operation>;

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

/** What all running containers use, each second, in columns. */
export interface UsageMessage {
  readonly at: string;
  /** In the order of the numbers; null when they are those of the message before. */
  readonly ids: readonly string[] | null;
  /** Null is what is not known, or not yet. */
  readonly cpuPercent: readonly (number | null)[];
  readonly memoryBytes: readonly (number | null)[];
}

/** What would be gone with a container, since it is nowhere else. */
export interface Loss {
  readonly id: string;
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** Biggest first, each with all that is below it. */
  readonly folders: readonly { readonly path: string; readonly files: number; readonly bytes: number; readonly database: string | null }[];
  /** Volumes that nobody has named. */
  readonly volumes: readonly { readonly name: string; readonly destination: string; readonly bytes: number; readonly goes: boolean }[];
  /** How long what it has printed can be read after its removal, 0 when that goes with it; null when it has printed nothing. */
  readonly logKeptSeconds: number | null;
  /** The files and volumes in a sentence. */
  readonly text: string;
}

