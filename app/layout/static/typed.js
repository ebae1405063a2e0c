// What is typed into a form and not sent yet is kept in this tab: a change of language, an ended session or an answer
// that never came loses nothing. It is filled in again for the same account only, and never sent by itself.
// Kept are no passwords, no forms with keys, no files, no hidden fields; all of it goes when somebody signs out here or
// another one signs in.

const PREFIX = "typed:";
const { account, formStatus } = document.body.dataset;
const NOBODY = "00000000";
// Keys of the forms that were carried out, to know them when somebody goes back to them.
const DONE = "done";
const UNKEPT = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
const [arrival] = performance.getEntriesByType("navigation");

// Storage that a browser refuses, or that is full, is no storage: then leaving is warned about.

function keep(name, kept) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function find(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

const forget = (name) => sessionStorage.removeItem(PREFIX + name);

function allKept() {
  try {
    const names = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
    return names.map((name) => name.slice(PREFIX.length)).filter((name) => name !== DONE);
  } catch {
    return [];
  }
}

// Forms

const hidden = (form, name) => form.querySelector(`input[type=hidden][name=${name}]`);
const fields = (form) => [...form.elements].filter((field) => field.name && !UNKEPT.has(field.type));
const read = (form) => {
  const names = new Set(fields(form).map((field) => field.name));
  return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
};
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const nameOf = (form) => `${account}:${form.dataset.keptAs ?? form.getAttribute("action")}`;

function isTouched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  const defaults = options.filter((option) => option.defaultSelected);
  if (!field.multiple && defaults.length === 0) return field.selectedIndex > 0;
  return options.some((option) => option.selected !== defaults.includes(option));
}

const forms = [...document.querySelectorAll("form[method=post][action]:not([hx-post])")].filter(
  (form) =>
    !form.closest(".top") &&
    fields(form).length > 0 &&
    !form.querySelector("[autocomplete=current-password], [data-secret]"),
);
// By form: what stood in it when it needed no keeping.
const settled = new Map();
let sending = null;
let isComingBack = false;
let isOver = false;

function isUnsent(form) {
  if (settled.has(form)) return !same(read(form), settled.get(form));
  return fields(form).some(isTouched);
}

const hasUnkept = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length > 0);

function save(form) {
  if (isOver || !isUnsent(form)) return true;
  return keep(nameOf(form), {
    values: read(form),
    key: hidden(form, "form_key")?.value,
    version: hidden(form, "row_version")?.value,
    isSent: form === sending,
    isComingBack,
  });
}

// What came of the form that was sent: a redirect means that it was carried out.

function settle(name) {
  const kept = find(name);
  const [owner] = name.split(":");
  if (!kept || (account !== NOBODY && owner !== account)) {
    forget(name);
    return;
  }
  if (!kept.isSent) return;
  const shown = forms.some((form) => nameOf(form) === name);
  const wasRefused = formStatus && (Number(formStatus) >= 400 || shown);
  const isDone = formStatus ? !wasRefused : arrival?.type === "navigate" && arrival.redirectCount > 0;
  if (isDone) {
    forget(name);
    keep(DONE, [...(find(DONE) ?? []), kept.key].slice(-20));
  } else keep(name, { ...kept, isSent: false, isComingBack: Boolean(wasRefused) });
}

// Filling in again

function addRowFor(form, name) {
  // A form that had grown shows its usual number of rows again: one more is a copy of the last.
  const found = name.match(/^(.*w)(\d+)(_\w+)$/);
  if (!found) return;
  const [, start, number, end] = found;
  const before = `${start}${Number(number) - 1}_`;
  const row = form.elements[before + end.slice(1)]?.closest("[data-row]");
  if (!row) return;
  const copy = row.cloneNode(true);
  for (const part of copy.querySelectorAll("[name], [id]")) {
    for (const attribute of ["name", "id"]) {
      if (part.hasAttribute(attribute))
        part.setAttribute(attribute, part.getAttribute(attribute).replace(before, `${start}${number}_`));
    }
    if (part.name?.endsWith("_preference")) part.remove();
    else if (part.type !== "time") part.value = "";
  }
  const mark = copy.querySelector(".no");
  if (mark) mark.textContent = String(Number(number) + 1);
  row.after(copy);
}

