import { h, type ComponentChildren } from "preact";
import type { Container } from "../../api/types";
import { Unprotected } from "../../ui/Unprotected";

/** What stands beside the name of a container, in the list. Each draws itself or nothing. */
export const NAME_BADGES: readonly ((props: { readonly one: Container }) => ComponentChildren)[] = [({ one }) => h(Unprotected, { id: one.id, brief: true })];
