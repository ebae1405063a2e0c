// The editor of hall plans: cells are drawn with mouse, finger or keyboard. What is sent is the plan as text, which works
// without this script too; the server names new booths and looks at the plan.

import { AISLE, BOOTH, isBooth, newCell, POWERED, reader, writeRows } from "./hall_sheet.js";

const LOOK = "";
const TOOLS = { 0: LOOK, 1: BOOTH, 2: POWERED, 3: AISLE, 4: "#", 5: "D" };
const MOST_STEPS = 200;
const LEAST_CELL = 32;
const LARGEST_CELL = 56;

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const without = (list, index) => [...list.slice(0, index), ...list.slice(index + 1)];
const after = (list, index, item) => [...list.slice(0, index + 1), item, ...list.slice(index + 1)];

function edit(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const { kinds, said, marked, most, ...rules } = JSON.parse(part("script").textContent);
  const [grid, text, nameField] = [part("grid"), form.elements.cells, part("booth-name")];
  const tools = [...form.querySelectorAll("[data-tool]")];
  const { readRows, isName } = reader(rules);
  const marks = new Set(marked.map(([row, column]) => `${row - 1},${column - 1}`));
  const [undone, redone] = [[], []];
  let rows = readRows(text.value);
  let active = { row: 0, column: 0 };
  let tool = matchMedia("(pointer: coarse)").matches ? LOOK : BOOTH;
  let isWriting = false;

  const say = (sentence, values = {}) => {
    part("said").textContent = filled(sentence, values);
  };
  const height = () => rows.length;
  const width = () => rows[0].length;
  const elementAt = (row, column) => grid.children[row]?.children[column];
  const at = ({ row, column }) => rows[row][column];
  const emptyRow = () => rows[0].map(() => newCell());

  // What is seen

  function labelOf(row, column) {
    const cell = rows[row][column];
    const place = filled(said.place, { row: row + 1, column: column + 1 });
    const name = isBooth(cell) ? cell.name || said.unnamed : "";
    const isMarked = marks.has(`${row},${column}`);
    return [name, kinds[cell.kind], place, isMarked ? said.marked : ""].filter(Boolean).join(", ");
  }

  function showCell(row, column) {
    const [cell, element] = [rows[row][column], elementAt(row, column)];
    element.dataset.kind = cell.kind;
    element.textContent = cell.name || (cell.kind === "D" ? kinds.D.slice(0, 4) : "");
    element.classList.toggle("is-marked", marks.has(`${row},${column}`));
    element.setAttribute("aria-label", labelOf(row, column));
  }

  function build() {
    const shown = rows.map((row, index) => {
      const line = document.createElement("div");
      line.className = "hall-row";
      line.setAttribute("role", "row");
      line.append(
        ...row.map((_, column) => {
          const element = document.createElement("div");
          element.className = "hall-cell";
          element.id = `hall-${index}-${column}`;
          element.setAttribute("role", "gridcell");
          return element;
        }),
      );
      return line;
    });
    grid.replaceChildren(...shown);
    rows.forEach((row, index) => {
      row.forEach((_, column) => {
        showCell(index, column);
      });
    });
    fit();
    goTo(active.row, active.column);
    count();
  }

  function fit() {
    const room = grid.parentElement.clientWidth - 10;
    const size = Math.max(LEAST_CELL, Math.min(LARGEST_CELL, Math.floor(room / width())));
    grid.style.setProperty("--hall-cell", `${size}px`);
  }

  function count() {
    const cells = rows.flat();
    const powered = cells.filter(({ kind }) => kind === POWERED).length;
    part("counts").textContent = filled(said.counts, { booths: cells.filter(isBooth).length, powered });
    for (const [name, steps] of [
      ["undo", undone],
      ["redo", redone],
    ]) {
      form.querySelector(`[data-act=${name}]`).setAttribute("aria-disabled", String(steps.length === 0));
    }
  }

  function goTo(row, column) {
    elementAt(active.row, active.column)?.classList.remove("is-active");
    active = {
      row: Math.max(0, Math.min(height() - 1, row)),
      column: Math.max(0, Math.min(width() - 1, column)),
    };
    const element = elementAt(active.row, active.column);
    element.classList.add("is-active");
    grid.setAttribute("aria-activedescendant", element.id);
    if (document.activeElement === grid) element.scrollIntoView({ block: "nearest", inline: "nearest" });
    showName();
  }

  function showName() {
    nameField.disabled = !isBooth(at(active));
    nameField.value = at(active).name;
    part("wrong").textContent = "";
  }

  // What is changed

  function keepStep(before) {
    undone.push(before);
    if (undone.length > MOST_STEPS) undone.shift();
    redone.length = 0;
  }

  function write() {
    isWriting = true;
    text.value = writeRows(rows, " ");
    text.dispatchEvent(new Event("change", { bubbles: true }));
    isWriting = false;
    count();
  }

  const copy = () => rows.map((row) => [...row]);

  function draw(row, column, kind) {
    const before = rows[row][column];
    if (before.kind === kind) return;
    const keepsName = isBooth(before) && (kind === BOOTH || kind === POWERED);
    rows[row][column] = newCell(kind, keepsName ? before.name : "");
    marks.delete(`${row},${column}`);
    showCell(row, column);
  }

  function drawCells(cells, kind) {
    const before = copy();
    for (const { row, column } of cells) draw(row, column, kind);
    if (!finish(before)) return;
    showName();
    say(labelOf(active.row, active.column));
  }

  function finish(before) {
    const isSame = rows.every((row, index) => row.every((cell, column) => cell === before[index]?.[column]));
    if (isSame && before.length === height() && before[0].length === width()) return false;
    keepStep(before);
    write();
    return true;
  }

  function replace(next) {
    const before = copy();
    rows = next;
    marks.clear();
    keepStep(before);
    build();
    write();
    say(said.size, { rows: height(), columns: width() });
  }

  function step(from, to, sentence) {
    if (from.length === 0) return;
    to.push(copy());
    rows = from.pop();
    build();
    write();
    say(sentence);
  }

  const acts = {
    undo: () => step(undone, redone, said.undone),
    redo: () => step(redone, undone, said.redone),
    addRow: () => fits(height() + 1, width()) && replace(after(rows, active.row, emptyRow())),
    removeRow: () => height() > 1 && replace(without(rows, active.row)),
    addColumn: () => fits(height(), width() + 1) && replace(rows.map((row) => after(row, active.column, newCell()))),
    removeColumn: () => width() > 1 && replace(rows.map((row) => without(row, active.column))),
    mirrorAcross: () => replace(rows.map((row) => [...row].reverse())),
    mirrorDown: () => replace([...rows].reverse()),
  };

  function fits(wantedRows, wantedColumns) {
    const isSmall = wantedRows <= most.rows && wantedColumns <= most.columns;
    part("wrong").textContent = isSmall ? "" : filled(said.tooLarge, most);
    return isSmall;
  }

  function paste(pasted) {
    const given = readRows(pasted);
    const [bottom, right] = [active.row + given.length, active.column + given[0].length];
    if (!fits(bottom, right)) return;
    const next = copy();
    while (next.length < bottom) next.push(emptyRow());
    for (const row of next) while (row.length < right) row.push(newCell());
    given.forEach((row, index) => {
      row.forEach((cell, column) => {
        next[active.row + index][active.column + column] = cell;
      });
    });
    replace(withoutDoubles(next));
    say(said.pasted, { rows: given.length, columns: given[0].length });
  }

  // Of two booths with one name the later one waits for another.
  function withoutDoubles(next) {
    const seen = new Set();
    return next.map((row) =>
      row.map((cell) => {
        const name = cell.name.toLowerCase();
        const isDouble = name !== "" && seen.has(name);
        seen.add(name);
        return isDouble ? newCell(cell.kind) : cell;
      }),
    );
  }

  function rename() {
    const name = nameField.value.normalize("NFKC").replace(/\s/g, "");
    const cell = at(active);
    if (!isBooth(cell) || name === cell.name) return true;
    const isTaken = rows
      .flat()
      .some((other) => other !== cell && name && other.name.toLowerCase() === name.toLowerCase());
    if (isTaken || !isName(name)) {
      part("wrong").textContent = filled(isTaken ? said.doubled : said.noName, { name });
      return false;
    }
    const before = copy();
    rows[active.row][active.column] = newCell(cell.kind, name);
    showCell(active.row, active.column);
    finish(before);
    say(labelOf(active.row, active.column));
    return true;
  }

  function choose(kind) {
    tool = kind;
    for (const button of tools) button.setAttribute("aria-pressed", String(button.dataset.tool === kind));
    grid.classList.toggle("is-drawn-on", kind !== LOOK);
    say(tools.find((button) => button.dataset.tool === kind).firstChild.textContent.trim() || kinds[kind]);
  }

  // Keyboard

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function walk([down, right], isDrawing) {
    const from = active;
    goTo(active.row + down, active.column + right);
    if (isDrawing && tool !== LOOK) drawCells([from, active], tool);
  }

  const withControl = {
    z: (event) => (event.shiftKey ? acts.redo() : acts.undo()),
    y: () => acts.redo(),
    Home: () => goTo(0, 0),
    End: () => goTo(height() - 1, width() - 1),
  };
  const keys = {
    " ": () => tool !== LOOK && drawCells([active], tool),
    Delete: () => drawCells([active], AISLE),
    Backspace: () => drawCells([active], AISLE),
    Home: () => goTo(active.row, 0),
    End: () => goTo(active.row, width() - 1),
    PageUp: () => goTo(0, active.column),
    PageDown: () => goTo(height() - 1, active.column),
    Enter: () => !nameField.disabled && nameField.select(),
  };

  grid.addEventListener("keydown", (event) => {
    const isControl = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    let act = isControl ? withControl[event.key.length === 1 ? event.key.toLowerCase() : event.key] : keys[event.key];
    if (!isControl && event.key in TOOLS) act = () => choose(TOOLS[event.key]);
    if (ARROWS[event.key] && !isControl) act = () => walk(ARROWS[event.key], event.shiftKey);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  grid.addEventListener("paste", (event) => {
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });
  grid.addEventListener("copy", (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", writeRows(rows, "\t"));
  });
  nameField.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.key === "Escape") showName();
    if (rename()) grid.focus();
  });
  nameField.addEventListener("change", rename);

  // Mouse and finger

  let stroke = null;

  function cellUnder({ clientX, clientY }) {
    const element = document.elementFromPoint(clientX, clientY)?.closest(".hall-cell");
    if (!element || !grid.contains(element)) return undefined;
    const line = element.parentElement;
    return { row: [...grid.children].indexOf(line), column: [...line.children].indexOf(element) };
  }

  // A quick hand leaves cells out between two events.
  function* between(from, to) {
    const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column), 1);
    for (let index = 1; index <= steps; index += 1) {
      const along = (name) => Math.round(from[name] + ((to[name] - from[name]) * index) / steps);
      yield { row: along("row"), column: along("column") };
    }
  }

  function drawTo(cell) {
    for (const { row, column } of between(stroke.last, cell)) draw(row, column, tool);
    stroke.last = cell;
    goTo(cell.row, cell.column);
  }

  grid.addEventListener("pointerdown", (event) => {
    const cell = cellUnder(event);
    if (!cell || event.button !== 0) return;
    grid.focus({ preventScroll: true });
    goTo(cell.row, cell.column);
    if (tool === LOOK) return;
    event.preventDefault();
    grid.setPointerCapture(event.pointerId);
    stroke = { before: copy(), last: cell };
    drawTo(cell);
  });
  grid.addEventListener("pointermove", (event) => {
    const cell = stroke && cellUnder(event);
    if (cell && (cell.row !== stroke.last.row || cell.column !== stroke.last.column)) drawTo(cell);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    grid.addEventListener(name, () => {
      if (!stroke) return;
      const { before } = stroke;
      stroke = null;
      if (finish(before)) say(labelOf(active.row, active.column));
      showName();
    });
  }

  // Buttons, the text itself, and what was typed before and is filled in again

  for (const button of tools) {
    button.addEventListener("click", () => choose(button.dataset.tool));
  }
  for (const button of form.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => acts[button.dataset.act]());
  }
  text.addEventListener("input", () => {
    if (isWriting) return;
    keepStep(copy());
    rows = readRows(text.value);
    marks.clear();
    build();
  });
  text.addEventListener("change", () => {
    if (isWriting || writeRows(rows, " ") === text.value) return;
    const next = readRows(text.value);
    if (writeRows(next, " ") === writeRows(rows, " ")) return;
    rows = next;
    build();
  });
  addEventListener("resize", fit);

  for (const name of ["desk", "panel"]) part(name).hidden = false;
  const drawing = part("drawing");
  if (drawing) drawing.hidden = true;
  part("text").open = Boolean(form.querySelector("#e-cells"));
  build();
  choose(tool);
  say("");
}

for (const form of document.querySelectorAll("form[data-hall]")) edit(form);
