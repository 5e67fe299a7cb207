import { useId, useRef } from "preact/hooks";
import type { Column, Kind } from "./model/kinds";
import { cellProblem } from "./model/rows";
import type { Row } from "./model/values";
import { AddLine, RemoveLine } from "./OptionField";
import { TextInput } from "./TextInput";

interface Props {
  readonly label: string;
  readonly kind: Kind;
  readonly rows: readonly Row[];
  /** What a new line begins with. */
  readonly fresh: Row;
  readonly onChange: (rows: readonly Row[]) => void;
}

/** Lines whose parts are fields of their own. */
export function RowsField({ label, kind, rows, fresh, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const columns = kind.columns ?? [];
  const isFull = kind.most !== undefined && rows.length >= kind.most;
  return (
    <div class="lines" ref={place}>
      {rows.map((row, index) => {
        const name = kind.most === 1 ? label : `${label}, line ${index + 1}`;
        return (
          <div class={`line-row ${columns.length > 4 ? "line-wide" : ""}`} role="group" aria-label={name} key={index}>
            {columns
              .filter((column) => column.only?.(row) ?? true)
              .map((column) => (
                <Cell key={column.key} column={column} row={row} onChange={(cell) => onChange(rows.map((one, at) => (at === index ? { ...one, [column.key]: cell } : one)))} />
              ))}
            <RemoveLine label={name} place={place.current} onRemove={() => onChange(rows.filter((_, at) => at !== index))} />
          </div>
        );
      })}
      {!isFull && <AddLine label={label} place={place.current} onAdd={() => onChange([...rows, fresh])} />}
    </div>
  );
}

interface CellProps {
  readonly column: Column;
  readonly row: Row;
  readonly onChange: (cell: string) => void;
}

function Cell({ column, row, onChange }: CellProps) {
  const id = useId();
  const value = row[column.key] ?? "";
  const problem = value === "" ? "" : cellProblem(column, row);
  const shared = { id, "aria-invalid": problem !== "", title: problem } as const;
  if (column.shape === "flag") {
    return (
      <label class="cell cell-flag">
        <input {...shared} type="checkbox" checked={value === "true"} onChange={(event) => onChange(event.currentTarget.checked ? "true" : "")} /> {column.label}
      </label>
    );
  }
  return (
    <label class={`cell cell-${column.key}`}>
      <span>{column.label}</span>
      {column.choices ? (
        <select {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {(!column.required || value === "") && <option value="">as usual</option>}
          {column.choices.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <TextInput {...shared} text={value} multiline={column.multiline ?? false} placeholder={column.placeholder ?? ""} onText={onChange} />
      )}
    </label>
  );
}
