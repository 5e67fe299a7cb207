/** What goes over the wire about consoles. Times are RFC 3339 texts, positions count the bytes of a console's output. */

export interface Shell {
  readonly name: string;
  readonly path: string;
}

/** What a console of a container can be opened with; the best shell comes first. */
export interface ShellChoice {
  readonly shells: readonly Shell[];
  readonly users: readonly string[];
  /** The container's own; empty for root. */
  readonly user: string;
  readonly workingDir: string;
  readonly toolbox: boolean;
  /** Why there are no tools to bring, and how that is mended; empty when there are. */
  readonly toolboxMissing: string;
}

export interface ConsoleWish {
  readonly shell?: string;
  readonly toolbox?: boolean;
  readonly user?: string;
  readonly workingDir?: string;
}

export interface ConsoleView {
  readonly id: string;
  readonly containerId: string;
  readonly containerName: string;
  readonly program: string;
  readonly toolbox: boolean;
  readonly user: string;
  readonly workingDir: string;
  readonly state: "running" | "ended";
  readonly exitCode: number | null;
  readonly why: "program" | "container" | "closed" | "left" | null;
  readonly startedAt: string;
  readonly clients: number;
  /** When it ends, or is forgotten, unless somebody looks at it. */
  readonly endsAt: string | null;
}

export type ConsoleMessage =
  /** What follows begins at `from`; `missed` bytes before it are lost. Up to `answered` it was shown somewhere before. */
  | { readonly type: "attached"; readonly from: number; readonly missed: number; readonly answered: number; readonly console: ConsoleView }
  | { readonly type: "missed"; readonly from: number; readonly missed: number }
  | { readonly type: "exit"; readonly console: ConsoleView }
  | { readonly type: "pong" }
  | { readonly type: "error"; readonly message: string };
