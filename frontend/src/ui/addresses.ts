/** The pages' addresses. All lie below one folder, so that no page can have the address of a call of the Engine API. */
const PAGES = "/ui";

export const LIST_ROUTE = `${PAGES}/containers`;
export const CONTAINER_ROUTE = `${LIST_ROUTE}/:ref/:tab?`;

export const IMAGES_ROUTE = `${PAGES}/images`;
export const REGISTRIES_ROUTE = `${PAGES}/registries`;

export const listAddress = (): string => LIST_ROUTE;

export const containerAddress = (ref: string, tab = ""): string => `${LIST_ROUTE}/${encodeURIComponent(ref)}${tab ? `/${tab}` : ""}`;
