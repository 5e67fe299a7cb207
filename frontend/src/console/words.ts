import type { ConsoleView } from "../api/console";
import type { ConsoleTab } from "./store";

/** The last part of a path. */
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const programName = (one: Pick<ConsoleTab, "program" | "toolbox">): string => (one.toolbox ? "toolbox" : baseName(one.program));

/** What a tab is called. */
export function tabName(tab: ConsoleTab, all: readonly ConsoleTab[]): string {
  const name = `${tab.name}: ${programName(tab)}`;
  const alike = all.filter((one) => one.containerId === tab.containerId && programName(one) === programName(tab));
  return alike.length > 1 ? `${name} ${alike.findIndex((one) => one.id === tab.id) + 1}` : name;
}

/** 128 and SIGKILL: what a program ends with whose container ends. */
const KILLED = 137;

export const wasKilled = (view: Pick<ConsoleView, "why" | "exitCode">): boolean => view.why === "program" && view.exitCode === KILLED;

export const CONTAINER_STOPPED = "The container has stopped, and this console with it.";

/** How a console ended, in a sentence. */
export function endSentence(view: Pick<ConsoleView, "why" | "exitCode">): string {
  switch (view.why) {
    case "container":
      return CONTAINER_STOPPED;
    case "closed":
      return "This console was closed.";
    case "left":
      return "This console has ended, because nobody had looked at it for some time.";
    default:
      return view.exitCode === null ? "The program has ended." : `The program has ended with exit code ${view.exitCode}.`;
  }
}

/** What closing a console ends. */
export function runningSentence(programs: readonly string[]): string {
  const names = [...new Set(programs)];
  const shown = names.slice(0, 5).join(", ");
  return `${names.length > 5 ? `${shown} and others` : shown} ${programs.length === 1 ? "runs" : "run"} in this console. Closing it ends ${programs.length === 1 ? "that" : "them"}, too.`;
}
