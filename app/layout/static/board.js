// The season board: hide kinds, find, point, walk with arrow keys. One hit test by coordinates serves mouse and keyboard.

const element = (id) => document.getElementById(id);
const board = element("board");
const drawing = element("cv");
const legend = element("legend");
const find = element("find");
const panel = element("selection");

// Each mark comes as a list of values in the order of `fields`; lengths are in pixels of the drawing.
const { fields, marks: values, rows, geometry } = JSON.parse(element("data").textContent);
const marks = values.map((mark) => Object.fromEntries(fields.map((field, index) => [field, mark[index]])));
const buttons = new Map([...legend.querySelectorAll("button")].map((button) => [button.dataset.kind, button]));
const hidden = new Set();
const visible = () => marks.filter((mark) => !hidden.has(mark.kind));

const outline = ({ x, y, width, height }, margin = 0) =>
  `M${x - margin} ${y - margin}h${width + 2 * margin}v${height + 2 * margin}h-${width + 2 * margin}z`;

// Kinds: a pressed button shows its kind.

const closures = [...element("marks").querySelectorAll(".b-block, .b-asked")].map((path) => path.outerHTML).join("");

function draw() {
  const outlines = new Map();
  for (const mark of visible()) {
    const look = `b-${buttons.get(mark.kind).dataset.css}${mark.state === "confirmed" ? "" : " t"}`;
    outlines.set(look, (outlines.get(look) ?? "") + outline(mark));
  }
  const paths = [...outlines].map(([look, d]) => `<path class="bk ${look}" d="${d}"/>`);
  element("marks").innerHTML = paths.join("") + closures;
}

legend.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const isShown = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!isShown));
  if (isShown) hidden.add(button.dataset.kind);
  else hidden.delete(button.dataset.kind);
  draw();
  search();
});

// Find: what matches stays dark; the list opens with the same narrowing.

const list = element("as-list");
const wholeList = list.href;

// Case and width of characters mean nothing in a search.
const plain = (text) => text.normalize("NFKC").toLowerCase();

function search() {
  const words = find.value.trim();
  const hits = words ? visible().filter((mark) => plain(mark.title).includes(plain(words))) : [];
  element("svg").setAttribute("class", words ? "dim" : "");
  element("hits").setAttribute("d", hits.map((mark) => outline(mark)).join(""));
  const query = new URLSearchParams();
  const shown = [...buttons.keys()].filter((kind) => !hidden.has(kind));
  if (shown.length === 1) query.set("kind", shown[0]);
  if (words) query.set("q", words);
  list.href = wholeList + (String(query) && `?${query}`);
}

find.addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  find.focus();
});

// Pointing: a short text beside the mark.

const tip = element("tip");
const TIP_WIDTH = 290;

function describe(mark, left, top) {
  if (!mark) {
    tip.style.display = "none";
    return;
  }
  const title = document.createElement("b");
  title.textContent = mark.title;
  tip.replaceChildren(title, [buttons.get(mark.kind).dataset.name, mark.span, rows[mark.row]].join(" · "));
  tip.style.display = "block";
  tip.style.left = `${Math.min(left, board.scrollLeft + board.clientWidth - TIP_WIDTH)}px`;
  tip.style.top = `${top}px`;
}

function markUnder(event) {
  const origin = drawing.getBoundingClientRect();
  const [x, y] = [event.clientX - origin.left, event.clientY - origin.top];
  const slack = geometry.pointing_slack;
  const isUnder = (mark) =>
    x >= mark.x - slack && x <= mark.x + mark.width + slack && y >= mark.y - slack && y <= mark.y + mark.height + slack;
  return visible().findLast(isUnder);
}

drawing.addEventListener("mousemove", (event) => {
  const corner = board.getBoundingClientRect();
  const left = event.clientX - corner.left + board.scrollLeft + 14;
  const top = event.clientY - corner.top + board.scrollTop + 16;
  describe(markUnder(event), left, top);
});
drawing.addEventListener("mouseleave", () => describe(undefined));

// Choosing: the activity is shown beside the board; without htmx, on a page of its own.

let chosenByKey = false;

function frame(activity) {
  const outlines = marks
    .filter((mark) => mark.activity_id === activity)
    .map((mark) => outline(mark, geometry.frame_margin));
  element("chosen").setAttribute("d", outlines.join(""));
}

function choose(mark, byKey) {
  if (!mark) return;
  const address = `/versions/${board.dataset.version}/activities/${mark.activity_id}`;
  if (!window.htmx) {
    window.location = address;
    return;
  }
  chosenByKey = byKey;
  frame(mark.activity_id);
  window.htmx.ajax("GET", address, { target: "#selection", swap: "innerHTML" });
}

drawing.addEventListener("click", (event) => choose(markUnder(event), false));
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== panel) return;
  const selected = element("selected");
  if (selected) frame(selected.dataset.activity);
  if (chosenByKey) element("sel-name")?.focus();
  chosenByKey = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel.firstElementChild) return;
  panel.replaceChildren();
  frame("");
  describe(undefined);
  board.focus();
});

// Keyboard: arrows go from one activity to the nearest in that direction.

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
// A step aside counts as much as so many steps ahead.
const ASIDE = 8;
let current;

function nearest([right, down]) {
  let best;
  let least = Infinity;
  for (const mark of visible()) {
    if (mark === current) continue;
    const [dx, dy] = [mark.x - (current?.x ?? -1), mark.y - (current?.y ?? -1)];
    if (current && (right ? dx * right : dy * down) <= 0) continue;
    const cost = right ? Math.abs(dx) + ASIDE * Math.abs(dy) : Math.abs(dy) + ASIDE * Math.abs(dx);
    if (cost < least) [best, least] = [mark, cost];
  }
  return best;
}

function walkTo(mark) {
  current = mark;
  const margin = geometry.cursor_margin;
  const box = {
    x: mark.x - margin,
    y: mark.y - margin,
    width: mark.width + 2 * margin,
    height: mark.height + 2 * margin,
  };
  for (const [name, value] of Object.entries(box)) element("cursor").setAttribute(name, value);
  const [labels, head] = [drawing.offsetLeft, geometry.head_height];
  board.scrollTo({
    left: Math.max(0, mark.x - (board.clientWidth - labels) / 2),
    top: Math.max(0, mark.y - (board.clientHeight - head) / 2),
  });
  describe(mark, mark.x + labels + 20, mark.y + head + 20);
}

board.addEventListener("keydown", (event) => {
  if (event.key === "Enter") choose(current, true);
  const direction = DIRECTIONS[event.key];
  if (!direction) return;
  event.preventDefault();
  const mark = nearest(direction) ?? current;
  if (mark) walkTo(mark);
});

// A page that opens with an activity chosen shows where it is.

const selected = element("selected");
if (selected) {
  frame(selected.dataset.activity);
  const mark = marks.find((mark) => mark.activity_id === selected.dataset.activity);
  if (mark) board.scrollTo(Math.max(0, mark.x - 300), Math.max(0, mark.y - 200));
}
