import { Component } from "preact";
import { ACTIONS, foremost, further, type ActionKey } from "../../api/actions";
import type { Container } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { containerAddress, duplicateAddress } from "../../ui/addresses";
import { Menu, type MenuItem } from "../../ui/Menu";
import type { Group } from "./arrange";
import { NAME_BADGES } from "./badges";
import { COLUMNS, type ColumnKey } from "./columns";
import type { Grouping } from "./view";

/** What can be asked for in a row; the same object as long as the page lives. */
export interface Commands {
  /** @param range from where the last one was selected up to here */
  readonly select: (id: string, range: boolean) => void;
  readonly selectGroup: (group: Group) => void;
  readonly fold: (key: string) => void;
  readonly act: (key: ActionKey, one: Container) => void;
  readonly rename: (one: Container) => void;
}

interface Place {
  /** Names the line. */
  readonly lineKey: string;
  /** Its number among all lines, from 1 for the head. */
  readonly number: number;
  /** In pixels. */
  readonly top: number;
  readonly height: number;
  /** The one line that the Tab key leads to. */
  readonly active: boolean;
  readonly commands: Commands;
}

interface RowProps extends Place {
  readonly one: Container;
  readonly columns: readonly ColumnKey[];
  readonly grouped: boolean;
  readonly selected: boolean;
  /** It is there no more. */
  readonly gone: boolean;
}

const isSame = <T extends object>(a: T, b: T): boolean => (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);

/** A container. It is drawn anew only when something about it has changed: its parents are, each second. */
export class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return !isSame(this.props, next);
  }

  override render() {
    const { one, columns, commands, number, top, height, active, selected, gone, grouped, lineKey } = this.props;
    const tabIndex = active ? 0 : -1;
    const name = visibleText(one.name);
    return (
      <div
        role="row" class={`list-row ${selected ? "list-selected" : ""} ${gone ? "list-gone" : ""}`} data-key={lineKey} tabIndex={tabIndex}
        aria-rowindex={number} aria-level={grouped ? 2 : undefined} aria-selected={selected} style={{ top: `${top}px`, height: `${height}px` }}
      >
        <div role="gridcell" class="list-check">
          <input type="checkbox" aria-label={`Select ${name}`} checked={selected} disabled={gone} tabIndex={tabIndex} onClick={(event) => commands.select(one.id, event.shiftKey)} />
        </div>
        <div role="rowheader" class="list-name">
          {gone ? <span title={name}>{name}</span> : <a href={containerAddress(one.name)} tabIndex={tabIndex} title={name}>{name}</a>}
          {NAME_BADGES.map((Badge, index) => <Badge key={index} one={one} />)}
        </div>
        {columns.map((key) => {
          const { Cell, title } = COLUMNS[key];
          return (
            <div key={key} role="gridcell" class={`list-cell list-${key}`} data-label={title}>
              {!(gone && key === "state") && <Cell one={one} tabIndex={tabIndex} />}
            </div>
          );
        })}
        <div role="gridcell" class="list-actions">{gone ? <span class="pill">Removed</span> : this.actions(name, tabIndex)}</div>
      </div>
    );
  }

  private actions(name: string, tabIndex: number) {
    const { one, commands } = this.props;
    const quick = foremost(one);
    const items: MenuItem[] = [
      { text: "Open", href: containerAddress(one.name) },
      { text: "Logs", href: containerAddress(one.name, "logs") },
      ...(one.state === "running" ? [{ text: "Console", href: containerAddress(one.name, "console") }] : []),
      ...further(one).map((key) => ({ text: ACTIONS[key].label, act: () => commands.act(key, one) })),
      { text: "Edit", href: containerAddress(one.name, "edit") },
      { text: "Duplicate", href: duplicateAddress(one.name) },
      { text: "Rename…", act: () => commands.rename(one) },
      { text: "Remove…", act: () => commands.act("remove", one), danger: true },
    ];
    return (
      <>
        {quick && (
          <button class="button list-quick" type="button" tabIndex={tabIndex} aria-label={`${ACTIONS[quick].label} ${name}`} onClick={() => commands.act(quick, one)}>
            {ACTIONS[quick].label}
          </button>
        )}
        <Menu label={`More actions for ${name}`} items={items} tabIndex={tabIndex} />
      </>
    );
  }
}

interface GroupProps extends Place {
  readonly group: Group;
  readonly grouping: Grouping;
  readonly open: boolean;
  readonly running: number;
  /** How many of its containers are selected. */
  readonly selected: number;
}

function titleOf(grouping: Grouping, key: string): string {
  if (grouping === "project" && key === "") return "Without a project";
  return grouping === "state" ? key.charAt(0).toUpperCase() + key.slice(1) : visibleText(key);
}

/** The line above the containers that stand together. */
export function GroupLine({ group, grouping, open, running, selected, lineKey, number, top, height, active, commands }: GroupProps) {
  const tabIndex = active ? 0 : -1;
  const title = titleOf(grouping, group.key);
  const count = group.ids.length;
  return (
    <div
      role="row" class="list-row list-group" data-key={lineKey} tabIndex={tabIndex} aria-rowindex={number} aria-level={1} aria-expanded={open}
      aria-selected={selected === count} style={{ top: `${top}px`, height: `${height}px` }}
    >
      <div role="gridcell" class="list-check">
        <input
          type="checkbox" aria-label={`Select the group ${title}`} checked={selected === count} indeterminate={selected > 0 && selected < count} tabIndex={tabIndex}
          onClick={() => commands.selectGroup(group)}
        />
      </div>
      <div role="rowheader" class="list-group-title">
        <button type="button" tabIndex={tabIndex} aria-expanded={open} onClick={() => commands.fold(group.key)}>
          <span class="list-fold" aria-hidden="true">{open ? "▾" : "▸"}</span> {title}
        </button>
        <span class="dim">{count === 1 ? "1 container" : `${count} containers`}, {running} running</span>
      </div>
    </div>
  );
}
