import type { Container, StatsReading } from "./api/types";

/** A running container for tests, with some fields changed. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    id: "0123456789abcdef",
    name: "web",
    image: "nginx:1.29",
    imageId: "sha256:abc",
    command: ["nginx"],
    state: "running",
    status: "Up 3 minutes",
    createdAt: "2025-01-01T00:00:00Z",
    startedAt: "2025-01-01T00:00:01Z",
    finishedAt: null,
    exitCode: null,
    oomKilled: false,
    error: "",
    pid: 4711,
    ports: [],
    addresses: [],
    mounts: [],
    limits: { memoryBytes: null, cpus: null, pids: null },
    labels: {},
    restarts: 0,
    health: null,
    networks: [],
    ...changes,
  };
}

export function reading(changes: Partial<StatsReading> = {}): StatsReading {
  return {
    at: "2025-01-01T00:00:00Z",
    cpuPercent: 1,
    cpuLimitPercent: null,
    memoryBytes: 1024,
    memoryLimitBytes: null,
    hostMemoryBytes: 1 << 30,
    networkRxBytes: 0,
    networkTxBytes: 0,
    blockReadBytes: 0,
    blockWriteBytes: 0,
    pids: 1,
    ...changes,
  };
}
