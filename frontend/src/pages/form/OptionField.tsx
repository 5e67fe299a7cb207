import { useId, useRef } from "preact/hooks";
import { visibleText, writtenOut } from "../../live/plainText";
import { LOOPBACK } from "./model/ports";
import type { Kind } from "./model/kinds";
import type { Option } from "./model/options";
import type { Row, Value } from "./model/values";
import type { Risk } from "./model/risks";
import { RowsField } from "./RowsField";
import { TextInput } from "./TextInput";

interface Props {
  readonly option: Option;
  readonly value: Value | undefined;
  /** What is wrong with it; empty when nothing is, or nobody needs to know yet. */
  readonly problem: string;
  readonly risks: readonly Risk[];
  /** Values that are proposed. */
  readonly proposals: readonly string[];
  readonly onChange: (value: Value) => void;
  readonly onLeave: () => void;
}

/** What a new line of an option begins with. */
const NEW_LINES: Readonly<Record<string, Row>> = {
  "HostConfig.PortBindings": { ip: LOOPBACK, protocol: "tcp" },
  "HostConfig.Mounts": { type: "volume" },
  "Healthcheck.Test": { how: "shell" },
};

const THREE_WAY: Readonly<Record<string, string>> = { true: "on", false: "off" };

/** One option: its field, what it means, and what is wrong or risky about it. */
export function OptionField(props: Props) {
  const { option, value, problem, risks, onLeave } = props;
  const id = useId();
  const told = `${id}-help${problem ? ` ${id}-problem` : ""}`;
  const unseen = textsOf(value).map(writtenOut).filter((text) => text !== "");
  const many = option.kind.shape === "rows" || option.kind.shape === "list";
  const Frame = many ? "fieldset" : "div";
  const Name = many ? "legend" : "label";
  return (
    <Frame class="option" id={fieldId(option.id)} onFocusOut={onLeave} aria-describedby={many ? told : undefined}>
      {option.kind.shape === "flag" && <Flag {...props} id={id} told={told} />}
      <Name class="option-name" {...(!many && { for: id })}>
        {option.label}
      </Name>
      {option.flags.length > 0 && <code class="option-flag">{option.flags[0]}</code>}
      {option.kind.shape !== "flag" && <Field {...props} id={id} told={told} />}
      {problem && (
        <p class="option-problem" id={`${id}-problem`}>
          ✖ {visibleText(problem)}
        </p>
      )}
      <p class="option-help" id={`${id}-help`}>
        {option.help}
        {option.usual !== null && value === undefined && typeof option.usual === "string" && ` (${option.usual})`}
      </p>
      {unseen.length > 0 && (
        <p class="option-problem">
          ▲ Holds characters that cannot be seen: <code>{unseen.join(" ")}</code>
        </p>
      )}
      {risks.map((risk) => (
        <p key={risk.title} class="option-risk">
          <strong>▲ {visibleText(risk.title)}.</strong> {risk.why}
        </p>
      ))}
    </Frame>
  );
}

/** All that was typed into an option's fields. */
function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? (value as readonly (string | Row)[]).flatMap((line) => (typeof line === "string" ? [line] : Object.values(line))) : [];
}

/** The id of an option's place on the page. */
export const fieldId = (id: string): string => `option-${id.replaceAll(".", "-")}`;

interface FieldProps extends Props {
  readonly id: string;
  /** Ids of what tells about it. */
  readonly told: string;
}

function Flag({ id, told, value, onChange }: FieldProps) {
  return <input type="checkbox" id={id} aria-describedby={told} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

function Field(props: FieldProps) {
  const { option, value, onChange } = props;
  switch (option.kind.shape) {
    case "choice":
      return <Choice {...props} />;
    case "list":
      // A cast, because the table says which values an option has.
      return <ListField label={option.label} kind={option.kind} lines={(value ?? []) as readonly string[]} onChange={onChange} />;
    case "rows":
      return <RowsField label={option.label} kind={option.kind} rows={(value ?? []) as readonly Row[]} fresh={NEW_LINES[option.id] ?? {}} onChange={onChange} />;
    default:
      return <Text {...props} />;
  }
}

function Choice({ option, value, problem, id, told, onChange }: FieldProps) {
  return (
    <select id={id} aria-describedby={told} aria-invalid={problem !== ""} value={String(value ?? "")} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">as usual</option>
      {option.kind.choices?.map((one) => (
        <option key={one} value={one}>
          {THREE_WAY[one] ?? one}
        </option>
      ))}
    </select>
  );
}

function Text({ option, value, problem, proposals, id, told, onChange }: FieldProps) {
  const choices = option.kind.choices ?? proposals;
  return (
    <>
      <TextInput
        id={id}
        text={String(value ?? "")}
        multiline={option.kind.multiline ?? false}
        placeholder={option.kind.placeholder ?? ""}
        required={option.id === "Image"}
        inputMode={option.kind.numeric ? "decimal" : "text"}
        aria-describedby={told}
        aria-invalid={problem !== ""}
        {...(choices.length > 0 && { list: `${id}-choices` })}
        onText={onChange}
      />
      {choices.length > 0 && (
        <datalist id={`${id}-choices`}>
          {choices.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

interface ListProps {
  readonly label: string;
  readonly kind: Kind;
  readonly lines: readonly string[];
  readonly onChange: (lines: readonly string[]) => void;
}

function ListField({ label, kind, lines, onChange }: ListProps) {
  const place = useRef<HTMLDivElement>(null);
  return (
    <div class="lines" ref={place}>
      {lines.map((line, index) => (
        <div class="line-row" key={index}>
          <TextInput
            aria-label={`${label}, line ${index + 1}`}
            text={line}
            placeholder={kind.placeholder ?? ""}
            onText={(text) => onChange(lines.map((one, at) => (at === index ? text : one)))}
          />
          <RemoveLine label={`${label}, line ${index + 1}`} place={place.current} onRemove={() => onChange(lines.filter((_, at) => at !== index))} />
        </div>
      ))}
      <AddLine label={label} place={place.current} onAdd={() => onChange([...lines, ""])} />
    </div>
  );
}

/** The focus goes where the work goes on, after the next drawing. */
function focusIn(place: Element | null, selector: string): void {
  requestAnimationFrame(() => [...(place?.querySelectorAll<HTMLElement>(selector) ?? [])].at(-1)?.focus());
}

export function RemoveLine({ label, place, onRemove }: { readonly label: string; readonly place: Element | null; readonly onRemove: () => void }) {
  return (
    <button
      class="button quiet"
      type="button"
      onClick={() => {
        onRemove();
        focusIn(place, ".add-line");
      }}
    >
      Remove<span class="hidden"> {label}</span>
    </button>
  );
}

export function AddLine({ label, place, onAdd }: { readonly label: string; readonly place: Element | null; readonly onAdd: () => void }) {
  return (
    <button
      class="button add-line"
      type="button"
      onClick={() => {
        onAdd();
        focusIn(place, ".line-row:last-of-type > :is(input, textarea, label:first-of-type > :is(input, textarea, select))");
      }}
    >
      Add<span class="hidden"> to {label}</span>
    </button>
  );
}
