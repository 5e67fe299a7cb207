import { useLocation } from "preact-iso";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, RequestError } from "../../api/http";
import type { ContainerSettings, MadeContainer } from "../../api/types";
import { containers, loaded } from "../../live/containers";
import { containerAddress, listAddress } from "../../ui/addresses";
import { later } from "../../ui/later";
import { toWish, valueOf, valuesOf, type Reading } from "./model/body";
import { changesOf, rebased } from "./model/changes";
import { problemsIn, type Problems } from "./model/check";
import { optionOf } from "./model/options";
import { risksOf } from "./model/risks";
import type { Values } from "./model/values";
import { ImageMissing } from "./ImageMissing";
import { FormNews, Summary, Warnings } from "./Notes";
import { Sections } from "./Sections";
import { optionNamed, type Refusal } from "./serverProblem";

const Review = later(() => import("./Review").then((module) => module.Review));
const Twins = later(() => import("./Twins").then((module) => module.Twins));

interface FormProps {
  readonly title: string;
  readonly first: Values;
  /** The container that is edited; null for a new one. */
  readonly old: ContainerSettings | null;
}

/** All options of a container, with the same as text beside them. */
export function Form({ title, first, old }: FormProps) {
  const { route } = useLocation();
  // What is there by now: a rescue, or somebody else, may change it while the page is open.
  const [base, setBase] = useState({ old, values: first });
  const [values, setValues] = useState(first);
  const [start, setStart] = useState(true);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [before, setBefore] = useState<{ readonly values: Values; readonly start: boolean } | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<MadeContainer | null>(null);
  const summary = useRef<HTMLDivElement>(null);

  useEffect(() => {
    document.title = `${title} · Berth`;
  }, [title]);

  const gone = old !== null && loaded.value && !containers.value.has(old.id) && !busy && made === null;
  const edited = gone ? null : base.old;
  const problems = problemsIn(values);
  const right = Object.fromEntries(Object.entries(values).filter(([id]) => !problems[id]));
  const shown: Problems = { ...Object.fromEntries(Object.entries(problems).filter(([id]) => left.has(id))), ...(refusal?.id && { [refusal.id]: refusal.message }) };
  const wanted = named(values, edited);
  const changes = edited === null ? [] : changesOf(base.values, wanted);

  const change = (id: string, value: Values[string]): void => {
    setValues((all) => ({ ...all, [id]: value }));
    setRefusal(null);
  };
  const fill = (reading: Reading): void => {
    setBefore({ values, start });
    setValues(reading.values);
    if (reading.start !== null) setStart(reading.start);
    setLeft(new Set(Object.keys(reading.values)));
    setRefusal(null);
  };
  const undo = (): void => {
    if (!before) return;
    setValues(before.values);
    setStart(before.start);
    setBefore(null);
  };
  const goToSummary = (): void => void requestAnimationFrame(() => summary.current?.focus());
  /** Shows what is wrong, and goes there. */
  const isRight = (): boolean => {
    setLeft(new Set([...Object.keys(values), "Image"]));
    setTried(true);
    if (Object.keys(problems).length === 0) return true;
    goToSummary();
    return false;
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      await work();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setReviewing(false);
      setRefusal({ message: failure.message, ...optionNamed(failure) });
      goToSummary();
    } finally {
      setBusy(false);
    }
  };
  const send = (work: () => Promise<MadeContainer>): Promise<void> =>
    attempt(async () => {
      const done = await work();
      if (done.warnings.length > 0) setMade(done);
      else route(containerAddress(done.name));
    });
  /** What is there by now, with the user's changes on top; whether anything differs. */
  const reload = async (id: string): Promise<boolean> => {
    const found = await api.settings(id);
    const there = valuesOf(found);
    const mine = rebased(base.values, there, values);
    setBase({ old: found, values: there });
    setValues(mine);
    return changesOf(there, named(mine, found)).length > 0;
  };
  const submit = (): void => {
    if (!isRight()) return;
    if (edited === null) void send(() => api.create(toWish(wanted, start)));
    else void attempt(async () => setReviewing(await reload(edited.id)));
  };
  return (
    <>
      <div class="page-head">
        <h1>{title}</h1>
        <span class="spring" />
        <a class="button" href={edited === null ? listAddress() : containerAddress(edited.name)}>
          Cancel
        </a>
      </div>
      <FormNews old={base.old} gone={gone} image={valueOf(base.values, "Image", "")} />
      <div class="form-page">
        <form
          class="form"
          noValidate
          aria-label={title}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Sections
            values={values}
            problems={shown}
            risks={risksOf(right)}
            onChange={change}
            onLeave={(id) => setLeft((all) => (all.has(id) ? all : new Set([...all, id])))}
          />
          <div class="form-end">
            <div ref={summary} tabIndex={-1} class="form-summary">
              <Summary problems={tried ? shown : {}} refusal={refusal} />
              {refusal?.imageMissing && <ImageMissing reference={valueOf(values, "Image", "")} />}
            </div>
            {edited === null ? (
              <label class="check">
                <input type="checkbox" checked={start} onChange={(event) => setStart(event.currentTarget.checked)} /> Start it at once
              </label>
            ) : (
              <p class="hint" role="status">
                {changes.length === 0 ? "Nothing is changed yet." : `${changes.length} ${changes.length === 1 ? "change" : "changes"}. You see first what stays and what is lost.`}
              </p>
            )}
            <button class="button primary" type="submit" disabled={busy || (edited !== null && changes.length === 0)}>
              {edited !== null ? "Review the changes" : busy ? "Creating…" : start ? "Create and start" : "Create"}
            </button>
          </div>
        </form>
        <Twins values={right} start={start} wrong={Object.keys(problems).filter((id) => id !== "Image").map((id) => optionOf(id).label)} onRead={fill} onUndo={before ? undo : null} />
      </div>
      {edited !== null && reviewing && (
        <Review
          old={edited}
          initial={base.values}
          values={wanted}
          changes={changes}
          busy={busy}
          onClose={() => setReviewing(false)}
          onRescued={() => void attempt(async () => void (await reload(edited.id)))}
          onChange={() => void send(() => api.change(edited.id, toWish(wanted, false)))}
          onRecreate={() => void send(() => api.recreate(edited.id, toWish(wanted, false)))}
        />
      )}
      {made && <Warnings made={made} />}
    </>
  );
}

/** Without a name, a container keeps the one that it has. */
const named = (values: Values, edited: ContainerSettings | null): Values => (edited === null || valueOf(values, "name", "") !== "" ? values : { ...values, name: edited.name });