function fill(form, kept) {
  for (const [name] of kept.values) if (!form.elements[name]) addRowFor(form, name);
  const left = new Map();
  for (const [name, value] of kept.values) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of fields(form)) {
    const values = left.get(field.name) ?? [];
    const before = [field.value, field.checked, field.selectedIndex].join();
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = values.includes(field.value);
      if (field.checked) values.splice(values.indexOf(field.value), 1);
    } else if (field.options) {
      for (const option of field.options) {
        option.selected = values.includes(option.value);
        if (option.selected) values.splice(values.indexOf(option.value), 1);
      }
    } else if (!field.readOnly && values.length > 0) field.value = values.shift();
    else values.shift();
    if ([field.value, field.checked, field.selectedIndex].join() === before) continue;
    for (let part = field.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  // Sent with the key of before: if it had arrived after all, that is said instead of doing it twice.
  const key = hidden(form, "form_key");
  if (key && kept.key) {
    key.value = kept.key;
    noteKey(form, key.value);
  }
  return [...left.values()].flat().filter(Boolean);
}

function say(form, kept, { isFilled, left = [] }) {
  const note = document.getElementById("typed").content.firstElementChild.cloneNode(true);
  const applies = {
    restored: isFilled,
    offered: !isFilled,
    changed: !isFilled && isOlder(form, kept),
    left: left.length > 0,
    files: isFilled && form.querySelector("input[type=file], input[type=password]"),
  };
  for (const part of note.querySelectorAll("[data-when]")) if (!applies[part.dataset.when]) part.remove();
  const names = note.querySelector("[data-left]");
  if (names) names.textContent = left.join(" · ");
  note.querySelector("[data-restore]")?.addEventListener("click", () => {
    note.remove();
    restore(form, kept);
  });
  note.querySelector("[data-discard]").addEventListener("click", () => {
    forget(nameOf(form));
    if (isFilled) form.reset();
    settled.delete(form);
    note.remove();
  });
  for (let part = form.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
  form.prepend(note);
}

const isOlder = (form, kept) => kept.version !== undefined && kept.version !== hidden(form, "row_version")?.value;

function restore(form, kept) {
  say(form, kept, { isFilled: true, left: fill(form, kept) });
}

// A showing of a form is the same one when its reader comes back to it by the browser's own buttons.

function keepKey(form) {
  const key = hidden(form, "form_key");
  if (!key || formStatus || hidden(form, "row_version")) return;
  const known = history.state?.formKeys?.[nameOf(form)];
  if (known) key.value = known;
  else noteKey(form, key.value);
}

function noteKey(form, key) {
  const formKeys = { ...history.state?.formKeys, [nameOf(form)]: key };
  history.replaceState({ ...history.state, formKeys }, "");
}

for (const name of allKept()) settle(name);
for (const form of forms) {
  const kept = find(nameOf(form));
  keepKey(form);
  if (formStatus) {
    // The answer shows what was typed: it is not as empty as it was.
    if (kept || form.getAttribute("action") === location.pathname) settled.set(form, []);
  } else if (kept && !same(kept.values, read(form))) {
    if (kept.isComingBack && !isOlder(form, kept)) restore(form, kept);
    else say(form, kept, { isFilled: false });
  }
}
const answer = document.getElementById("typed-kept");
if (formStatus && answer && allKept().length > 0) {
  answer.hidden = answer.querySelector(".note").hidden = false;
  document.getElementById("typed-back")?.remove();
}

for (const form of document.querySelectorAll(".top form")) {
  form.removeAttribute("target");
  form.addEventListener("submit", () => {
    if (form.getAttribute("action") === "/sign-out") {
      isOver = true;
      [...allKept(), DONE].forEach(forget);
    } else isComingBack = true;
  });
}
document.addEventListener("submit", (event) => {
  const isNothing = event.defaultPrevented || event.submitter?.getAttribute("formmethod") === "dialog";
  if (forms.includes(event.target) && !isNothing) sending = event.target;
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (forms.includes(form)) save(form);
});
addEventListener("beforeunload", (event) => {
  const isLost = (form) => form !== sending && (hasUnkept(form) || !save(form));
  if (!isOver && forms.some(isLost)) event.preventDefault();
});
addEventListener("pagehide", () => forms.forEach(save));
addEventListener("pageshow", (event) => {
  // Back on a form that was carried out: what the browser shows of it is settled, until it is changed.
  const done = find(DONE) ?? [];
  const isBack = arrival?.type === "back_forward" && !formStatus;
  for (const form of forms) {
    const isDone = done.includes(hidden(form, "form_key")?.value);
    const isAsSent = event.persisted ? form === sending : isBack && isDone && !form.querySelector(".typed");
    if (isAsSent) settled.set(form, read(form));
  }
  if (!event.persisted) return;
  sending = null;
  isComingBack = false;
});
