import type { ConsoleView, ConsoleWish, ShellChoice } from "./console";
import type { CgroupView, ChangesView, LayersView, LimitChange, NamespacesView, ProcessesView } from "./insight";
import { page } from "./page";
import type { Container, ContainerSettings, ContainerWish, Image, Items, Loss, MadeContainer, Operation, Problem, PullPlan, RegistryLogin } from "./types";

/** An answer other than success, or none at all (status 0). The message is a sentence for the user. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The part of what was sent that is wrong, with dots; empty when the server does not name one. */
    readonly field = "",
  ) {
    super(message);
  }
}

/** What went wrong, for the user. */
export const told = (failure: unknown): string => (failure instanceof RequestError ? failure.message : String(failure));

export const API = "/api/v1";

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

export async function problemOf(answer: Response): Promise<RequestError> {
  let problem: Problem = {};
  if (answer.headers.get("content-type")?.includes("json")) {
    // A cast, because the text comes from outside: each field is optional and only shown.
    problem = (await answer.json().catch(() => ({}))) as Problem;
  }
  return new RequestError(answer.status, sentence(problem.detail || problem.title || `the server answered with status ${answer.status}`), problem.field ?? "");
}

/** A browser on the machine of the containers drops what is under way whenever one of them gets its network: what only reads is asked once more. */
async function fetched(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (failure) {
    if (request.method !== "GET") throw failure;
    return fetch(address, request);
  }
}

/** Asks and gives the answer, unless it is a refusal. */
export async function call(method: string, path: string, body?: unknown, further: Readonly<Record<string, string>> = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...further };
  if (method !== "GET") headers[page.csrfHeader] = page.csrfToken;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetched(API + path, { method, headers, body: body === undefined ? null : JSON.stringify(body), redirect: "manual" });
  } catch {
    throw new RequestError(0, "The server cannot be reached. Check the connection and try again.");
  }
  if (answer.status === 401 || answer.type === "opaqueredirect") {
    location.assign("/login?stale");
    throw new RequestError(401, "You are logged out.");
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

export async function get<T>(path: string): Promise<T> {
  // A cast, because the wire contract is agreed with the server and not checked again here.
  return (await (await call("GET", path)).json()) as T;
}

const login = (registry: string): string => `/registries/${encodeURIComponent(registry)}`;
/** Where a container is. */
export const one = (ref: string): string => `/containers/${encodeURIComponent(ref)}`;

export const api = {
  container: (ref: string): Promise<Container> => get(one(ref)),
  namespaces: (id: string): Promise<NamespacesView> => get(`${one(id)}/namespaces`),
  cgroup: (id: string): Promise<CgroupView> => get(`${one(id)}/cgroup`),
  processes: (id: string): Promise<ProcessesView> => get(`${one(id)}/processes`),
  layers: (id: string): Promise<LayersView> => get(`${one(id)}/layers`),
  changes: (id: string, limit: number): Promise<ChangesView> => get(`${one(id)}/changes?limit=${limit}`),
  /** Answers with the cgroup as it is then. */
  limit: async (id: string, change: LimitChange): Promise<CgroupView> => (await (await call("PUT", `${one(id)}/limits`, change)).json()) as CgroupView,
  /** What a console of a running container can be opened with. */
  shells: (id: string): Promise<ShellChoice> => get(`${one(id)}/shells`),
  /** The user's own consoles of a container. */
  consoles: async (id: string): Promise<readonly ConsoleView[]> => (await get<Items<ConsoleView>>(`${one(id)}/consoles`)).items,
  openConsole: async (id: string, wish: ConsoleWish): Promise<ConsoleView> => (await (await call("POST", `${one(id)}/consoles`, wish)).json()) as ConsoleView,
  /** The names of the programs that were started in a console and run. */
  consolePrograms: async (id: string): Promise<readonly string[]> => (await get<Items<string>>(`/consoles/${encodeURIComponent(id)}/programs`)).items,
  endConsole: async (id: string): Promise<void> => void (await call("DELETE", `/consoles/${encodeURIComponent(id)}`)),
  images: async (): Promise<readonly Image[]> => (await get<Items<Image>>("/images")).items,
  create: async (wish: ContainerWish): Promise<MadeContainer> => (await (await call("POST", "/containers", wish)).json()) as MadeContainer,
  settings: (ref: string): Promise<ContainerSettings> => get(`${one(ref)}/settings`),
  /** Changes limits, the restart policy and the name where the container is. */
  change: async (id: string, wish: ContainerWish): Promise<MadeContainer> => (await (await call("PUT", `${one(id)}/settings`, wish)).json()) as MadeContainer,
  recreate: async (id: string, wish: ContainerWish): Promise<MadeContainer> => (await (await call("POST", `${one(id)}/recreate`, wish)).json()) as MadeContainer,
  start: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/start`)),
  stop: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/stop`)),
  restart: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/restart`)),
  /** SIGKILL. */
  kill: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/kill`)),
  pause: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/pause`)),
  unpause: async (id: string): Promise<void> => void (await call("POST", `${one(id)}/unpause`)),
  rename: async (id: string, name: string): Promise<void> => void (await call("POST", `${one(id)}/rename`, { name })),
  remove: async (id: string, force: boolean, volumes: boolean): Promise<void> =>
    void (await call("DELETE", `${one(id)}?force=${force}&volumes=${volumes}`)),
  /** What would be gone with a container; nothing is removed. */
  losses: async (id: string, volumes: boolean): Promise<Loss> => (await (await call("DELETE", `${one(id)}?dryRun=true&volumes=${volumes}`)).json()) as Loss,
  plan: (reference: string, platform: string): Promise<PullPlan> => get(`/images/plan?${new URLSearchParams({ reference, platform })}`),
  pull: async (reference: string, platform: string): Promise<Operation> => (await (await call("POST", "/images/pull", { reference, platform })).json()) as Operation,
  cancel: async (id: string): Promise<void> => void (await call("POST", `/operations/${encodeURIComponent(id)}/cancel`)),
  registries: async (): Promise<readonly RegistryLogin[]> => (await get<Items<RegistryLogin>>("/registries")).items,
  saveLogin: async (registry: string, username: string, password: string, check: boolean): Promise<void> =>
    void (await call("PUT", `${login(registry)}?check=${check}`, { username, password })),
  removeLogin: async (registry: string): Promise<void> => void (await call("DELETE", login(registry))),
} as const;
