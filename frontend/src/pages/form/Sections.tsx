import { useEffect, useMemo, useState } from "preact/hooks";
import { api } from "../../api/http";
import { visibleText } from "../../live/plainText";
import type { Problems } from "./model/check";
import { isUsual } from "./model/body";
import { OPTIONS, SECTIONS, type Option, type Section } from "./model/options";
import type { Risk } from "./model/risks";
import type { Value, Values } from "./model/values";
import { FieldLink } from "./Notes";
import { OptionField } from "./OptionField";

interface Props {
  readonly values: Values;
  readonly problems: Problems;
  readonly risks: readonly Risk[];
  readonly onChange: (id: string, value: Value) => void;
  readonly onLeave: (id: string) => void;
}

const fits = (option: Option, wanted: string): boolean =>
  [option.label, option.id, option.compose, option.help, option.section, ...option.flags].some((text) => text.toLowerCase().includes(wanted));

/** All options in their sections; at first the common ones and those that are set, all others when they are asked for or looked for. */
export function Sections({ values, problems, risks, onChange, onLeave }: Props) {
  const [wanted, setWanted] = useState("");
  const [open, setOpen] = useState<ReadonlySet<Section>>(new Set());
  const [images, setImages] = useState<readonly string[]>([]);
  // What was set when the page came stays where it is, also while it is emptied.
  const first = useMemo(() => new Set(Object.keys(values)), []);
  useEffect(() => {
    let current = true;
    // Without them nothing is proposed, and that is all.
    api.images().then((all) => current && setImages(all.flatMap((image) => image.tags)), () => undefined);
    return () => {
      current = false;
    };
  }, []);

  const filter = wanted.trim().toLowerCase();
  const isShown = (option: Option): boolean =>
    problems[option.id] !== undefined || (filter !== "" ? fits(option, filter) : option.common || open.has(option.section) || first.has(option.id) || !isUsual(option, values[option.id]));
  const matches = OPTIONS.filter(isShown).length;
  return (
    <>
      <div class="form-find">
        <input type="search" aria-label="Find an option" placeholder="Find an option: memory, -v, cap_add…" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        <span role="status" class="hint">
          {filter !== "" ? `${matches} of ${OPTIONS.length} options` : `${OPTIONS.length} options, the common ones first`}
        </span>
      </div>
      <RiskList risks={risks} />
      {SECTIONS.map((section) => {
        const all = OPTIONS.filter((option) => option.section === section);
        const shown = all.filter(isShown);
        if (filter !== "" && shown.length === 0) return null;
        const rest = all.length - shown.length;
        return (
          <section key={section} class="form-section" aria-label={section}>
            <div class="form-section-head">
              <h2>{section}</h2>
              {filter === "" && (rest > 0 || open.has(section)) && (
                <button
                  class="button quiet"
                  type="button"
                  aria-expanded={open.has(section)}
                  onClick={() => setOpen(open.has(section) ? new Set([...open].filter((one) => one !== section)) : new Set([...open, section]))}
                >
                  <span class="hidden">{section}: </span>
                  {open.has(section) ? "Fewer options" : `${rest} ${shown.length > 0 ? "more " : ""}${rest === 1 ? "option" : "options"}`}
                </button>
              )}
            </div>
            {shown.map((option) => (
              <OptionField
                key={option.id}
                option={option}
                value={values[option.id]}
                problem={problems[option.id] ?? ""}
                risks={risks.filter((risk) => risk.id === option.id)}
                proposals={option.id === "Image" ? images : []}
                onChange={(value) => onChange(option.id, value)}
                onLeave={() => onLeave(option.id)}
              />
            ))}
          </section>
        );
      })}
    </>
  );
}

/** What the container may do beyond itself, in one place: each leads to its option. */
function RiskList({ risks }: { readonly risks: readonly Risk[] }) {
  if (risks.length === 0) return null;
  return (
    <details class="risks">
      <summary>
        ▲ {risks.length} {risks.length === 1 ? "risk" : "risks"}: {visibleText(risks.map((risk) => risk.title).join(", "))}
      </summary>
      <ul>
        {risks.map((risk) => (
          <li key={`${risk.id} ${risk.title}`}>
            <FieldLink id={risk.id} text={risk.title} />{" "}
            {risk.why}
          </li>
        ))}
      </ul>
    </details>
  );
}
