/** The pages' addresses. All lie below one folder, so that no page can have the address of a call of the Engine API. */
const PAGES = "/ui";

export const LIST_ROUTE = `${PAGES}/containers`;
export const CONTAINER_ROUTE = `${LIST_ROUTE}/:ref/:tab?`;

export const IMAGES_ROUTE = `${PAGES}/images`;
export const REGISTRIES_ROUTE = `${PAGES}/registries`;

/** Not below the list: a container may have any name. */
export const CREATE_ROUTE = `${PAGES}/create`;
export const EDIT_ROUTE = `${LIST_ROUTE}/:ref/edit`;
export const LOGS_ROUTE = `${PAGES}/logs`;
export const REMOVED_LOGS_ROUTE = `${LOGS_ROUTE}/removed`;

export const listAddress = (): string => LIST_ROUTE;

export const containerAddress = (ref: string, tab = ""): string => `${LIST_ROUTE}/${encodeURIComponent(ref)}${tab ? `/${tab}` : ""}`;

/** What names, in the query of the page for a new container, one whose settings it begins with. */
export const LIKE = "like";
export const duplicateAddress = (ref: string): string => `${CREATE_ROUTE}?${new URLSearchParams({ [LIKE]: ref })}`;
/** So many logs can be put together. */
export const MOST_LOGS = 12;

/** The logs of these containers, by name or id, put together. */
export const logsAddress = (refs: readonly string[]): string => `${LOGS_ROUTE}${refs.length > 0 ? `?containers=${refs.map(encodeURIComponent).join(",")}` : ""}`;
