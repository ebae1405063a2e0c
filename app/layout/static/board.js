// The board: filter by kind, find, point, walk with arrow keys. One hit test by coordinates serves mouse and keyboard.
(function () {
  "use strict";
  var board = document.getElementById("board"), source = document.getElementById("data");
  if (!board || !source) return;
  // activity, x, y, width, height, kind, state, change, title, span, row, column
  var all = JSON.parse(source.textContent), marks = all.marks;
  var hidden = {}, legend = document.getElementById("legend"), group = document.getElementById("marks");
  var css = {}, names = {};
  legend.querySelectorAll("button").forEach(function (b) { css[b.dataset.kind] = b.dataset.css; names[b.dataset.kind] = b.querySelector("i").nextSibling.textContent.trim(); });
  var closed = group.querySelector(".b-block");

  function rect(m) { return "M" + m[1] + " " + m[2] + "h" + m[3] + "v" + m[4] + "h-" + m[3] + "z"; }
  function draw() {
    var by = {};
    marks.forEach(function (m) { if (hidden[m[5]]) return; var c = "b-" + css[m[5]] + (m[6] === "confirmed" ? "" : " t"); by[c] = (by[c] || "") + rect(m); });
    var html = Object.keys(by).map(function (c) { return '<path class="bk ' + c + '" d="' + by[c] + '"/>'; }).join("");
    group.innerHTML = html + (closed ? closed.outerHTML : "");
  }
  legend.addEventListener("click", function (e) {
    var b = e.target.closest("button"); if (!b) return;
    var on = b.getAttribute("aria-pressed") === "true";
    b.setAttribute("aria-pressed", String(!on)); hidden[b.dataset.kind] = on; draw(); narrow();
  });
  // The list opens with what is narrowed here: one kind left over, the words.
  var list = document.getElementById("as-list"), plain = list.href;
  function narrow() {
    var left = Object.keys(css).filter(function (k) { return !hidden[k]; }), words = find.value.trim(), query = new URLSearchParams();
    if (left.length === 1) query.set("kind", left[0]);
    if (words) query.set("q", words);
    list.href = plain + (query.toString() ? "?" + query : "");
  }
  var find = document.getElementById("find"), hits = document.getElementById("hits"), svg = document.getElementById("svg");
  find.addEventListener("input", function () {
    var words = find.value.trim().toLowerCase();
    narrow();
    svg.setAttribute("class", words ? "dim" : "");
    hits.setAttribute("d", words ? marks.filter(function (m) { return !hidden[m[5]] && m[8].toLowerCase().indexOf(words) >= 0; }).map(rect).join("") : "");
  });
  document.addEventListener("keydown", function (e) { if (e.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) { e.preventDefault(); find.focus(); } });

  function at(x, y) { for (var k = marks.length - 1; k >= 0; k--) { var m = marks[k]; if (!hidden[m[5]] && x >= m[1] - 1 && x <= m[1] + m[3] + 1 && y >= m[2] - 1 && y <= m[2] + m[4] + 1) return m; } }
  var cv = document.getElementById("cv"), tip = document.getElementById("tip");
  function say(m) { return [m[8], names[m[5]] + " · " + m[9] + " · " + all.rows[m[10]]]; }
  function show(m, left, top) {
    tip.textContent = "";
    if (!m) { tip.style.display = "none"; return; }
    var words = say(m), strong = document.createElement("b");
    strong.textContent = words[0]; tip.appendChild(strong); tip.appendChild(document.createTextNode(words[1]));
    tip.style.display = "block"; tip.style.left = Math.min(left, board.scrollLeft + board.clientWidth - 290) + "px"; tip.style.top = top + "px";
  }
  cv.addEventListener("mousemove", function (e) {
    var q = cv.getBoundingClientRect(), o = board.getBoundingClientRect();
    show(at(e.clientX - q.left, e.clientY - q.top), e.clientX - o.left + board.scrollLeft + 14, e.clientY - o.top + board.scrollTop + 16);
  });
  cv.addEventListener("mouseleave", function () { show(null); });
  // What is pressed is shown beside the board; without htmx, on a page of its own.
  var side = document.getElementById("selection"), chosen = document.getElementById("chosen"), byKey = false;
  function frame(id) { chosen.setAttribute("d", marks.filter(function (m) { return m[0] === id; }).map(function (m) { return rect([0, m[1] - 1, m[2] - 1, m[3] + 2, m[4] + 2]); }).join("")); }
  function open(m, key) {
    if (!m) return;
    var to = "/versions/" + board.dataset.version + "/activities/" + m[0];
    if (!window.htmx) { window.location = to; return; }
    byKey = key; frame(m[0]); window.htmx.ajax("GET", to, { target: "#selection", swap: "innerHTML" });
  }
  document.body.addEventListener("htmx:afterSwap", function (e) {
    if (e.detail.target !== side) return;
    var shown = document.getElementById("selected"), name = document.getElementById("sel-name");
    if (shown) frame(shown.dataset.activity);
    if (name && byKey) name.focus();
    byKey = false;
  });
  document.addEventListener("keydown", function (e) { if (e.key === "Escape" && side.firstElementChild) { side.textContent = ""; frame(""); show(null); board.focus(); } });
  var first = document.getElementById("selected");
  if (first) { frame(first.dataset.activity); var at0 = marks.filter(function (m) { return m[0] === first.dataset.activity; })[0]; if (at0) board.scrollTo(Math.max(0, at0[1] - 300), Math.max(0, at0[2] - 200)); }
  cv.addEventListener("click", function (e) { var q = cv.getBoundingClientRect(); open(at(e.clientX - q.left, e.clientY - q.top), false); });

  // Keyboard: arrows go from one activity to the nearest in that direction.
  var current = null, cursor = document.getElementById("cursor");
  function nearest(dx, dy) {
    var best = null, least = Infinity;
    marks.forEach(function (m) {
      if (hidden[m[5]] || m === current) return;
      var ax = m[1] - (current ? current[1] : -1), ay = m[2] - (current ? current[2] : -1);
      if (current && (dx ? ax * dx <= 0 : ay * dy <= 0)) return;
      var cost = dx ? Math.abs(ax) + 8 * Math.abs(ay) : Math.abs(ay) + 8 * Math.abs(ax);
      if (cost < least) { least = cost; best = m; }
    });
    return best;
  }
  board.addEventListener("keydown", function (e) {
    var way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[e.key];
    if (e.key === "Enter") { open(current, true); return; }
    if (!way) return;
    e.preventDefault();
    current = nearest(way[0], way[1]) || current;
    if (!current) return;
    cursor.setAttribute("x", current[1] - 2); cursor.setAttribute("y", current[2] - 2); cursor.setAttribute("width", current[3] + 4); cursor.setAttribute("height", current[4] + 4);
    var head = 91, side = cv.offsetLeft;
    board.scrollTo({ left: Math.max(0, current[1] - (board.clientWidth - side) / 2), top: Math.max(0, current[2] - (board.clientHeight - head) / 2) });
    show(current, current[1] + side + 20, current[2] + head + 20);
  });
})();
